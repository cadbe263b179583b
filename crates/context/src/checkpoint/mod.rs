//! Checkpoints: data that a task saves for its next attempt.

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

/// Saves and restores data for a task's next attempt. Corresponds to `flytekit.core.context_manager.Checkpoint`.
///
/// Each attempt has two places: the *source*, where the previous attempt's checkpoint is, and the *destination*, where
/// its own checkpoint goes. The first attempt has no source.
pub trait Checkpoint: fmt::Debug + Send + Sync {
    /// Whether there is a source. Its contents are not checked.
    fn prev_exists(&self) -> bool;

    /// Copies the previous attempt's checkpoint into a directory and returns the directory; `None` if there was no
    /// previous attempt.
    ///
    /// Without a path, that is a temporary directory, which exists as long as this value. A checkpoint is restored only
    /// once: later calls return the first directory, even for another path.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::NotADirectory`] if the path is not a directory that exists;
    /// [`CheckpointError::SourceMissing`] if the previous checkpoint is gone.
    fn restore(&self, path: Option<&Path>) -> Result<Option<PathBuf>, CheckpointError>;

    /// Saves a file under its own name, or the contents of a directory, beside what was saved before; files with the
    /// same name are replaced.
    ///
    /// # Errors
    ///
    /// If the file does not exist or cannot be saved.
    fn save_path(&self, path: &Path) -> Result<(), CheckpointError>;

    /// Saves the rest of a stream under the name that [`write`](Self::write) uses.
    ///
    /// # Errors
    ///
    /// If the stream fails or its contents cannot be saved.
    fn save_reader(&self, reader: &mut dyn Read) -> Result<(), CheckpointError>;

    /// The bytes of the only saved file; `None` if there is none.
    ///
    /// That is a file of this attempt, once it has saved something, and before that one of the previous attempt.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::NotOne`] if several files are saved; use [`restore`](Self::restore) then.
    /// [`CheckpointError::SourceMissing`] if the previous checkpoint is gone.
    fn read(&self) -> Result<Option<Vec<u8>>, CheckpointError>;

    /// The local path of the previous attempt's checkpoint: its file, or the directory of its files if there is not
    /// exactly one; `None` if there was no previous attempt or it saved nothing.
    ///
    /// The path is a copy in a temporary directory. Corresponds to `load` of Flyte 2's `flyte.Checkpoint`, whose `save`
    /// is [`write`](Self::write) for bytes, and [`save_path`](Self::save_path) for files and directories.
    ///
    /// # Errors
    ///
    /// If it cannot be copied. In Flyte 2 a missing checkpoint gives `None`; here it is an error.
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

    /// Saves bytes, and replaces those written before.
    ///
    /// # Errors
    ///
    /// If they cannot be saved.
    fn write(&self, bytes: &[u8]) -> Result<(), CheckpointError> {
        self.save_reader(&mut &*bytes)
    }
}

impl dyn Checkpoint + '_ {
    /// As [`save_path`](Checkpoint::save_path), for anything that converts to a path, such as a text.
    ///
    /// # Errors
    ///
    /// As [`save_path`](Checkpoint::save_path).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        self.save_path(path.as_ref())
    }
}
