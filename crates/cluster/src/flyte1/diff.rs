//! In what two messages differ, field by field: what a server says of it is of no use.
//!
//! Messages have no reflection. Their `Debug` form has every field by its name, each on a line of its own, and texts
//! are escaped in it, so that it can be read back.

use std::{collections::BTreeMap, fmt};

/// A field in which what is registered differs from what the program has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The fields that lead to it, with elements of lists by their ids: `nodes[n0].inputs[x].binding`.
    pub path: String,
    /// What is registered; `None` if it is not set.
    pub registered: Option<String>,
    /// What the program has; `None` if it is not set.
    pub own: Option<String>,
    /// Where that is in the source, if it is a node's.
    pub location: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}", self.path)?;
        if let Some(location) = &self.location {
            write!(f, "  ({location})")?;
        }
        for (sign, value) in [('-', &self.registered), ('+', &self.own)] {
            match value {
                Some(value) => write!(f, "\n    {sign} {value}")?,
                None => write!(f, "\n    {sign} (not set)")?,
            }
        }
        Ok(())
    }
}

/// How much of a value is told.
const SHOWN: usize = 200;

/// In what two messages differ. What is left at its default counts as not set.
pub(super) fn differences(registered: &impl fmt::Debug, own: &impl fmt::Debug) -> Vec<Difference> {
    let (registered, own) = (fields(registered), fields(own));
    let shown = |value: &String| match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.clone(),
    };
    let mut paths: Vec<_> = registered.keys().chain(own.keys()).collect();
    paths.sort();
    paths.dedup();
    let differ = paths
        .into_iter()
        .filter(|path| registered.get(*path) != own.get(*path));
    differ
        .map(|path| Difference {
            path: path.clone(),
            registered: registered.get(path).map(shown),
            own: own.get(path).map(shown),
            location: None,
        })
        .collect()
}

/// Something that is open while the form is read.
struct Open {
    /// What it adds to the path; nothing for `Some(`.
    label: String,
    is_list: bool,
    /// How many elements it has had.
    count: usize,
}

/// The values of all fields by their paths.
fn fields(message: &impl fmt::Debug) -> BTreeMap<String, String> {
    let text = format!("{message:#?}");
    let mut fields = BTreeMap::new();
    let mut open: Vec<Open> = Vec::new();
    for line in text.lines() {
        let line = line.trim_start();
        let line = line.strip_suffix(',').unwrap_or(line);
        if matches!(line, "}" | ")" | "]") {
            open.pop();
            continue;
        }
        let (name, value) = named(line);
        let label = match (name, open.last_mut()) {
            (Some(name), _) => format!(".{name}"),
            (None, Some(list)) if list.is_list => {
                list.count += 1;
                format!("[{}]", list.count - 1)
            }
            // What is inside of `Some(` is the field itself.
            (None, _) => String::new(),
        };
        if value.ends_with(['{', '(', '[']) {
            open.push(Open {
                label,
                is_list: value.ends_with('['),
                count: 0,
            });
            continue;
        }
        // Elements go by what identifies them, which is their first field.
        if let Some(element) = open.last_mut()
            && element.label.starts_with('[')
            && matches!(name, Some("id" | "var" | "key" | "node_id"))
        {
            element.label = format!("[{}]", value.trim_matches('"'));
        }
        // The compiler writes out who gives the inputs of a workflow.
        let is_start = name == Some("node_id") && value == "\"start-node\"";
        if is_start || matches!(value, "None" | "{}" | "[]" | "\"\"" | "0" | "false") {
            continue;
        }
        let mut path: String = open.iter().map(|open| open.label.as_str()).collect();
        path += &label;
        fields.insert(path.trim_start_matches('.').to_owned(), value.to_owned());
    }
    fields
}

/// A line as a name and a value; elements of lists have no name.
fn named(line: &str) -> (Option<&str>, &str) {
    let end = match line.strip_prefix('"') {
        // The key of a map.
        Some(rest) => {
            let mut escaped = false;
            rest.find(|c| {
                let is_end = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                is_end
            })
            .map(|end| end + 2)
        }
        None => line.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '#')),
    };
    match end.and_then(|end| Some((&line[..end], line[end..].strip_prefix(": ")?))) {
        Some((name, value)) => (Some(name.trim_matches('"')), value),
        None => (None, line),
    }
}

#[cfg(test)]
mod tests {
    use flyte_idl::flyteidl::core;

    use super::*;

    fn container(image: &str, args: &[&str]) -> core::TaskTemplate {
        core::TaskTemplate {
            id: Some(core::Identifier {
                name: "hello".to_owned(),
                ..Default::default()
            }),
            config: [("a: b\"{".to_owned(), "{".to_owned())].into(),
            target: Some(core::task_template::Target::Container(core::Container {
                image: image.to_owned(),
                args: args.iter().map(|arg| (*arg).to_owned()).collect(),
                env: vec![core::KeyValuePair {
                    key: "LEVEL".to_owned(),
                    value: image.to_owned(),
                }],
                ..Default::default()
            })),
            ..Default::default()
        }
    }

    #[test]
    fn what_is_equal_does_not_differ() {
        let message = container("hello:v1", &["a", "b"]);
        assert_eq!(differences(&message, &message), []);
    }

    #[test]
    fn what_differs_is_told_by_its_path() {
        let old = container("hello:v1", &["run", "it (", "x"]);
        let new = container("hello:v2", &["run", "it ("]);
        let told: Vec<_> = differences(&old, &new)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "  target.args[2]\n    - \"x\"\n    + (not set)",
                "  target.env[LEVEL].value\n    - \"hello:v1\"\n    + \"hello:v2\"",
                "  target.image\n    - \"hello:v1\"\n    + \"hello:v2\"",
            ]
        );
    }

    #[test]
    fn keys_of_maps_may_hold_anything() {
        let fields = fields(&container("i", &[]));
        assert_eq!(fields["config.a: b\\\"{"], "\"{\"");
        assert_eq!(fields["id.name"], "\"hello\"");
    }
}
