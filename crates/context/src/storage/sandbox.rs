//! A directory for a while.

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

/// A directory of its own that is removed, with all that is in it, when this is dropped.
///
/// It is made when it is first asked for, for this user only, under a name that nobody can guess. A process that is
/// killed cannot remove it, nor can a value in a `static`, which is never dropped: a later process does that, a day
/// after.
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
    /// Whether it stays.
    kept: AtomicBool,
    /// While this is here the directory is not [stale](super::stale).
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

    /// Where it is, or will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory, made if it was not there.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn create(&self) -> io::Result<&Path> {
        if let Some(parent) = self.path.parent() {
            fs::create_dir_all(parent)?;
        }
        match private::make_new(&self.path) {
            // It was made before, here or by whoever was told the path and nobody else: the name cannot be guessed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => {
                made?;
                if let Some(mark) = stale::mark(&self.path) {
                    // Nobody else has made the directory, and so none has marked it.
                    let _ = self.mark.set(mark);
                }
            }
        }
        Ok(&self.path)
    }

    /// Lets the directory stay, and says where it is.
    pub fn keep(self) -> PathBuf {
        self.stay();
        self.path.clone()
    }

    /// Lets the directory stay when this is dropped.
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
            // Nobody is there to hear that it failed, and most often there is nothing to remove.
            let _ = fs::remove_dir_all(&self.path);
            match self.mark.get() {
                Some(mark) if !self.path.exists() => mark.remove(),
                _ => {}
            }
        }
    }
}
