//! Environment variables of a task's container.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};

/// Variables with their values, in the order in which they were first set.
///
/// The order is kept because it is visible in a container's specification. As in Python's `dict`, setting a variable
/// again changes its value in place, and two sets are equal whatever their order.
///
/// ```
/// use flyte_runtime::compat::settings::EnvVars;
///
/// let env = EnvVars::from([("RUST_LOG", "info"), ("MODE", "fast"), ("RUST_LOG", "debug")]);
/// assert_eq!(env.iter().collect::<Vec<_>>(), [("RUST_LOG", "debug"), ("MODE", "fast")]);
/// assert_eq!(env, EnvVars::from([("MODE", "fast"), ("RUST_LOG", "debug")]));
/// ```
#[derive(Clone, Default)]
pub struct EnvVars(Vec<(String, String)>);

impl EnvVars {
    /// No variables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable and returns its old value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) -> Option<String> {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.0.push((name, value));
                None
            }
        }
    }

    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every variable with its value, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The number of variables.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no variables.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl PartialEq for EnvVars {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .all(|(name, value)| other.get(name) == Some(value))
    }
}

impl Eq for EnvVars {}

impl fmt::Debug for EnvVars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K: Into<String>, V: Into<String>> Extend<(K, V)> for EnvVars {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, vars: I) {
        for (name, value) in vars {
            self.insert(name, value);
        }
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for EnvVars {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(vars: I) -> Self {
        let mut env = Self::new();
        env.extend(vars);
        env
    }
}

impl<K: Into<String>, V: Into<String>, const N: usize> From<[(K, V); N]> for EnvVars {
    fn from(vars: [(K, V); N]) -> Self {
        vars.into_iter().collect()
    }
}

impl Serialize for EnvVars {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for EnvVars {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Vars;

        impl<'de> Visitor<'de> for Vars {
            type Value = EnvVars;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("variables with text values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EnvVars, A::Error> {
                let mut env = EnvVars::new();
                while let Some((name, value)) = map.next_entry::<String, String>()? {
                    env.insert(name, value);
                }
                Ok(env)
            }
        }

        deserializer.deserialize_map(Vars)
    }
}
