//! flytekit's older configuration files, as Python's `configparser` reads them.

use super::yaml::{Mistake, Place};

/// A file with sections and options.
#[derive(Debug, Default)]
pub(super) struct Ini {
    options: Vec<IniOption>,
}

#[derive(Debug)]
pub(super) struct IniOption {
    section: String,
    /// In lower case, because options are case-insensitive.
    pub(super) name: String,
    pub(super) value: String,
    pub(super) place: Place,
}

impl IniOption {
    pub(super) fn section(&self) -> &str {
        &self.section
    }
}

/// The section whose options apply to every other section.
const DEFAULT: &str = "DEFAULT";

impl Ini {
    /// The value of an option, from its section or from `[DEFAULT]`.
    pub(super) fn get(&self, section: &str, name: &str) -> Option<&IniOption> {
        let find = |section| {
            self.options
                .iter()
                .find(|option| option.section == section && option.name == name)
        };
        find(section).or_else(|| find(DEFAULT))
    }

    /// Every option of the file, in order, without those of `[DEFAULT]`, which apply to several sections.
    pub(super) fn options(&self) -> impl Iterator<Item = &IniOption> {
        self.options
            .iter()
            .filter(|option| option.section != DEFAULT)
    }

    /// Every option of a section, in the order of the file.
    pub(super) fn section(&self, section: &str) -> impl Iterator<Item = &IniOption> {
        self.options
            .iter()
            .filter(move |option| option.section == section)
    }
}

/// Reads a file of `[section]`s with `name = value` or `name: value` lines.
///
/// Lines that begin with `#` or `;` are comments; an indented line continues the value above it; `%%` is a `%`.
pub(super) fn parse(text: &str) -> Result<Ini, Mistake> {
    let mut ini = Ini::default();
    let mut sections: Vec<String> = Vec::new();
    // Whether an indented line continues the option above it.
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        let place = Place {
            line: index + 1,
            column: line.len() - line.trim_start().len() + 1,
        };
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if open
            && line.starts_with([' ', '\t'])
            && let Some(option) = ini.options.last_mut()
        {
            option.value.push('\n');
            option.value.push_str(&unescape(trimmed, place)?);
            continue;
        }
        if let Some(rest) = trimmed.strip_prefix('[') {
            let Some(name) = rest.strip_suffix(']') else {
                return Err(mistake(
                    place,
                    "a section begins with `[` and ends with `]`; close it",
                ));
            };
            check_section(name, &sections, place)?;
            sections.push(name.to_owned());
            open = false;
            continue;
        }
        let Some(section) = sections.last() else {
            return Err(mistake(
                place,
                "there is no section above this line; write `[platform]` or another one first. (A file is read as \
                 ini unless its name ends in `.yaml` or `.yml`)",
            ));
        };
        let Some((name, value)) = trimmed.split_once(['=', ':']) else {
            return Err(mistake(
                place,
                "this line has no value; write `name = value`",
            ));
        };
        let name = name.trim_end().to_lowercase();
        if ini
            .options
            .iter()
            .any(|option| option.section == *section && option.name == name)
        {
            return Err(mistake(
                place,
                format!("the option `{name}` is in [{section}] twice; keep one of them"),
            ));
        }
        let value = unescape(value.trim(), place)?;
        ini.options.push(IniOption {
            section: section.clone(),
            name,
            value,
            place,
        });
        open = true;
    }
    Ok(ini)
}

fn check_section(name: &str, sections: &[String], place: Place) -> Result<(), Mistake> {
    if name == "internal" {
        return Err(mistake(
            place,
            "the section [internal] belongs to the platform; remove it",
        ));
    }
    if sections.iter().any(|known| known == name) {
        return Err(mistake(
            place,
            format!("the section [{name}] is there twice; put its options together"),
        ));
    }
    Ok(())
}

/// Undoes the escapes of `configparser`. Its references to other options are refused, so that no file has another
/// meaning here than in flytekit.
fn unescape(value: &str, place: Place) -> Result<String, Mistake> {
    if value.contains("%(") {
        return Err(mistake(
            place,
            "references such as `%(name)s` are not read here; write the value out",
        ));
    }
    Ok(value.replace("%%", "%"))
}

fn mistake(place: Place, message: impl Into<String>) -> Mistake {
    Mistake {
        place,
        message: message.into(),
    }
}
