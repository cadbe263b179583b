//! Checkpoints in a directory.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Checkpoint, CheckpointError, directory};
use crate::data::TempSandbox;
use crate::data::to_local;
use crate::data::transfer::{self, Durability, at};
use crate::engine::Sandbox;

/// Keeps checkpoints in a directory, before it returns. Corresponds to
/// `flytekit.core.context_manager.SyncCheckpoint`.
///
/// Directories are local paths or `file://` addresses. An address of a store is not refused here, since a task need not
/// use its checkpoint; using it is an error then.
///
/// What is kept outlives a crash of the program and of the machine: a file, or a directory with all its files, counts only when all
/// of it is on the disk, so a later attempt finds what was kept before or what is new, and never some of both. A directory is made
/// when something is kept in it.
///
/// Unlike flytekit's, it may be used from several threads (the last write wins), and [`read`](Checkpoint::read) gives
/// what this attempt wrote; there it gives what the previous attempt wrote, always.
#[derive(Debug)]
pub struct SyncCheckpoint {
    dest: PathBuf,
    source: Option<PathBuf>,
    /// The directory of the task that the checkpoints are kept in; they end with it.
    sandbox: Option<Sandbox>,
    /// Where the previous checkpoint is restored to if nobody says where.
    temporary: TempSandbox,
    state: Mutex<State>,
    changing: Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    restored: Option<PathBuf>,
    saved: bool,
}

impl SyncCheckpoint {
    /// What the temporary directory that a checkpoint is restored to is called.
    pub const SRC_LOCAL_FOLDER: &'static str = "prev_cp";
    /// What bytes and streams are called.
    pub const TMP_DST_PATH: &'static str = "_dst_cp";

    /// Keeps checkpoints in a directory, which need not exist, for an attempt that has no previous one.
    pub fn new(checkpoint_dest: impl Into<PathBuf>) -> Self {
        Self {
            dest: checkpoint_dest.into(),
            source: None,
            sandbox: None,
            temporary: TempSandbox::new(),
            state: Mutex::default(),
            changing: Mutex::default(),
        }
    }

    /// The same, after an attempt that kept its checkpoints in this directory. The empty path is none.
    #[must_use]
    pub fn with_source(mut self, checkpoint_src: impl Into<PathBuf>) -> Self {
        let source = checkpoint_src.into();
        self.source = (!source.as_os_str().is_empty()).then_some(source);
        self
    }

    /// The same, in the directory of a task.
    pub(crate) fn of(mut self, sandbox: Sandbox) -> Self {
        self.sandbox = Some(sandbox);
        self
    }

    /// Does something with what is kept, unless the run is over that it was kept for: its directory must not come back.
    fn in_run<R>(
        &self,
        work: impl FnOnce() -> Result<R, CheckpointError>,
    ) -> Result<R, CheckpointError> {
        match &self.sandbox {
            None => work(),
            Some(sandbox) => sandbox.using(work).map_err(CheckpointError::Ended)?,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The directory of the previous attempt, if there was one. It exists.
    fn source(&self) -> Result<Option<PathBuf>, CheckpointError> {
        let Some(source) = &self.source else {
            return Ok(None);
        };
        let path = to_local(source)?;
        match path.is_dir() {
            true => Ok(Some(path)),
            false => Err(CheckpointError::SourceMissing {
                path: source.clone(),
            }),
        }
    }

    fn keep(&self, save: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), CheckpointError> {
        let dest = to_local(&self.dest)?;
        self.in_run(|| {
            let _alone = self.alone();
            // What an earlier process has saved, and not moved, would count before what is kept now.
            match directory::finish(&dest).and_then(|()| save(&dest)) {
                Ok(()) => {
                    self.state().saved = true;
                    Ok(())
                }
                Err(source) => Err(CheckpointError::Save {
                    path: self.dest.clone(),
                    source,
                }),
            }
        })
    }

    /// Held while the files are changed. Whoever panics leaves what a crash would.
    fn alone(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Checkpoint for SyncCheckpoint {
    fn prev_exists(&self) -> bool {
        self.source.is_some()
    }

    fn restore(&self, path: Option<&Path>) -> Result<Option<PathBuf>, CheckpointError> {
        if self.source.is_none() {
            return Ok(None);
        }
        self.in_run(|| self.restore_to(path))
    }

    fn save(&self, path: &Path) -> Result<(), CheckpointError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(CheckpointError::NothingToSave {
                    path: path.to_owned(),
                })
            }
            Ok(metadata) if metadata.is_dir() => self.keep(|dest| directory::save(path, dest)),
            _ => self.keep(|dest| match path.file_name() {
                Some(name) => transfer::copy_file(path, &dest.join(name), Durability::Synced),
                None => Err(io::ErrorKind::InvalidFilename.into()),
            }),
        }
    }

    fn save_reader(&self, reader: &mut dyn Read) -> Result<(), CheckpointError> {
        self.keep(|dest| {
            transfer::write_file(reader, &dest.join(Self::TMP_DST_PATH), Durability::Synced)
        })
    }

    fn write(&self, bytes: &[u8]) -> Result<(), CheckpointError> {
        self.keep(|dest| {
            transfer::write_bytes(bytes, &dest.join(Self::TMP_DST_PATH), Durability::Synced)
        })
    }

    fn read(&self) -> Result<Option<Vec<u8>>, CheckpointError> {
        self.in_run(|| self.read_one())
    }
}

impl SyncCheckpoint {
    fn restore_to(&self, path: Option<&Path>) -> Result<Option<PathBuf>, CheckpointError> {
        let mut state = self.state();
        if let Some(restored) = &state.restored {
            return Ok(Some(restored.clone()));
        }
        let target = match path {
            None => self.temporary.path().join(Self::SRC_LOCAL_FOLDER),
            Some(path) if path.is_dir() => path.to_owned(),
            Some(path) => {
                return Err(CheckpointError::NotADirectory {
                    path: path.to_owned(),
                });
            }
        };
        let Some(source) = self.source()? else {
            return Ok(None);
        };
        let restore_error = |error| CheckpointError::Restore {
            path: source.clone(),
            source: error,
        };
        if path.is_none() {
            self.temporary.create().map_err(restore_error)?;
        }
        directory::restore(&source, &target).map_err(restore_error)?;
        state.restored = Some(target.clone());
        Ok(Some(target))
    }

    fn read_one(&self) -> Result<Option<Vec<u8>>, CheckpointError> {
        let saved = self.state().saved;
        let dir = match saved {
            true => Some(to_local(&self.dest)?),
            false => self.source()?,
        };
        let Some(dir) = dir else { return Ok(None) };
        let restore_error = |source| CheckpointError::Restore {
            path: dir.clone(),
            source,
        };
        let _alone = self.alone();
        let mut entries = directory::kept_in(&dir).map_err(restore_error)?;
        match (entries.pop(), entries.len()) {
            (None, _) => Ok(None),
            (Some(file), 0) => fs::read(&file)
                .map(Some)
                .map_err(at("read", &file))
                .map_err(restore_error),
            (Some(_), others) => Err(CheckpointError::NotOne {
                found: others + 1,
                path: dir,
            }),
        }
    }
}
