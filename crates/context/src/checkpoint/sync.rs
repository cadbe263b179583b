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

/// Keeps checkpoints in a directory, before it returns. Corresponds to
/// `flytekit.core.context_manager.SyncCheckpoint`.
///
/// Directories are local paths, `file://` addresses, or addresses of a store, which is what a cluster gives; a store is
/// reached when the checkpoint is used. There a file counts when all of it is there, and those of a directory one by
/// one: what belongs together is best kept as one. A previous attempt that has kept nothing in a store has left no
/// checkpoint, which is no error.
///
/// On this machine what is kept outlives a crash of the program and of the machine: a file, or a directory with all its
/// files, counts only when all of it is on the disk, so a later attempt finds what was kept before or what is new, and
/// never some of both. A directory is made when something is kept in it.
///
/// Unlike flytekit's, it may be used from several threads (the last write wins), and [`read`](Checkpoint::read) gives
/// what this attempt wrote; there it gives what the previous attempt wrote, always.
#[derive(Debug)]
pub struct SyncCheckpoint {
    dest: PathBuf,
    source: Option<PathBuf>,
    /// What reaches a store, if it is not the current context.
    files: Option<FileAccessProvider>,
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
            files: None,
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

    /// The same, with what reaches the store; without it that of the current context does.
    #[must_use]
    pub fn with_file_access(mut self, files: FileAccessProvider) -> Self {
        self.files = Some(files);
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
        lock(&self.state)
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

    fn keep(&self, what: Kept<'_>) -> Result<(), CheckpointError> {
        if let Some(uri) = store::address(&self.dest) {
            store::keep(&self.files()?, uri, what)?;
            self.state().saved = true;
            return Ok(());
        }
        let dest = to_local(&self.dest)?;
        self.in_run(|| {
            let _alone = self.alone();
            // What an earlier process has saved, and not moved, would count before what is kept now.
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

    /// What reaches the store.
    fn files(&self) -> Result<FileAccessProvider, DataError> {
        match &self.files {
            Some(files) => Ok(files.clone()),
            None => FileAccessProvider::current(),
        }
    }

    /// Held while the files are changed. Whoever panics leaves what a crash would.
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
    /// [`save_path`](Checkpoint::save_path) of whatever is a path, such as a text.
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

/// Puts what is to be kept where it belongs.
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

/// The bytes of the one file in a directory; an error names the place that it shows.
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
