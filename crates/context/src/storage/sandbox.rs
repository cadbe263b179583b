//! A temporary directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::storage::stale::{self, Mark};
use flyte_config::{private, random::random_hex};

/// A temporary directory that is removed, with its contents, when this is dropped.
///
/// It is created on first use, readable only by this user, with an unguessable name. A process that is killed cannot
/// remove it, and a value in a `static` is never dropped; a later process removes such a directory after a day.
///
/// ```
/// use flyte_runtime::files::TempSandbox;
///
/// let sandbox = TempSandbox::new();
/// assert!(!sandbox.path().exists());
/// std::fs::write(sandbox.create()?.join("a.txt"), "1")?;
///
/// let path = sandbox.path().to_owned();
/// drop(sandbox);
/// assert!(!path.exists());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TempSandbox {
    path: PathBuf,
    /// Whether it is kept.
    kept: AtomicBool,
    /// While this exists, the directory is not [stale](super::stale).
    mark: OnceLock<Mark>,
}

impl TempSandbox {
    /// In the system's directory for temporary files.
    pub fn new() -> Self {
        Self::in_dir(std::env::temp_dir())
    }

    /// In a given directory.
    pub fn in_dir(dir: impl AsRef<Path>) -> Self {
        Self {
            path: dir.as_ref().join(format!("flyte-{}", random_hex())),
            kept: AtomicBool::new(false),
            mark: OnceLock::new(),
        }
    }

    /// The path, whether the directory exists or not.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the directory, created on first use.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn create(&self) -> io::Result<&Path> {
        if let Some(parent) = self.path.parent() {
            fs::create_dir_all(parent)?;
        }
        match private::make_new(&self.path) {
            // It was created before, here or by code that was given the path: the name cannot be guessed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                made?;
                if let Some(mark) = stale::mark(&self.path) {
                    // No other process has created the directory, so none has marked it.
                    let _ = self.mark.set(mark);
                }
            }
        }
        Ok(&self.path)
    }

    /// Keeps the directory, and returns its path.
    pub fn keep(self) -> PathBuf {
        self.stay();
        self.path.clone()
    }

    /// Keeps the directory when this is dropped.
    pub(super) fn stay(&self) {
        self.kept.store(true, Ordering::Relaxed);
        if let Some(mark) = self.mark.get() {
            mark.remove();
        }
    }
}

impl Default for TempSandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TempSandbox {
    fn drop(&mut self) {
        if !*self.kept.get_mut() {
            // A failure cannot be reported here, and usually there is nothing to remove.
            let _ = fs::remove_dir_all(&self.path);
            match self.mark.get() {
                Some(mark) if !self.path.exists() => mark.remove(),
                _ => {}
            }
        }
    }
}
