//! Why a configuration cannot be read.

use std::{io, path::PathBuf};

use super::Origin;

/// A configuration that cannot be read or understood.
///
/// flytekit logs most of these and goes on with defaults, which point a program at `localhost`. Here they stop it, with
/// the place and what to write. A key that nobody knows is not among them: files are shared with other tools, which
/// have keys of their own. It leaves a text in [`Config::notices`](super::Config::notices).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A configuration file that was asked for, or found, cannot be read.
    #[error("cannot read the config file {}; name a file that exists and is readable", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
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
    /// A value is there, but it is not what the key takes.
    #[error("{key} from {origin} is {found}; write {expected}")]
    Value {
        /// The path of the value in [`Config`](super::Config), such as `platform.insecure`.
        key: &'static str,
        /// Where the value was found.
        origin: Origin,
        /// What the key takes.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// The file with the client secret, which the configuration names, cannot be read.
    #[error("cannot read {}, which {origin} names as the client secret", path.display())]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// Who names it.
        origin: Origin,
        /// What the operating system says.
        source: io::Error,
    },
}
