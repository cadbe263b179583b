//! Checkpoints in a directory.

use std::{
    fs,
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

use super::{
    Checkpoint, CheckpointError,
    store::{self, Kept},
};
use crate::{
    directories::{checkpoint as directory, run::Sandbox},
    storage::{
        DataError, FileAccessProvider, TempSandbox, to_local,
        transfer::{self, Durability, at},
    },
};
use flyte_core::lock::lock;

/// Saves checkpoints in a directory and returns when they are saved. Corresponds to
/// `flytekit.core.context_manager.SyncCheckpoint`.
///
/// Directories are local paths, `file://` addresses, or addresses of a store, as on a cluster; a store is accessed when
/// the checkpoint is used. In a store a file exists only when it is complete, but the files of a directory appear one
/// by one, so data that belongs together should be one file. If the previous attempt saved nothing in a store, there is
/// no checkpoint, which is not an error.
///
/// Locally, a checkpoint survives a crash of the program and of the machine: a file, or a directory with all its files,
/// counts only when all of it is on disk. So a later attempt finds either the old checkpoint or the new one, never a
/// mix. A directory is created when something is saved in it.
///
/// Unlike flytekit's, it may be used from several threads (the last write wins), and [`read`](Checkpoint::read) returns
/// what this attempt wrote; flytekit's always returns what the previous attempt wrote.
#[derive(Debug)]
pub struct SyncCheckpoint {
    dest: PathBuf,
    source: Option<PathBuf>,
    /// The access to a store, if it is not that of the current context.
    files: Option<FileAccessProvider>,
    /// The task's directory that contains the checkpoints; they are removed with it.
    sandbox: Option<Sandbox>,
    /// The default directory into which the previous checkpoint is restored.
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
    /// The name of the temporary directory into which a checkpoint is restored.
    pub const SRC_LOCAL_FOLDER: &'static str = "prev_cp";
    /// The name under which bytes and streams are saved.
    pub const TMP_DST_PATH: &'static str = "_dst_cp";

    /// Saves checkpoints in a directory, which may not exist yet, for an attempt without a previous one.
    pub fn new(checkpoint_dest: impl Into<PathBuf>) -> Self {
        Self {
            dest: checkpoint_dest.into(),
            source: None,
            files: None,
            sandbox: None,
            temporary: TempSandbox::new(),
            state: Mutex::default(),
            changing: Mutex::default(),
        }
    }

    /// Sets the directory of the previous attempt's checkpoints. An empty path means none.
    #[must_use]
    pub fn with_source(mut self, checkpoint_src: impl Into<PathBuf>) -> Self {
        let source = checkpoint_src.into();
        self.source = (!source.as_os_str().is_empty()).then_some(source);
        self
    }

    /// Sets the access to stores; the default is that of the current context.
    #[must_use]
    pub fn with_file_access(mut self, files: FileAccessProvider) -> Self {
        self.files = Some(files);
        self
    }

    /// Sets the directory of the task.
    pub(crate) fn of(mut self, sandbox: Sandbox) -> Self {
        self.sandbox = Some(sandbox);
        self
    }

    /// Runs an operation on the checkpoint, unless its run has ended, so that its directory is not created again.
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
        lock(&self.state)
    }

    /// The existing directory of the previous attempt, if there was one.
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

    fn keep(&self, what: Kept<'_>) -> Result<(), CheckpointError> {
        if let Some(uri) = store::address(&self.dest) {
            store::keep(&self.files()?, uri, what)?;
            self.state().saved = true;
            return Ok(());
        }
        let dest = to_local(&self.dest)?;
        self.in_run(|| {
            let _alone = self.alone();
            // A save that an earlier process did not finish moving would otherwise take precedence over this one.
            match directory::finish(&dest).and_then(|()| put(what, &dest)) {
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

    /// The access to stores.
    fn files(&self) -> Result<FileAccessProvider, DataError> {
        match &self.files {
            Some(files) => Ok(files.clone()),
            None => FileAccessProvider::current(),
        }
    }

    /// Held while files are changed. A panic leaves the files as a crash would.
    fn alone(&self) -> MutexGuard<'_, ()> {
        lock(&self.changing)
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

    fn save_path(&self, path: &Path) -> Result<(), CheckpointError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(CheckpointError::NothingToSave {
                    path: path.to_owned(),
                })
            }
            Ok(metadata) if metadata.is_dir() => self.keep(Kept::Directory(path)),
            _ => self.keep(Kept::File(path)),
        }
    }

    fn save_reader(&self, reader: &mut dyn Read) -> Result<(), CheckpointError> {
        self.keep(Kept::Stream(reader))
    }

    fn write(&self, bytes: &[u8]) -> Result<(), CheckpointError> {
        self.keep(Kept::Bytes(bytes))
    }

    fn read(&self) -> Result<Option<Vec<u8>>, CheckpointError> {
        self.in_run(|| self.read_one())
    }
}

impl SyncCheckpoint {
    /// As [`save_path`](Checkpoint::save_path), for anything that converts to a path, such as a text.
    ///
    /// # Errors
    ///
    /// As [`save_path`](Checkpoint::save_path).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        self.save_path(path.as_ref())
    }

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
        if path.is_none() {
            self.temporary
                .create()
                .map_err(|source| CheckpointError::Restore {
                    path: target.clone(),
                    source,
                })?;
        }
        if let Some(uri) = self.source.as_deref().and_then(store::address) {
            if !store::restore(&self.files()?, uri, &target)? {
                return Ok(None);
            }
            state.restored = Some(target.clone());
            return Ok(Some(target));
        }
        let Some(source) = self.source()? else {
            return Ok(None);
        };
        let restore_error = |error| CheckpointError::Restore {
            path: source.clone(),
            source: error,
        };
        directory::restore(&source, &target).map_err(restore_error)?;
        state.restored = Some(target.clone());
        Ok(Some(target))
    }

    fn read_one(&self) -> Result<Option<Vec<u8>>, CheckpointError> {
        let saved = self.state().saved;
        let there = match saved {
            true => Some(&self.dest),
            false => self.source.as_ref(),
        };
        if let Some(uri) = there.and_then(|path| store::address(path)) {
            let copy = TempSandbox::new();
            return match store::restore(&self.files()?, uri, copy.path())? {
                true => only_one_in(copy.path(), Path::new(uri)),
                false => Ok(None),
            };
        }
        let dir = match saved {
            true => Some(to_local(&self.dest)?),
            false => self.source()?,
        };
        let Some(dir) = dir else { return Ok(None) };
        let _alone = self.alone();
        only_one_in(&dir, &dir)
    }
}

/// Writes the data to its destination.
fn put(what: Kept<'_>, dest: &Path) -> io::Result<()> {
    match what {
        Kept::Directory(path) => directory::save(path, dest),
        Kept::File(path) => match path.file_name() {
            Some(name) => transfer::copy_file(path, &dest.join(name), Durability::Synced),
            None => Err(ErrorKind::InvalidFilename.into()),
        },
        Kept::Stream(reader) => transfer::write_file(reader, &written_in(dest), Durability::Synced),
        Kept::Bytes(bytes) => transfer::write_bytes(bytes, &written_in(dest), Durability::Synced),
    }
}

fn written_in(dest: &Path) -> PathBuf {
    dest.join(SyncCheckpoint::TMP_DST_PATH)
}

/// The bytes of the only file in a directory; an error names the path `shown`.
fn only_one_in(dir: &Path, shown: &Path) -> Result<Option<Vec<u8>>, CheckpointError> {
    let restore_error = |source| CheckpointError::Restore {
        path: shown.to_owned(),
        source,
    };
    let mut entries = directory::kept_in(dir).map_err(restore_error)?;
    match (entries.pop(), entries.len()) {
        (None, _) => Ok(None),
        (Some(file), 0) => fs::read(&file)
            .map(Some)
            .map_err(at("read", &file))
            .map_err(restore_error),
        (Some(_), others) => Err(CheckpointError::NotOne {
            found: others + 1,
            path: shown.to_owned(),
        }),
    }
}
