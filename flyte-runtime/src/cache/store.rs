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
    entry::{self, Head},
    key::{CacheKey, hexadecimal},
};
use crate::{
    config::Environment,
    data::{DataError, FileAccessProvider, random_hex},
    local_state,
    types::{Literal, TypeError},
};

/// The variable that names the directory of the cache.
pub(super) const DIRECTORY: &str = "FLYTE_LOCAL_CACHE_DIR";

/// What a cache may hold if nobody says otherwise: 10 GiB.
const MAX_SIZE: u64 = 10 << 30;

/// How often at most the size is looked at when results are stored.
const SWEEP: Duration = Duration::from_secs(3600);

/// How exactly it is known when a result was last used: a hit need not write every time.
const USED: Duration = Duration::from_secs(600);

/// What nobody uses: the remains of a process that was killed, and locks.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// A store of results, in a directory. Clones are the same store, and so are all stores in one directory, in whatever process.
#[derive(Clone, Debug)]
pub struct Cache {
    directory: Arc<Path>,
    max_size: u64,
}

/// What is in a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CacheStats {
    /// How many results there are.
    pub entries: u64,
    /// What they and their files take, in bytes.
    pub bytes: u64,
}

/// What was removed from a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Evicted {
    /// How many results.
    pub entries: u64,
    /// What they and their files took, in bytes.
    pub bytes: u64,
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

/// One result on disk, with what belongs to it.
struct Found {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
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
        }
    }

    /// That of the user: in `FLYTE_LOCAL_CACHE_DIR`, or `cache` in the directory for what outlives runs; `None` without either.
    pub(crate) fn of_user(environment: &Environment) -> Option<Self> {
        match environment.var(DIRECTORY) {
            Some(directory) if !directory.trim().is_empty() => Some(Self::at(directory)),
            _ => Some(Self::at(local_state::directory(environment)?.join("cache"))),
        }
    }

    /// How many bytes it may hold; when more are stored, what was not used for the longest time is removed, within an hour. The default is
    /// 10 GiB.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = bytes;
        self
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The directory of a task's results: its name for people, and a hash of it for those with equal letters.
    fn of_task(&self, task: &str) -> PathBuf {
        let plain = |c: char| match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') => c,
            _ => '_',
        };
        let name: String = task.chars().take(80).map(plain).collect();
        let hash = hexadecimal(&Sha256::digest(task)[..4]);
        self.directory.join(format!("{name}-{hash}"))
    }

    fn path(&self, key: &CacheKey) -> PathBuf {
        self.of_task(&key.task).join(key.id())
    }

    /// The outputs of a call, if they are there; or why what is there is of no use: it cannot be read, or is not whole, or misses files.
    pub(crate) fn look_up(
        &self,
        key: &CacheKey,
    ) -> Result<Option<BTreeMap<String, Literal>>, String> {
        let path = self.path(key);
        let read = File::open(&path).and_then(|mut file| {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok((file, bytes))
        });
        let (file, bytes) = match read {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        let found = entry::read(&bytes).and_then(|(head, rest)| {
            let is_there = head.is_in(&self.directory) && head.files_are_there(&files_of(&path));
            entry::outputs(rest).filter(|_| is_there)
        });
        match found {
            Some(outputs) => {
                note_use(&file, &path);
                Ok(Some(outputs))
            }
            None => {
                // Somebody may have replaced it by a good one meanwhile, which costs them another run.
                let _removed = fs::remove_file(&path);
                let path = path.display();
                Err(format!(
                    "{path} was damaged, or a file of it is gone or changed"
                ))
            }
        }
    }

    /// Keeps the outputs that `encode` makes; the files that they name are copied.
    pub(crate) fn store<'a>(
        &self,
        key: &CacheKey,
        encode: impl FnOnce() -> Result<Vec<(&'a str, Literal)>, TypeError>,
    ) -> Result<(), CacheError> {
        let path = self.path(key);
        let wrong = |path: &Path| {
            let path = path.to_owned();
            move |source| CacheError::Io { path, source }
        };
        let directory = self.of_task(&key.task);
        fs::create_dir_all(&directory).map_err(wrong(&directory))?;
        // Of this result alone, so that two that are stored at once do not get each other's files.
        let own = files_of(&path).join(random_hex());
        let prefix = own
            .to_str()
            .ok_or_else(|| DataError::NotUtf8 { path: own.clone() })?;
        let (outputs, elsewhere) = FileAccessProvider::new(&own, prefix)?.keeping(encode);
        let outputs = outputs?;
        let mut files = entry::files_in(&files_of(&path), &own).map_err(wrong(&own))?;
        for place in elsewhere {
            files.extend(entry::files_in(&files_of(&path), &place).map_err(wrong(&place))?);
        }
        let head = Head::new(key, files, &self.directory);
        let outputs = outputs.iter().map(|(name, literal)| (*name, literal));
        let bytes = entry::write(&head, outputs).map_err(wrong(&path))?;
        let aside = path.with_extension(format!("{}.new", random_hex()));
        fs::write(&aside, bytes).map_err(wrong(&aside))?;
        fs::rename(&aside, &path).map_err(wrong(&path))?;
        self.sweep();
        Ok(())
    }

    /// The right to run a call alone; `None` while somebody else has it, in whatever thread or process.
    pub(crate) fn fly(&self, key: &CacheKey) -> Result<Option<Flight>, CacheError> {
        let path = self.path(key).with_extension("lock");
        let wrong = |source| CacheError::Io {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(self.of_task(&key.task)).map_err(wrong)?;
        let mut options = File::options();
        let file = options.create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(wrong)?;
        match file.try_lock() {
            // Who cleans up may have removed the file since it was opened, and then somebody else may hold its successor.
            Ok(()) if is_same(&file, &path) => Ok(Some(Flight { _locked: file })),
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(wrong(error)),
        }
    }

    /// All that is said about results of a task, newest first.
    pub(super) fn heads(&self, task: &str) -> Result<Vec<Head>, CacheError> {
        let mut heads = Vec::new();
        for found in results_in(&self.of_task(task))? {
            let bytes = fs::read(&found.path).unwrap_or_default();
            heads.extend(entry::read(&bytes).map(|(head, _)| head));
        }
        heads.sort_by_key(|head| std::cmp::Reverse(head.stored));
        Ok(heads)
    }

    /// What is in it.
    ///
    /// # Errors
    ///
    /// [`CacheError::Io`] if it cannot be read; one that is not there is empty.
    pub fn stats(&self) -> Result<CacheStats, CacheError> {
        let found = self.found()?;
        Ok(CacheStats {
            entries: found.len() as u64,
            bytes: found.iter().map(|found| found.bytes).sum(),
        })
    }

    /// Removes all results, or those of one task.
    ///
    /// # Errors
    ///
    /// [`CacheError::Io`] if something cannot be removed.
    pub fn clear(&self, task: Option<&str>) -> Result<Evicted, CacheError> {
        let found = match task {
            Some(task) => results_in(&self.of_task(task))?,
            None => self.found()?,
        };
        remove(found)
    }

    /// Removes what was not used for the longest time until no more than `max_size` bytes are left.
    ///
    /// # Errors
    ///
    /// [`CacheError::Io`] if something cannot be removed.
    pub fn evict(&self, max_size: u64) -> Result<Evicted, CacheError> {
        let mut found = self.found()?;
        found.sort_by_key(|found| std::cmp::Reverse(found.used));
        let mut kept = 0_u64;
        found.retain(|found| {
            kept = kept.saturating_add(found.bytes);
            kept > max_size
        });
        self.remove_abandoned();
        remove(found)
    }

    fn found(&self) -> Result<Vec<Found>, CacheError> {
        let mut found = Vec::new();
        for path in directories_in(&self.directory)? {
            found.extend(results_in(&path)?);
        }
        Ok(found)
    }

    /// Keeps to the size, once in a while.
    fn sweep(&self) {
        let mark = self.directory.join("swept");
        let is_recent = fs::metadata(&mark)
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|swept| swept.elapsed().is_ok_and(|since| since < SWEEP));
        if is_recent {
            return;
        }
        let swept = fs::write(&mark, b"")
            .map_err(|source| CacheError::Io { path: mark, source })
            .and_then(|()| self.evict(self.max_size));
        if let Err(error) = swept {
            tracing::warn!(%error, "old results cannot be removed from the cache");
        }
    }

    /// Removes what killed processes have left, and old locks.
    fn remove_abandoned(&self) {
        for path in directories_in(&self.directory).unwrap_or_default() {
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                let path = entry.path();
                let Some(extension) = path.extension() else {
                    continue;
                };
                let is_old = entry
                    .metadata()
                    .and_then(|metadata| metadata.modified())
                    .is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > ABANDONED));
                let has_result = extension == "files" && path.with_extension("").exists();
                if !is_old || has_result {
                    continue;
                }
                if extension == "lock" {
                    remove_lock(&path);
                    continue;
                }
                // Whoever cannot remove it leaves it for the next time.
                let _removed = if extension == "files" {
                    fs::remove_dir_all(&path)
                } else {
                    fs::remove_file(&path)
                };
            }
        }
    }
}

/// The right to run a call, while it is held; also a process that is killed gives it back.
#[derive(Debug)]
pub(crate) struct Flight {
    _locked: File,
}

/// Removes the file of a lock, unless somebody holds it; whoever cannot leaves it for the next time.
fn remove_lock(path: &Path) {
    if let Ok(file) = File::open(path)
        && file.try_lock().is_ok()
    {
        let _removed = fs::remove_file(path);
    }
}

/// Whether a file that is open is still the one of this name.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata().map(id), fs::metadata(path).map(id)) {
        (Ok(opened), Ok(named)) => opened == named,
        _ => false,
    }
}

/// Elsewhere a file that is open cannot be removed.
#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> bool {
    true
}

/// Where the files of a result are.
fn files_of(result: &Path) -> PathBuf {
    result.with_extension("files")
}

/// Remembers that a result was used.
fn note_use(file: &File, path: &Path) {
    let now = SystemTime::now();
    let used = file.metadata().and_then(|metadata| metadata.modified());
    let noted = used.and_then(|used| match now.duration_since(used) {
        Ok(since) if since > USED => file.set_modified(now),
        _ => Ok(()),
    });
    if let Err(error) = noted {
        tracing::debug!(path = %path.display(), %error, "when a result was used cannot be noted");
    }
}

fn directories_in(path: &Path) -> Result<Vec<PathBuf>, CacheError> {
    let mut paths = entries_in(path)?;
    paths.retain(|path| path.is_dir());
    Ok(paths)
}

fn entries_in(path: &Path) -> Result<Vec<PathBuf>, CacheError> {
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect()
        }),
    };
    entries.map_err(|source| CacheError::Io {
        path: path.to_owned(),
        source,
    })
}

/// The results in the directory of a task. What goes away meanwhile is not there.
fn results_in(directory: &Path) -> Result<Vec<Found>, CacheError> {
    let mut found = Vec::new();
    for path in entries_in(directory)? {
        if path.extension().is_some() {
            continue;
        }
        let Ok(metadata) = fs::metadata(&path) else {
            continue;
        };
        let Ok(used) = metadata.modified() else {
            continue;
        };
        found.push(Found {
            bytes: metadata.len() + size_of(&files_of(&path)),
            used,
            path,
        });
    }
    Ok(found)
}

fn size_of(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

fn remove(found: Vec<Found>) -> Result<Evicted, CacheError> {
    let mut evicted = Evicted::default();
    for Found { path, bytes, .. } in found {
        // The result first: one without its files would be found damaged.
        for removed in [fs::remove_file(&path), fs::remove_dir_all(files_of(&path))] {
            match removed {
                // Somebody else has removed it, or stores it anew.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
                    ) => {}
                Err(source) => return Err(CacheError::Io { path, source }),
                Ok(()) => {}
            }
        }
        evicted.entries += 1;
        evicted.bytes += bytes;
    }
    Ok(evicted)
}
