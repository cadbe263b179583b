//! The plugin of a cluster that runs a task, as a constant.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::{Pairs, as_map, declare::options, is_empty};
use crate::panic;

options! {
    /// The plugin of a cluster that runs a task: `#[task(task_type = "spark", custom = .., config(..))]`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
    pub struct Plugin as PluginFields;

    /// The plugin for tasks of this type, with a container and without settings.
    new(task_type: &'static str);

    /// The type of the task, by which the cluster finds the plugin (`TaskTemplate.type`).
    task_type: [&'static str] = task_type,
    /// Parameters for the plugin (`TaskTemplate.custom`).
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: [Option<Custom>] = None,
    /// Text settings of the plugin (`TaskTemplate.config`).
    #[serde(skip_serializing_if = "is_empty", serialize_with = "as_map")]
    config: [Pairs] = &[],
    /// Whether the plugin starts a container of this program for the function: whether the function has a body.
    has_container: [bool] = true,
}

/// What a plugin is told besides text: the expression of `custom = ..`, which is evaluated when it is read.
#[derive(Clone, Copy)]
pub struct Custom(fn() -> Result<Json, serde_json::Error>);

impl Custom {
    /// A value that a function makes.
    pub const fn new(make: fn() -> Result<Json, serde_json::Error>) -> Self {
        Self(make)
    }

    /// Evaluates the expression to an object.
    ///
    /// # Errors
    ///
    /// When the expression panics, its value is not a JSON object, or a number in it would change on the way.
    pub fn object(&self) -> Result<Map<String, Json>, CustomError> {
        let made = panic::catch(self.0).map_err(|panic| CustomError::Panic {
            place: panic.place,
            message: panic.message,
        })?;
        let json = made.map_err(|error| CustomError::NotJson(error.to_string()))?;
        exact(&json, &mut String::new())?;
        match json {
            Json::Object(object) => Ok(object),
            other => Err(CustomError::NotAnObject {
                found: match other {
                    Json::Null => "nothing",
                    Json::Bool(_) => "a boolean",
                    Json::Number(_) => "a number",
                    Json::String(_) => "a text",
                    Json::Array(_) | Json::Object(_) => "a list",
                },
            }),
        }
    }
}

/// Two values are equal if the same function makes both.
impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::fn_addr_eq(self.0, other.0)
    }
}

impl Eq for Custom {}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Custom").field(&self.object()).finish()
    }
}

/// The object, or the text of the error.
impl Serialize for Custom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.object() {
            Ok(object) => object.serialize(serializer),
            Err(error) => serializer.collect_str(&error),
        }
    }
}

/// Why the `custom` of a task cannot be sent to a plugin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CustomError {
    /// It cannot be represented as JSON.
    #[error("`custom` cannot become JSON: {0}")]
    NotJson(String),
    /// It is JSON, but not an object.
    #[error(
        "`custom` is {found}, and a plugin takes an object: give it a struct with named fields, or a map with text keys"
    )]
    NotAnObject {
        /// The kind of the value.
        found: &'static str,
    },
    /// A number that cannot be represented exactly as a float.
    #[error(
        "`custom` has {number} at `{path}`, which a plugin would get as another number, since all its numbers are \
         floats; make it a text"
    )]
    Inexact {
        /// The path of the number.
        path: String,
        /// The number.
        number: String,
    },
    /// The expression panicked.
    #[error("the expression of `custom` panicked at {place}: {message}")]
    Panic {
        /// `file:line:column`.
        place: String,
        /// The panic's message.
        message: String,
    },
}

impl CustomError {
    /// What to write instead; empty if that depends on the expression.
    pub fn instead(&self) -> &'static str {
        match self {
            Self::NotJson(_) | Self::NotAnObject { .. } => {
                "give `custom` a struct with named fields, or a map with text keys"
            }
            Self::Inexact { .. } => "write the number as a text",
            Self::Panic { .. } => "",
        }
    }
}

/// Checks that protobuf's `Struct` can hold each number of a value.
fn exact(json: &Json, path: &mut String) -> Result<(), CustomError> {
    let length = path.len();
    match json {
        Json::Number(number) => {
            let whole = number.as_i128();
            if whole.is_some_and(|whole| whole as f64 as i128 != whole) {
                return Err(CustomError::Inexact {
                    path: path.clone(),
                    number: number.to_string(),
                });
            }
        }
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                *path += &format!("[{index}]");
                exact(item, path)?;
                path.truncate(length);
            }
        }
        Json::Object(object) => {
            for (key, item) in object {
                if length > 0 {
                    path.push('.');
                }
                *path += key;
                exact(item, path)?;
                path.truncate(length);
            }
        }
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
    Ok(())
}
