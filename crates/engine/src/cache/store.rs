//! Where results are kept.

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

/// The variable that names the directory of the cache.
pub(super) const DIRECTORY: &str = "FLYTE_LOCAL_CACHE_DIR";

/// What a cache may hold if nobody says otherwise: 10 GiB.
const MAX_SIZE: u64 = 10 << 30;

/// How exactly it is known when a result was last used: a hit need not write every time.
const USED: Duration = Duration::from_secs(600);

/// A store of results, in a directory. Clones are the same store, and so are all stores in one directory, in whatever
/// process.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: Arc<Path>,
    max_size: u64,
    /// The directory was named by this library, and nothing else is in it.
    is_own: bool,
}

/// The cache could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The file system said no.
    #[error("the cache cannot use {}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A value has no form in which it could be kept.
    #[error("the result cannot be kept: {0}")]
    Value(#[from] TypeError),
    /// A file of the result could not be kept.
    #[error("a file of the result cannot be kept: {0}")]
    Data(#[from] DataError),
    /// The task is not cached.
    #[error("`{task}` is not cached; write `#[task(cache = \"1\")]`")]
    NotCached {
        /// Its name.
        task: String,
    },
}

impl Cache {
    /// The cache in a directory, which is made when something is stored.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        let directory = directory.into();
        // Without a current directory a relative path leads nowhere, which whoever uses it will say.
        let directory = std::path::absolute(&directory).unwrap_or(directory);
        Self {
            directory: directory.into(),
            max_size: MAX_SIZE,
            is_own: false,
        }
    }

    /// That of the user: in `FLYTE_LOCAL_CACHE_DIR`, or `cache` in the directory for what outlives runs; `None` without
    /// either.
    pub fn of_user(environment: &Environment) -> Option<Self> {
        match environment.var(DIRECTORY) {
            Some(directory) if !directory.trim().is_empty() => Some(Self::at(directory)),
            _ => Some(Self {
                is_own: true,
                ..Self::at(local_state::directory(environment)?.join("cache"))
            }),
        }
    }

    /// How many bytes it may hold; when more are stored, what was not used for the longest time is removed, within an
    /// hour. The default is 10 GiB.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    pub(super) fn size_limit(&self) -> u64 {
        self.max_size
    }

    /// The directory of a task's results: its name for people, and a hash of it for those with equal letters.
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

    /// The outputs of a call, if they are there; or why what is there is of no use: it cannot be read, or is not whole,
    /// or misses files.
    ///
    /// `hold` is called before files of the result are looked at, and is to keep them there.
    pub(crate) fn look_up(
        &self,
        key: &CacheKey,
        hold: impl FnOnce(),
    ) -> Result<Option<BTreeMap<String, Literal>>, String> {
        let found = self.find(key, hold);
        if found.as_ref().is_err_and(Unusable::is_damage) {
            // Another process may have replaced it by a good one meanwhile, which costs them another run.
            let _removed = fs::remove_file(self.path(key));
        }
        found.map_err(|problem| problem.to_string())
    }

    /// As [`look_up`](Self::look_up), and leaves everything as it is.
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
            // Whoever stores a result says what is wrong with it.
            let _told = self.make_directory(&self.of_task(&key.task));
        }
        let (head, rest) = match entry::read(&bytes) {
            Ok(read) => read,
            // Another release has its own results.
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
        // It is the result of a cache that is known by another path, as in a container.
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

    /// Keeps the outputs that `encode` makes; the files that they name are copied. The text says who else may look at
    /// the results, or replace them.
    pub(crate) fn store<'a>(
        &self,
        key: &CacheKey,
        encode: impl FnOnce() -> Result<Vec<(&'a str, Literal)>, TypeError>,
    ) -> Result<Option<String>, CacheError> {
        let directory = self.of_task(&key.task);
        let path = directory.join(key.id());
        let told = self.make_directory(&directory).map_err(wrong(&directory))?;
        let around = files_of(&path);
        // Of this result alone, so that two that are stored at once do not get each other's files.
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

    /// Makes the directory of a task's results, which is for this user only whatever the cache is in.
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

    /// The right to run a call alone; `None` while another thread or process has it.
    pub(crate) fn fly(&self, key: &CacheKey) -> Result<Option<Flight>, CacheError> {
        let directory = self.of_task(&key.task);
        let path = directory.join(key.id()).with_extension("lock");
        self.make_directory(&directory).map_err(wrong(&path))?;
        let file = private::open_lock(&path).map_err(wrong(&path))?;
        match file.try_lock() {
            // Who cleans up may have removed the file since it was opened, and then another process may hold its
            // successor.
            Ok(()) if is_same(&file, &path) => Ok(Some(Flight { _locked: file })),
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(wrong(&path)(error)),
        }
    }

    /// All that is said about results of a task, newest first.
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

/// What the file system has said about a path.
fn wrong(path: &Path) -> impl FnOnce(io::Error) -> CacheError {
    move |source| CacheError::Io {
        path: path.to_owned(),
        source,
    }
}

/// Why a result is of no use that is there.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// What happened.
        source: io::Error,
    },
    /// It is not what was written.
    #[error("{} was damaged, or a file of it is gone or changed", .0.display())]
    Damaged(PathBuf),
    /// It is a result, and not the one that belongs there.
    #[error("{} has the result of another call, of task `{task}` in version `{version}`", path.display())]
    OfAnother {
        /// Where it is.
        path: PathBuf,
        /// What it is a result of.
        task: String,
        /// And in which version.
        version: String,
    },
}

impl Unusable {
    /// Whether it is of no use to anybody.
    fn is_damage(&self) -> bool {
        match self {
            Self::Unreadable { source, .. } => private::is_not_a_file(source),
            Self::Damaged(_) | Self::OfAnother { .. } => true,
        }
    }
}

/// The files of a result that is being stored; removed when it could not be.
struct Unkept<'a>(&'a Path);

impl Unkept<'_> {
    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Unkept<'_> {
    fn drop(&mut self) {
        // Most results have none. The directory around goes if no other result has files in it.
        if fs::remove_dir_all(self.0).is_ok()
            && let Some(around) = self.0.parent()
        {
            let _others = fs::remove_dir(around);
        }
    }
}

/// The right to run a call, while it is held; also a process that is killed gives it back.
#[derive(Debug)]
pub(crate) struct Flight {
    _locked: File,
}

/// Where the files of a result are.
pub(super) fn files_of(result: &Path) -> PathBuf {
    result.with_extension("files")
}

/// Remembers that a result was used.
fn note_use(file: &File, metadata: &fs::Metadata, path: &Path) {
    let now = SystemTime::now();
    let noted = metadata
        .modified()
        .and_then(|used| match now.duration_since(used) {
            Ok(since) if since > USED => file.set_modified(now),
            _ => Ok(()),
        });
    if let Err(error) = noted {
        tracing::debug!(path = %path.display(), %error, "when a result was used cannot be noted");
    }
}
