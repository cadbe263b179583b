//! Why a configuration cannot be read.

use std::{io, path::PathBuf};

use super::Origin;

/// A configuration that cannot be read or understood.
///
/// flytekit logs most of these and continues with defaults, which point a program at `localhost`. Here they are errors,
/// with the place and a correction. An unknown key is not an error, because files are shared with other tools, which
/// have their own keys; it adds a text to [`Config::notices`](super::Config::notices).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A configuration file that was given or found cannot be read.
    #[error("cannot read the config file {}; name a file that exists and is readable", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A configuration file is not YAML, or not ini.
    #[error("{}:{line}:{column}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line of the mistake, from 1.
        line: usize,
        /// The column of the mistake, from 1.
        column: usize,
        /// What is wrong, and what to write instead.
        message: String,
    },
    /// A value is present, but not valid for its key.
    #[error("{key} from {origin} is {found}; write {expected}")]
    Value {
        /// The path of the value in [`Config`](super::Config), such as `platform.insecure`.
        key: &'static str,
        /// Where the value was found.
        origin: Origin,
        /// The valid values.
        expected: &'static str,
        /// The value that was found.
        found: String,
    },
    /// The configured file with the client secret cannot be read.
    #[error("cannot read {}, which {origin} names as the client secret", path.display())]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// The setting that names it.
        origin: Origin,
        /// The operating system's error.
        source: io::Error,
    },
}
