//! Configuration files: where they are searched for, and how values are looked up in them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    ConfigError, Environment, Origin,
    ini::{self, Ini},
    reader::Key,
    unknown,
    yaml::{self, Mistake, Node, Place, Value},
};

/// The variables that users set, in the order in which they are searched: flytectl's, and those of Union's tools.
const VARIABLES: [&str; 4] = [
    "FLYTECTL_CONFIG",
    "UNION_CONFIG",
    "UNIONAI_CONFIG",
    "UCTL_CONFIG",
];
/// The variable that a command line sets for its child processes; it takes precedence over [`VARIABLES`].
const OVERRIDE: &str = "_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE";

/// A configuration file that has been read: flytectl's YAML, or flytekit's older ini form.
///
/// Corresponds to `flytekit.configuration.file.ConfigFile`. The name determines the format: `.yaml` and `.yml` are
/// YAML, everything else is ini.
#[derive(Debug)]
pub struct ConfigFile {
    path: Arc<Path>,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Yaml(Node),
    Ini(Ini),
}

/// A value in a file.
pub(super) enum Found<'a> {
    Text(&'a str),
    List(Vec<&'a str>),
    /// A value of a kind that no setting has, with its description.
    Other(&'static str),
    /// The section of the setting is not a mapping.
    NoSection(ConfigError),
}

impl ConfigFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Read`] if it cannot be opened or is not UTF-8, [`ConfigError::Syntax`] if it cannot be
    /// understood.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self, ConfigError> {
        let path = path.into();
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::parse(path, &text),
            Err(source) => Err(ConfigError::Read { path, source }),
        }
    }

    /// Parses a text as the contents of the file `path`, which need not exist.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Syntax`], with the line and column of the mistake.
    pub fn parse(path: impl Into<PathBuf>, text: &str) -> Result<Self, ConfigError> {
        let path = path.into();
        let name = path.to_string_lossy();
        let content = if name.ends_with("yaml") || name.ends_with("yml") {
            yaml::parse(text).and_then(settings).map(Content::Yaml)
        } else {
            ini::parse(text).map(Content::Ini)
        };
        match content {
            Ok(content) => Ok(Self {
                path: path.into(),
                content,
            }),
            Err(mistake) => Err(ConfigError::Syntax {
                path,
                line: mistake.place.line,
                column: mistake.place.column,
                message: mistake.message,
            }),
        }
    }

    /// Searches for a file in the same places as flytekit, and reads the first that exists.
    ///
    /// In this order: the variables `_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE`, `FLYTECTL_CONFIG`, `UNION_CONFIG`,
    /// `UNIONAI_CONFIG` and `UCTL_CONFIG`, `./flytekit.config`, `~/.flyte/config` (both ini), `~/.flyte/config.yaml`,
    /// `~/.union/config.yaml`. As in flytekit, a variable that names a missing file is ignored; this adds a text to
    /// `notices`. Nothing is cached: the next call searches again.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read): a file that exists must be readable.
    pub fn find(env: &Environment, notices: &mut Vec<String>) -> Result<Option<Self>, ConfigError> {
        let named = [OVERRIDE].into_iter().chain(VARIABLES).find_map(|name| {
            let path = env.var(name)?;
            // An empty one of a command line means no file.
            (name == OVERRIDE || !path.is_empty()).then_some((name, path))
        });
        if let Some((variable, path)) = named.filter(|(_, path)| !path.is_empty()) {
            let path = env.resolve(Path::new(&path));
            if path.exists() {
                return Self::read(path).map(Some);
            }
            notices.push(format!(
                "{variable} names {}, which does not exist; passed over",
                path.display()
            ));
        }
        let current = env.current_dir().map(|dir| dir.join("flytekit.config"));
        let home = env.home_dir().map(|dir| dir.join(".flyte"));
        let candidates = [
            current,
            home.as_deref().map(|dir| dir.join("config")),
            home.as_deref().map(|dir| dir.join("config.yaml")),
            env.home_dir()
                .map(|dir| dir.join(".union").join("config.yaml")),
        ];
        match candidates.into_iter().flatten().find(|path| path.exists()) {
            Some(path) => Self::read(path).map(Some),
            None => Ok(None),
        }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The value and place of an ini option or a YAML path, depending on the format of the file.
    ///
    /// If an outer level is not a mapping, the second part describes this mistake.
    pub(super) fn get(
        &self,
        section: &str,
        option: &str,
        yaml: Option<&str>,
    ) -> Option<(Found<'_>, Origin)> {
        match &self.content {
            Content::Ini(ini) => {
                let found = ini.get(section, option)?;
                let origin = self.origin(found.place, format!("[{section}] {option}"));
                Some((Found::Text(&found.value), origin))
            }
            Content::Yaml(root) => {
                let path = yaml?;
                let mut node = root;
                for (index, key) in path.split('.').enumerate() {
                    if !matches!(node.value, Value::Mapping(_) | Value::Null) {
                        let above: Vec<&str> = path.split('.').take(index).collect();
                        let above = above.join(".");
                        let mistake = ConfigError::Syntax {
                            path: self.path.to_path_buf(),
                            line: node.place.line,
                            column: node.place.column,
                            message: format!(
                                "`{above}` is {}; write its keys on lines of their own below it, such as `{path}`",
                                node.value.kind()
                            ),
                        };
                        return Some((Found::NoSection(mistake), self.origin(node.place, above)));
                    }
                    node = node.get(key)?;
                }
                let found = match &node.value {
                    Value::Null => return None,
                    Value::Scalar(text) => Found::Text(text),
                    Value::Sequence(items) => list(items),
                    Value::Mapping(_) => Found::Other(node.value.kind()),
                };
                Some((found, self.origin(node.place, path.to_owned())))
            }
        }
    }

    /// The named images: the section `[images]`, or the mapping `images`.
    pub(super) fn images(&self) -> Vec<(&str, Found<'_>, Origin)> {
        match &self.content {
            Content::Ini(ini) => ini
                .section("images")
                .map(|option| {
                    let origin = self.origin(option.place, format!("[images] {}", option.name));
                    (option.name.as_str(), Found::Text(&option.value), origin)
                })
                .collect(),
            Content::Yaml(root) => match root.get("images") {
                None => Vec::new(),
                Some(Node {
                    value: Value::Null, ..
                }) => Vec::new(),
                Some(Node {
                    value: Value::Mapping(images),
                    ..
                }) => images
                    .iter()
                    .map(|(name, node)| {
                        let found = match &node.value {
                            Value::Scalar(text) => Found::Text(text),
                            other => Found::Other(other.kind()),
                        };
                        (
                            name.as_str(),
                            found,
                            self.origin(node.place, format!("images.{name}")),
                        )
                    })
                    .collect(),
                Some(node) => {
                    vec![(
                        "",
                        Found::Other(node.value.kind()),
                        self.origin(node.place, "images".to_owned()),
                    )]
                }
            },
        }
    }

    /// Notices about keys that are neither read here nor known to belong to other tools.
    pub(super) fn unknown(&self, asked: &[Key]) -> Vec<String> {
        let mut notices = Vec::new();
        let mut say = |place: Place, notice: Option<String>| {
            let Place { line, column } = place;
            let path = self.path.display();
            notices.extend(notice.map(|notice| format!("{path}:{line}:{column}: {notice}")));
        };
        match &self.content {
            Content::Ini(ini) => {
                for option in ini.options() {
                    let (section, name) = (option.section(), &option.name);
                    say(option.place, unknown::ini_option(section, name, asked));
                }
            }
            Content::Yaml(root) => unknown_below(root, "", asked, &mut say),
        }
        notices
    }

    fn origin(&self, place: Place, key: String) -> Origin {
        Origin::File {
            path: Arc::clone(&self.path),
            line: place.line,
            column: place.column,
            key,
        }
    }
}

/// Settings are in a mapping; an empty file does not have any.
fn settings(root: Node) -> Result<Node, Mistake> {
    match &root.value {
        Value::Mapping(_) | Value::Null => Ok(root),
        other => Err(Mistake {
            place: root.place,
            message: format!(
                "the file is {}; write sections with keys below them, such as `admin:` and `endpoint: ..` below it",
                other.kind()
            ),
        }),
    }
}

fn unknown_below(
    node: &Node,
    above: &str,
    asked: &[Key],
    say: &mut impl FnMut(Place, Option<String>),
) {
    let Value::Mapping(entries) = &node.value else {
        return;
    };
    for (key, node) in entries {
        let path = match above {
            "" => key.clone(),
            above => format!("{above}.{key}"),
        };
        match unknown::yaml_key(&path, asked) {
            None if unknown::is_section(&path, asked) => unknown_below(node, &path, asked, say),
            None => {}
            notice => say(node.place, notice),
        }
    }
}

fn list(items: &[Node]) -> Found<'_> {
    let texts: Option<Vec<&str>> = items
        .iter()
        .map(|item| match &item.value {
            Value::Scalar(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.map_or(Found::Other("a list of lists or mappings"), Found::List)
}
