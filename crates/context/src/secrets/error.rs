//! Errors of secrets.

use std::{fmt, path::PathBuf};

/// Why a secret was not found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Neither group nor key was given.
    #[error("a secret has a group or a key; both are empty")]
    NoName,
    /// A part of the name would lead out of the secrets directory.
    #[error(
        "{part:?} cannot be part of the name of a secret: it must be neither `.` nor `..`, and have no `/`, `\\` or \
         NUL in it"
    )]
    Name {
        /// The part.
        part: String,
    },
    /// It was not found in any of the places.
    #[error(
        "Unable to find secret for {name}{}\n  to fix it: {fix}",
        Places(tried)
    )]
    NotFound {
        /// The name as in `#[task]`.
        name: String,
        /// The places, in the order in which they were searched.
        tried: Vec<Tried>,
        /// One line for the shell or the task that fixes the error.
        fix: String,
    },
    /// The secret's file is not text.
    #[error("the secret in {} is not UTF-8; get it as bytes", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// The secret's variable is not text.
    #[error("the secret in the environment variable {name} is not UTF-8; get it as bytes")]
    NotTextVariable {
        /// The variable.
        name: String,
    },
}

/// A place in which a secret was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tried {
    /// An environment variable that is not set.
    Variable {
        /// The name of the variable.
        name: String,
    },
    /// A file that does not exist or cannot be read.
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        reason: String,
    },
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { name } => write!(f, "Env Var {name}: not set"),
            Self::File { path, reason } => write!(f, "FilePath {}: {reason}", path.display()),
        }
    }
}

struct Places<'a>(&'a [Tried]);

impl fmt::Display for Places<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|place| write!(f, "\n  {place}"))
    }
}
