//! Reads one value of the configuration: from the environment, otherwise from the file.

use std::{cell::RefCell, num::NonZero};

use super::{ConfigError, ConfigFile, Environment, Origin, Sourced, file::Found};

/// Where a value is searched for.
#[derive(Clone, Copy)]
pub(super) struct Key {
    /// Its path in `Config`.
    name: &'static str,
    /// The ini section; together with `option`, also the name of the variable.
    section: &'static str,
    option: &'static str,
    /// The path in a YAML file.
    yaml: Option<&'static str>,
}

impl Key {
    pub(super) const fn new(
        name: &'static str,
        section: &'static str,
        option: &'static str,
    ) -> Self {
        Self {
            name,
            section,
            option,
            yaml: None,
        }
    }

    pub(super) const fn yaml(mut self, path: &'static str) -> Self {
        self.yaml = Some(path);
        self
    }

    pub(super) const fn yaml_path(self) -> Option<&'static str> {
        self.yaml
    }

    /// Section and option of an ini file.
    pub(super) const fn ini(self) -> (&'static str, &'static str) {
        (self.section, self.option)
    }

    pub(super) const fn name(self) -> &'static str {
        self.name
    }

    fn variable(self) -> String {
        format!(
            "FLYTE_{}_{}",
            self.section.to_uppercase(),
            self.option.to_uppercase()
        )
    }
}

/// The sources of values, and the notices that result from reading them.
pub(super) struct Reader<'a> {
    pub(super) env: &'a Environment,
    pub(super) file: Option<&'a ConfigFile>,
    pub(super) notices: RefCell<Vec<String>>,
    /// Whether the secret of a client is not read.
    pub(super) leaves_secrets: bool,
    /// Every key that was read.
    asked: RefCell<Vec<Key>>,
}

enum Raw {
    Text(String),
    List(Vec<String>),
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        env: &'a Environment,
        file: Option<&'a ConfigFile>,
        notices: Vec<String>,
    ) -> Self {
        Self {
            env,
            file,
            notices: RefCell::new(notices),
            leaves_secrets: false,
            asked: RefCell::default(),
        }
    }

    /// All notices, after everything has been read; includes keys of the file that were not read.
    pub(super) fn into_notices(self) -> Vec<String> {
        let mut notices = self.notices.into_inner();
        if let Some(file) = self.file {
            notices.extend(file.unknown(&self.asked.into_inner()));
        }
        notices
    }

    /// A value that is present and not empty. As in flytekit, an empty variable or option means no value.
    fn raw(&self, key: Key) -> Result<Option<Sourced<Raw>>, ConfigError> {
        self.asked.borrow_mut().push(key);
        let name = key.variable();
        if let Some(value) = self.env.var(&name).filter(|value| !value.is_empty()) {
            return Ok(Some(Sourced::new(
                Raw::Text(value),
                Origin::Variable { name },
            )));
        }
        let Some((found, origin)) = self
            .file
            .and_then(|file| file.get(key.section, key.option, key.yaml))
        else {
            return Ok(None);
        };
        match found {
            Found::Text("") => Ok(None),
            Found::Text(text) => Ok(Some(Sourced::new(Raw::Text(text.to_owned()), origin))),
            Found::List(items) if items.is_empty() => Ok(None),
            Found::List(items) => {
                let items = items.into_iter().map(str::to_owned).collect();
                Ok(Some(Sourced::new(Raw::List(items), origin)))
            }
            Found::Other(kind) => Err(wrong(
                key,
                origin,
                "a value, not a structure",
                kind.to_owned(),
            )),
            Found::NoSection(mistake) => Err(mistake),
        }
    }

    pub(super) fn text(&self, key: Key) -> Result<Option<Sourced<String>>, ConfigError> {
        self.scalar(key, "one text")
    }

    fn scalar(
        &self,
        key: Key,
        expected: &'static str,
    ) -> Result<Option<Sourced<String>>, ConfigError> {
        let Some(raw) = self.raw(key)? else {
            return Ok(None);
        };
        let origin = raw.origin().clone();
        match raw.into_value() {
            Raw::Text(text) => Ok(Some(Sourced::new(text, origin))),
            Raw::List(_) => Err(wrong(key, origin, expected, "a list".to_owned())),
        }
    }

    /// A value of a type with a fixed set of texts, which `expected` lists.
    pub(super) fn parsed<T>(
        &self,
        key: Key,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<Sourced<T>>, ConfigError> {
        let Some(text) = self.scalar(key, expected)? else {
            return Ok(None);
        };
        match parse(text.trim()) {
            Some(value) => Ok(Some(text.map(|_| value))),
            None => Err(wrong(
                key,
                text.origin().clone(),
                expected,
                format!("{:?}", *text),
            )),
        }
    }

    pub(super) fn flag(&self, key: Key) -> Result<Option<Sourced<bool>>, ConfigError> {
        self.parsed(
            key,
            "`true` or `false` (or 1 or 0, yes or no, on or off)",
            |text| match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Some(true),
                "false" | "0" | "no" | "off" => Some(false),
                _ => None,
            },
        )
    }

    /// A positive number. Like flytekit, this treats a zero as "not set", and it adds a notice.
    pub(super) fn number<T: TryFrom<u32>>(
        &self,
        key: Key,
        expected: &'static str,
    ) -> Result<Option<Sourced<T>>, ConfigError> {
        let number = self.parsed(key, expected, |text| {
            let number: u32 = text.parse().ok()?;
            match NonZero::new(number) {
                Some(number) => Some(Some(T::try_from(number.get()).ok()?)),
                None => Some(None),
            }
        })?;
        let Some(number) = number else {
            return Ok(None);
        };
        let origin = number.origin().clone();
        match number.into_value() {
            Some(value) => Ok(Some(Sourced::new(value, origin))),
            None => {
                let notice = format!(
                    "{} from {origin} is 0, which means the default, as in flytekit",
                    key.name
                );
                self.notices.borrow_mut().push(notice);
                Ok(None)
            }
        }
    }

    /// A list, or a text with comma-separated items.
    pub(super) fn list(&self, key: Key) -> Result<Option<Sourced<Vec<String>>>, ConfigError> {
        Ok(self.raw(key)?.map(|raw| {
            raw.map(|raw| match raw {
                Raw::List(items) => items,
                Raw::Text(text) => text
                    .split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(str::to_owned)
                    .collect(),
            })
        }))
    }

    /// The named images of the file, in order.
    pub(super) fn images(&self) -> Result<Vec<(String, Sourced<String>)>, ConfigError> {
        let images = self.file.map(ConfigFile::images).unwrap_or_default();
        images
            .into_iter()
            .map(|(name, found, origin)| match found {
                Found::Text(text) => Ok((name.to_owned(), Sourced::new(text.to_owned(), origin))),
                Found::List(_) => Err(wrong(IMAGES, origin, IMAGE, "a list".to_owned())),
                Found::Other(kind) => Err(wrong(IMAGES, origin, IMAGE, kind.to_owned())),
                Found::NoSection(mistake) => Err(mistake),
            })
            .collect()
    }
}

const IMAGES: Key = Key::new("images", "images", "");
const IMAGE: &str = "`name: registry/image:tag` lines";

pub(super) fn wrong(
    key: Key,
    origin: Origin,
    expected: &'static str,
    found: String,
) -> ConfigError {
    ConfigError::Value {
        key: key.name,
        origin,
        expected,
        found,
    }
}

/// Replaces a default by a value that was found.
pub(super) trait Over<T> {
    fn over(self, default: &mut Sourced<T>);
}

impl<T> Over<T> for Option<Sourced<T>> {
    fn over(self, default: &mut Sourced<T>) {
        if let Some(found) = self {
            *default = found;
        }
    }
}

impl<T> Over<Option<T>> for Option<Sourced<T>> {
    fn over(self, default: &mut Sourced<Option<T>>) {
        if let Some(found) = self {
            *default = found.map(Some);
        }
    }
}
