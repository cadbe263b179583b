//! Why a program is not shipped.

use std::path::PathBuf;

/// Why an image was not made, written or pushed. The text says what to write instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShipError {
    /// The file is not a program for containers.
    #[error("{} {problem}", file.display())]
    Program {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// The program would not start in the base image.
    #[error("{program} does not start in {base}: {problem}")]
    Misfit {
        /// The program.
        program: String,
        /// The base image.
        base: String,
        /// What is missing there, and what to do.
        problem: String,
    },
    /// A name of an image is not valid.
    #[error("{0}")]
    Reference(String),
    /// The registry does not take or give what it is asked for.
    #[error("the registry {registry} {problem}")]
    Registry {
        /// The host of the registry.
        registry: String,
        /// What it does instead, and what to do.
        problem: String,
    },
    /// Credentials cannot be read.
    #[error("{0}")]
    Credentials(String),
    /// A file cannot be read or written.
    #[error("{}: {source}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The error.
        source: std::io::Error,
    },
}

impl ShipError {
    pub(super) fn registry(registry: &str, problem: impl Into<String>) -> Self {
        Self::Registry {
            registry: registry.to_owned(),
            problem: problem.into(),
        }
    }
}
