//! Errors of checkpoints.

use std::{io, path::PathBuf};

use crate::storage::DataError;

/// Why a checkpoint was not saved or restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The target of a restore is not a directory.
    #[error("Checkpoints can be restored to a directory only. {} is none", path.display())]
    NotADirectory {
        /// The target of the restore.
        path: PathBuf,
    },
    /// The previous attempt's checkpoint is missing. Corresponds to `FlyteDataNotFoundException`.
    #[error("the previous checkpoint is not found at {}", path.display())]
    SourceMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// There is not exactly one file, so it is unclear which one to read.
    #[error("Expected exactly one checkpoint - found {found} in {}; restore them to a directory", path.display())]
    NotOne {
        /// The number of files.
        found: usize,
        /// Their directory.
        path: PathBuf,
    },
    /// The file or directory to save does not exist.
    #[error("Only a valid path should be provided, and there is no {}", path.display())]
    NothingToSave {
        /// Its path.
        path: PathBuf,
    },
    /// The run of the task has ended.
    #[error("the checkpoint cannot be used any more: {0}")]
    Ended(io::Error),
    /// A path that cannot be used, such as the address of a store.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Saving failed.
    #[error("cannot save a checkpoint in {}: {source}", path.display())]
    Save {
        /// The directory of the checkpoints.
        path: PathBuf,
        /// The error, with the file.
        source: io::Error,
    },
    /// Restoring failed.
    #[error("cannot restore the checkpoint in {}: {source}", path.display())]
    Restore {
        /// The directory of the checkpoints.
        path: PathBuf,
        /// The error, with the file.
        source: io::Error,
    },
}
