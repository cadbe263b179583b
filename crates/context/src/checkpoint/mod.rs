//! Checkpoints: what a task keeps for its next attempt.

mod asynchronous;
mod error;
mod store;
mod sync;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    io::Read,
    path::{Path, PathBuf},
};

use crate::directories::checkpoint as directory;

pub use asynchronous::AsyncCheckpoint;
pub use error::CheckpointError;
pub use sync::SyncCheckpoint;

/// What a task keeps for its next attempt. Corresponds to `flytekit.core.context_manager.Checkpoint`.
///
/// Attempts differ in two places: the *source*, where the previous attempt's checkpoint is, and the *destination*,
/// where this attempt's goes. The first attempt has no source.
pub trait Checkpoint: fmt::Debug + Send + Sync {
    /// Whether there is a source. It is not looked at.
    fn prev_exists(&self) -> bool;

    /// Copies the previous attempt's checkpoint into a directory, and gives back where it is; `None` if there was no
    /// previous attempt.
    ///
    /// Without a path, that is a temporary directory, which lives as long as this. What was restored once is not
    /// restored again: the first directory is given back, whatever is asked for.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::NotADirectory`] if the path is not a directory that exists;
    /// [`CheckpointError::SourceMissing`] if the previous checkpoint is gone.
    fn restore(&self, path: Option<&Path>) -> Result<Option<PathBuf>, CheckpointError>;

    /// Keeps a file under its own name, or all that is in a directory, beside what was kept before; the same names are
    /// replaced.
    ///
    /// # Errors
    ///
    /// If there is no such file, or if it cannot be kept.
    fn save_path(&self, path: &Path) -> Result<(), CheckpointError>;

    /// Keeps all that a stream still has, under the name that [`write`](Self::write) uses.
    ///
    /// # Errors
    ///
    /// If the stream fails, or if it cannot be kept.
    fn save_reader(&self, reader: &mut dyn Read) -> Result<(), CheckpointError>;

    /// The bytes of the one file that is kept; `None` if there is none.
    ///
    /// That is this attempt's, once it has kept something, and the previous attempt's before that.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::NotOne`] if several files are kept, for which [`restore`](Self::restore) is;
    /// [`CheckpointError::SourceMissing`] if the previous checkpoint is gone.
    fn read(&self) -> Result<Option<Vec<u8>>, CheckpointError>;

    /// Where the previous attempt's checkpoint is on this machine: its file, or the directory of its files if it is not
    /// exactly one; `None` if there was no previous attempt, or if it kept nothing.
    ///
    /// That is a copy, in a temporary directory. Corresponds to `load` of Flyte 2's `flyte.Checkpoint`, whose `save` is
    /// [`write`](Self::write) for bytes, and [`save_path`](Self::save_path) for files and directories.
    ///
    /// # Errors
    ///
    /// If it cannot be copied. In Flyte 2 a checkpoint that is gone is none; here it is an error.
    fn load(&self) -> Result<Option<PathBuf>, CheckpointError> {
        let Some(directory) = self.restore(None)? else {
            return Ok(None);
        };
        let restore_error = |source| CheckpointError::Restore {
            path: directory.clone(),
            source,
        };
        let mut entries = directory::kept_in(&directory).map_err(restore_error)?;
        Ok(match (entries.pop(), entries.is_empty()) {
            (None, _) => None,
            (Some(only), true) => Some(only),
            (Some(_), false) => Some(directory),
        })
    }

    /// Keeps bytes, in place of those that were written before.
    ///
    /// # Errors
    ///
    /// If they cannot be kept.
    fn write(&self, bytes: &[u8]) -> Result<(), CheckpointError> {
        self.save_reader(&mut &*bytes)
    }
}

impl dyn Checkpoint + '_ {
    /// [`save_path`](Checkpoint::save_path) of whatever is a path, such as a text.
    ///
    /// # Errors
    ///
    /// As [`save_path`](Checkpoint::save_path).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        self.save_path(path.as_ref())
    }
}
