//! The environment of a program: variables, the home directory and the current directory.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
};

/// The environment from which configuration is read, as a value.
///
/// A program passes [`Environment::process`]. A test passes an artificial one, which does not change the test's process
/// and does not depend on the home directory of the user who runs it.
///
/// ```
/// use flyte_runtime::config::{Config, Environment};
///
/// let env = Environment::empty().with_var("FLYTE_PLATFORM_URL", "dns:///flyte.example.com");
/// let config = Config::loader().environment(env).load()?;
/// assert_eq!(config.platform.endpoint, "flyte.example.com");
/// # Ok::<(), flyte_runtime::config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Environment {
    variables: Variables,
    home: Option<PathBuf>,
    current_dir: Option<PathBuf>,
}

#[derive(Clone)]
enum Variables {
    /// Queried at every look-up, never copied.
    Process,
    Given(BTreeMap<String, OsString>),
}

/// Only the names of variables, because the values may be secrets.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.write_str("Process"),
            Self::Given(given) => f.debug_set().entries(given.keys()).finish(),
        }
    }
}

impl Environment {
    /// The environment of this process. Variables are looked up on demand.
    pub fn process() -> Self {
        Self {
            variables: Variables::Process,
            home: std::env::home_dir(),
            current_dir: std::env::current_dir().ok(),
        }
    }

    /// An environment without variables, home directory and current directory.
    pub fn empty() -> Self {
        Self {
            variables: Variables::Given(BTreeMap::new()),
            home: None,
            current_dir: None,
        }
    }

    /// The same environment with one variable set. The process's own variables are copied first, not changed.
    #[must_use]
    pub fn with_var(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with_var_os(name, value.into())
    }

    /// The same environment with one variable set to a value that need not be text.
    #[must_use]
    pub fn with_var_os(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        let mut given = match self.variables {
            Variables::Given(given) => given,
            Variables::Process => std::env::vars_os()
                .map(|(name, value)| (lossy(name), value))
                .collect(),
        };
        given.insert(name.into(), value.into());
        self.variables = Variables::Given(given);
        self
    }

    /// The same environment with another home directory.
    #[must_use]
    pub fn with_home(mut self, home: impl Into<PathBuf>) -> Self {
        self.home = Some(home.into());
        self
    }

    /// The same environment with another current directory, to which relative paths are resolved.
    #[must_use]
    pub fn with_current_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.current_dir = Some(dir.into());
        self
    }

    /// The value of a variable, `None` if it is not set. Bytes that are not UTF-8 become `U+FFFD`.
    pub fn var(&self, name: &str) -> Option<String> {
        self.var_os(name).map(lossy)
    }

    /// The value of a variable, unchanged.
    pub fn var_os(&self, name: &str) -> Option<OsString> {
        match &self.variables {
            Variables::Process => std::env::var_os(name),
            Variables::Given(given) => given.get(name).cloned(),
        }
    }

    /// The home directory, if there is one.
    pub fn home_dir(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// The current directory, if there is one.
    pub fn current_dir(&self) -> Option<&Path> {
        self.current_dir.as_deref()
    }

    /// Resolves a path against the current directory.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        match &self.current_dir {
            Some(dir) => dir.join(path),
            None => path.to_owned(),
        }
    }
}

impl Default for Environment {
    /// The environment of this process.
    fn default() -> Self {
        Self::process()
    }
}

fn lossy(text: OsString) -> String {
    text.into_string()
        .unwrap_or_else(|text| text.to_string_lossy().into_owned())
}
