//! Values with their origin.

use std::{
    fmt,
    ops::Deref,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use zeroize::Zeroizing;

/// Where a configuration value came from.
///
/// Its text completes "the value comes from …". flytekit does not have a counterpart: its values do not record where
/// they come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The documented default, because the value is not set.
    #[default]
    Default,
    /// The program set it.
    Code,
    /// An option of the command line.
    Argument {
        /// The option as it is written: `--endpoint`.
        name: String,
    },
    /// An environment variable.
    Variable {
        /// The name of the variable.
        name: String,
    },
    /// A configuration file.
    File {
        /// The file.
        path: Arc<Path>,
        /// The line of the value, from 1.
        line: usize,
        /// The column of the value, from 1.
        column: usize,
        /// The key as the file writes it: `admin.endpoint`, or `[platform] url` in an ini file.
        key: String,
    },
    /// The contents of a file that the configuration names, such as `admin.clientSecretLocation`.
    Contents {
        /// The file with the value.
        path: Arc<Path>,
    },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::Code => f.write_str("the program"),
            Self::Argument { name } => write!(f, "the option {name}"),
            Self::Variable { name } => write!(f, "the environment variable {name}"),
            Self::File {
                path,
                line,
                column,
                key,
            } => {
                write!(f, "{key} at {}:{line}:{column}", path.display())
            }
            Self::Contents { path } => write!(f, "the contents of {}", path.display()),
        }
    }
}

/// A configuration value and its origin.
///
/// It dereferences to the value (`Deref`), and `into()` makes it from a value, with the program as the origin. Two
/// values are equal if the values are, whatever their origins.
///
/// ```
/// use flyte_runtime::compat::{Origin, Sourced};
///
/// let endpoint: Sourced<String> = "flyte.example.com".into();
/// assert_eq!(endpoint.len(), 17);
/// assert_eq!(endpoint, "flyte.example.com");
/// assert_eq!(*endpoint.origin(), Origin::Code);
/// ```
#[derive(Clone, Default)]
pub struct Sourced<T> {
    value: T,
    origin: Origin,
}

impl<T> Sourced<T> {
    /// A value with an origin.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// A documented default.
    pub fn by_default(value: T) -> Self {
        Self::new(value, Origin::Default)
    }

    /// The value, without its origin.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The origin of the value.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Another value with the same origin.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Sourced<U> {
        Sourced {
            value: f(self.value),
            origin: self.origin,
        }
    }
}

impl<T> Deref for Sourced<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> From<T> for Sourced<T> {
    fn from(value: T) -> Self {
        Self::new(value, Origin::Code)
    }
}

impl From<&str> for Sourced<String> {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl<T> From<T> for Sourced<Option<T>> {
    fn from(value: T) -> Self {
        Self::new(Some(value), Origin::Code)
    }
}

impl From<&str> for Sourced<Option<String>> {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl<T: PartialEq> PartialEq for Sourced<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Sourced<T> {}

impl<T: PartialEq> PartialEq<T> for Sourced<T> {
    fn eq(&self, other: &T) -> bool {
        self.value == *other
    }
}

impl PartialEq<&str> for Sourced<String> {
    fn eq(&self, other: &&str) -> bool {
        self.value == *other
    }
}

impl<T: fmt::Debug> fmt::Debug for Sourced<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} from {}", self.value, self.origin)
    }
}

/// A text that is never printed: passwords, keys and tokens in a configuration.
///
/// Neither `{}` nor `{:?}` shows it; [`expose`](Self::expose) does.
///
/// ```
/// let key = flyte_runtime::compat::SecretText::new("minio");
/// assert_eq!(format!("{key} {key:?}"), "*** ***");
/// assert_eq!(key.expose(), "minio");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Wraps a text so that it is not printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One line of a configuration for users: see [`Config::entries`](super::Config::entries).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigEntry {
    /// The path of the value in [`Config`](super::Config), such as `platform.endpoint`.
    pub key: &'static str,
    /// The value as text, `None` if there is none; secrets are `***`.
    pub value: Option<String>,
    /// The origin of the value.
    pub origin: Origin,
}

impl ConfigEntry {
    pub(super) fn new<T: Shown>(key: &'static str, value: &Sourced<T>) -> Self {
        Self {
            key,
            value: value.shown(),
            origin: value.origin.clone(),
        }
    }
}

/// How a value of a configuration is displayed to users.
pub(super) trait Shown {
    fn shown(&self) -> Option<String>;
}

macro_rules! shown_by_display {
    ($($ty:ty),*) => {
        $(impl Shown for $ty {
            fn shown(&self) -> Option<String> {
                Some(self.to_string())
            }
        })*
    };
}

shown_by_display!(
    String,
    bool,
    u16,
    u32,
    SecretText,
    super::AuthType,
    super::AddressingStyle
);

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> Option<String> {
        self.as_ref().and_then(Shown::shown)
    }
}

impl Shown for Vec<String> {
    fn shown(&self) -> Option<String> {
        (!self.is_empty()).then(|| self.join(","))
    }
}

impl Shown for Duration {
    fn shown(&self) -> Option<String> {
        Some(format!("{self:?}"))
    }
}

impl Shown for PathBuf {
    fn shown(&self) -> Option<String> {
        Some(self.display().to_string())
    }
}
