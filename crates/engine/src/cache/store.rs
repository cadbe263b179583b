//! The directory where results are stored.

use std::{
    collections::BTreeMap,
    fs::{self, File, TryLockError},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};

use super::{
    clean::{newest_in, results_in},
    entry::{self, Head, Unread},
    key::CacheKey,
};
use flyte_config::{
    config::Environment, local_state, private, random::random_hex, system::is_same,
};
use flyte_context::storage::{DataError, FileAccessProvider};
use flyte_core::{
    hexadecimal::hexadecimal,
    types::{Literal, TypeError},
};

/// The variable with the directory of the cache.
pub(super) const DIRECTORY: &str = "FLYTE_LOCAL_CACHE_DIR";

/// The default size limit of a cache: 10 GiB.
const MAX_SIZE: u64 = 10 << 30;

/// The precision of the time of last use, so that a hit need not write every time.
const USED: Duration = Duration::from_secs(600);

/// A store of results in a directory. Clones are the same store, and so are all stores in one directory, in any
/// process.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: Arc<Path>,
    max_size: u64,
    /// This library chose the directory's name, and nothing else is in it.
    is_own: bool,
}

/// The cache could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The file system reported an error.
    #[error("the cache cannot use {}: {source}", path.display())]
    Io {
        /// The path of the file or directory.
        path: PathBuf,
        /// The error of the file system.
        source: io::Error,
    },
    /// A value cannot be stored because it has no Flyte form.
    #[error("the result cannot be kept: {0}")]
    Value(#[from] TypeError),
    /// A file of the result could not be stored.
    #[error("a file of the result cannot be kept: {0}")]
    Data(#[from] DataError),
    /// The task is not cached.
    #[error("`{task}` is not cached; write `#[task(cache = \"1\")]`")]
    NotCached {
        /// The name of the task.
        task: String,
    },
}

impl Cache {
    /// The cache in a directory. The directory is created when the first result is stored.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        // Without a current directory the relative path is kept, and using it reports the error.
        let directory = std::path::absolute(&directory).unwrap_or(directory);
        Self {
            directory: directory.into(),
            max_size: MAX_SIZE,
            is_own: false,
        }
    }

    /// The user's cache: in `FLYTE_LOCAL_CACHE_DIR`, or in `cache` in the directory for data that outlives runs; `None`
    /// if neither is known.
    pub fn of_user(environment: &Environment) -> Option<Self> {
        match environment.var(DIRECTORY) {
            Some(directory) if !directory.trim().is_empty() => Some(Self::at(directory)),
            _ => Some(Self {
                is_own: true,
                ..Self::at(local_state::directory(environment)?.join("cache"))
            }),
        }
    }

    /// Sets the size limit in bytes. When results exceed it, the least recently used are removed within an hour. The
    /// default is 10 GiB.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// The directory of this cache.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn size_limit(&self) -> u64 {
        self.max_size
    }

    /// The directory of a task's results: the task's name for readers, and a hash of it because different names may be
    /// spelt the same there.
    pub(super) fn of_task(&self, task: &str) -> PathBuf {
        let plain = |c: char| match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => c,
            _ => '_',
        };
        let mut name = String::with_capacity(96);
        name.extend(task.chars().take(80).map(plain));
        name.push('-');
        name += &hexadecimal(&Sha256::digest(task)[..4]);
        self.directory.join(name)
    }

    fn path(&self, key: &CacheKey) -> PathBuf {
        self.of_task(&key.task).join(key.id())
    }

    /// The outputs of a call, if they are stored; or why the stored result cannot be used: it cannot be read, is
    /// incomplete, or lacks files.
    ///
    /// `hold` is called before the result's files are checked, and must keep them in place.
    pub(crate) fn look_up(
        &self,
        key: &CacheKey,
        hold: impl FnOnce(),
    ) -> Result<Option<BTreeMap<String, Literal>>, String> {
        let found = self.find(key, hold);
        if found.as_ref().is_err_and(Unusable::is_damage) {
            // Another process may have replaced it with a good one meanwhile. Then that call runs once more.
            let _removed = fs::remove_file(self.path(key));
        }
        found.map_err(|problem| problem.to_string())
    }

    /// As [`look_up`](Self::look_up), but changes nothing.
    pub(super) fn find(
        &self,
        key: &CacheKey,
        hold: impl FnOnce(),
    ) -> Result<Option<BTreeMap<String, Literal>>, Unusable> {
        let path = self.path(key);
        let read = private::open(&path).and_then(|mut file| {
            let (mut bytes, metadata) = (Vec::new(), file.metadata()?);
            file.read_to_end(&mut bytes)?;
            Ok((file, metadata, bytes))
        });
        let (file, metadata, bytes) = match read {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Unusable::Unreadable { path, source }),
        };
        if private::is_open(&metadata) {
            private::close(&file, &metadata);
            // Storing the result reports what is wrong with the directory.
            let _told = self.make_directory(&self.of_task(&key.task));
        }
        let (head, rest) = match entry::read(&bytes) {
            Ok(read) => read,
            // Other releases have results of their own.
            Err(Unread::OtherFormat) => return Ok(None),
            Err(Unread::Damaged) => return Err(Unusable::Damaged(path)),
        };
        if !head.is_of(key) {
            return Err(Unusable::OfAnother {
                path,
                task: head.task,
                version: head.version,
            });
        }
        // The result belongs to a cache that was stored under another path, as in a container.
        if !head.is_in(&self.directory) {
            return Ok(None);
        }
        if head.has_files() {
            hold();
        }
        let is_there = head.files_are_there(&files_of(&path));
        let outputs = entry::outputs(rest).filter(|_| is_there);
        let outputs = outputs.ok_or_else(|| Unusable::Damaged(path.clone()))?;
        note_use(&file, &metadata, &path);
        Ok(Some(outputs))
    }

    /// Stores the outputs that `encode` makes, and copies the files that they refer to. Returns a warning if other
    /// users can read or replace the results.
    pub(crate) fn store<'a>(
        &self,
        key: &CacheKey,
        encode: impl FnOnce() -> Result<Vec<(&'a str, Literal)>, TypeError>,
    ) -> Result<Option<String>, CacheError> {
        let directory = self.of_task(&key.task);
        let path = directory.join(key.id());
        let told = self.make_directory(&directory).map_err(wrong(&directory))?;
        let around = files_of(&path);
        // Each result has its own directory, so that two that are stored at once do not mix their files.
        let own = around.join(random_hex());
        let prefix = own
            .to_str()
            .ok_or_else(|| DataError::NotUtf8 { path: own.clone() })?;
        let unkept = Unkept(&own);
        let (outputs, elsewhere) = FileAccessProvider::new(&own, prefix)?.keeping(encode);
        let outputs = outputs?;
        let mut files = entry::files_in(&around, &own).map_err(wrong(&own))?;
        for place in elsewhere {
            files.extend(entry::files_in(&around, &place).map_err(wrong(&place))?);
        }
        let head = Head::new(key, files, &self.directory);
        let outputs = outputs.iter().map(|(name, literal)| (*name, literal));
        let bytes = entry::write(&head, outputs).map_err(wrong(&path))?;
        private::replace(&path, &bytes).map_err(wrong(&path))?;
        unkept.keep();
        self.remove_replaced(&around, &own);
        self.sweep();
        Ok(told)
    }

    /// Creates the directory of a task's results, which only this user can access, whatever directory the cache is in.
    fn make_directory(&self, of_task: &Path) -> io::Result<Option<String>> {
        let around = match self.is_own {
            true => private::make_own(&self.directory)?,
            false => {
                private::make(&self.directory)?;
                private::openness(&self.directory)
            }
        };
        Ok(private::make_own(of_task)?.or(around))
    }

    /// The right to be the only one that runs a call; `None` while another thread or process has it.
    pub(crate) fn fly(&self, key: &CacheKey) -> Result<Option<Flight>, CacheError> {
        let directory = self.of_task(&key.task);
        let path = directory.join(key.id()).with_extension("lock");
        self.make_directory(&directory).map_err(wrong(&path))?;
        let file = private::open_lock(&path).map_err(wrong(&path))?;
        match file.try_lock() {
            // A cleanup may have removed the file since it was opened, and another process may hold a new one at the
            // same path.
            Ok(()) if is_same(&file, &path) => Ok(Some(Flight { _locked: file })),
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(wrong(&path)(error)),
        }
    }

    /// The heads of all results of a task, newest first.
    pub(super) fn heads(&self, task: &str) -> Result<Vec<Head>, CacheError> {
        let mut heads = Vec::new();
        for found in results_in(&self.of_task(task))? {
            let bytes = private::read(&found.path).unwrap_or_default();
            heads.extend(entry::read(&bytes).ok().map(|(head, _)| head));
        }
        heads.sort_by_key(|head| std::cmp::Reverse(head.stored));
        Ok(heads)
    }
}

impl Cache {
    /// What is said about the newest results of a task, newest first, as far as it can be read.
    pub(super) fn newest_heads(&self, task: &str, most: usize) -> Result<Vec<Head>, CacheError> {
        let mut found = newest_in(&self.of_task(task))?;
        found.sort_by_key(|(used, _)| std::cmp::Reverse(*used));
        let read = found.iter().take(most).filter_map(|(_, path)| {
            let file = private::open(path).ok()?;
            entry::read_head(file)
        });
        let mut heads: Vec<_> = read.collect();
        heads.sort_by_key(|head| std::cmp::Reverse(head.stored));
        Ok(heads)
    }
}

/// Wraps an error of the file system with its path.
fn wrong(path: &Path) -> impl FnOnce(io::Error) -> CacheError {
    move |source| CacheError::Io {
        path: path.to_owned(),
        source,
    }
}

/// Why a stored result cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The path of its file.
        path: PathBuf,
        /// The error of the file system.
        source: io::Error,
    },
    /// The contents were changed.
    #[error("{} was damaged, or a file of it is gone or changed", .0.display())]
    Damaged(PathBuf),
    /// It is a result of another call.
    #[error("{} has the result of another call, of task `{task}` in version `{version}`", path.display())]
    OfAnother {
        /// The path of its file.
        path: PathBuf,
        /// The task that it is a result of.
        task: String,
        /// The version of that task.
        version: String,
    },
}

impl Unusable {
    /// Whether nothing can use it any more.
    fn is_damage(&self) -> bool {
        match self {
            Self::Unreadable { source, .. } => private::is_not_a_file(source),
            Self::Damaged(_) | Self::OfAnother { .. } => true,
        }
    }
}

/// The files of a result that is being stored. They are removed if storing fails.
struct Unkept<'a>(&'a Path);

impl Unkept<'_> {
    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Unkept<'_> {
    fn drop(&mut self) {
        // Most results have no files. The directory around them is removed if no other result has files in it.
        if fs::remove_dir_all(self.0).is_ok()
            && let Some(around) = self.0.parent()
        {
            let _others = fs::remove_dir(around);
        }
    }
}

/// The exclusive right to run a call, while it is held. If its process is killed, the system releases it.
#[derive(Debug)]
pub(crate) struct Flight {
    _locked: File,
}

/// The directory of a result's files.
pub(super) fn files_of(result: &Path) -> PathBuf {
    result.with_extension("files")
}

/// Records that a result was used.
fn note_use(file: &File, metadata: &fs::Metadata, path: &Path) {
    let now = SystemTime::now();
    let noted = metadata
        .modified()
        .and_then(|used| match now.duration_since(used) {
            Ok(since) if since > USED => file.set_modified(now),
            _ => Ok(()),
        });
    if let Err(error) = noted {
        tracing::debug!(path = %path.display(), %error, "the time of use of a result cannot be recorded");
    }
}
