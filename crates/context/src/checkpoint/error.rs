//! What goes wrong with checkpoints.

use std::{io, path::PathBuf};

use crate::storage::DataError;

/// Why a checkpoint was not kept or not restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// It was to be restored to something else than a directory.
    #[error("Checkpoints can be restored to a directory only. {} is none", path.display())]
    NotADirectory {
        /// Where it was to be restored to.
        path: PathBuf,
    },
    /// What the previous attempt kept is not there. Corresponds to `FlyteDataNotFoundException`.
    #[error("the previous checkpoint is not found at {}", path.display())]
    SourceMissing {
        /// Where it was to be.
        path: PathBuf,
    },
    /// There is not exactly one file, so it cannot be told which to read.
    #[error("Expected exactly one checkpoint - found {found} in {}; restore them to a directory", path.display())]
    NotOne {
        /// How many there are.
        found: usize,
        /// Where they are.
        path: PathBuf,
    },
    /// There is nothing to keep.
    #[error("Only a valid path should be provided, and there is no {}", path.display())]
    NothingToSave {
        /// What was to be kept.
        path: PathBuf,
    },
    /// The run has ended whose task kept it.
    #[error("the checkpoint cannot be used any more: {0}")]
    Ended(io::Error),
    /// A path cannot be used, as the address of a store.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Keeping it failed.
    #[error("cannot save a checkpoint in {}: {source}", path.display())]
    Save {
        /// Where checkpoints are kept.
        path: PathBuf,
        /// What happened, and to which file.
        source: io::Error,
    },
    /// Getting it back failed.
    #[error("cannot restore the checkpoint in {}: {source}", path.display())]
    Restore {
        /// Where checkpoints are kept.
        path: PathBuf,
        /// What happened, and to which file.
        source: io::Error,
    },
}
