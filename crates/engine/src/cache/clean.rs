//! The contents of a cache, and how they are cleaned up.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{
    CacheError, entry,
    store::{Cache, files_of},
};
use flyte_config::private::{self, is_partial};

/// The shortest time between two checks of the size when results are stored.
const SWEEP: Duration = Duration::from_secs(3600);

/// The age at which the remains of killed processes, and unused locks, are removed.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// How long the files of a replaced result stay: another process may be storing them, or may just have read their
/// paths.
const REPLACED: Duration = Duration::from_secs(60);

/// The file in a cache's directory that runs lock while they use files of results.
const IN_USE: &str = "in-use";

/// The size of a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CacheStats {
    /// The number of results.
    pub entries: u64,
    /// The size of the results and their files, in bytes.
    pub bytes: u64,
}

/// The results removed from a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Evicted {
    /// The number of results removed.
    pub entries: u64,
    /// The size of those results and their files, in bytes.
    pub bytes: u64,
    /// The number of results that were kept although they should go: they have files, and a run uses files of this
    /// cache.
    pub in_use: u64,
}

/// One result on disk and its files.
pub(super) struct Found {
    pub(super) path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Cache {
    /// The number and size of the results in the cache.
    ///
    /// # Errors
    ///
    /// [`CacheError::Io`] if the cache cannot be read. A cache that does not exist is empty.
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
        self.remove(found)
    }

    /// Removes the least recently used results until at most `max_size` bytes are left.
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
        self.remove(found)
    }

    /// Keeps the files of results in place while the returned lock is held. `None` if the file system cannot lock.
    pub(crate) fn hold(&self) -> Option<File> {
        let file = private::open_lock(&self.directory().join(IN_USE)).ok()?;
        file.lock_shared().ok()?;
        Some(file)
    }

    /// The right to remove files of results; `None` while a run uses some.
    pub(super) fn alone(&self) -> Result<Option<File>, CacheError> {
        let path = self.directory().join(IN_USE);
        let taken = private::open_lock(&path).and_then(|file| match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        });
        taken.map_err(|source| CacheError::Io { path, source })
    }

    fn remove(&self, found: Vec<Found>) -> Result<Evicted, CacheError> {
        let mut evicted = Evicted::default();
        if found.is_empty() {
            return Ok(evicted);
        }
        let alone = self.alone()?;
        for Found { path, bytes, .. } in found {
            let files = files_of(&path);
            if alone.is_none() && files.exists() {
                evicted.in_use += 1;
                continue;
            }
            // The result goes first: a result without its files would be reported as damaged.
            for removed in [fs::remove_file(&path), fs::remove_dir_all(files)] {
                match removed {
                    // Another process removed it, or is storing it again.
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

    fn found(&self) -> Result<Vec<Found>, CacheError> {
        let mut found = Vec::new();
        for path in directories_in(self.directory())? {
            found.extend(results_in(&path)?);
        }
        Ok(found)
    }

    /// Enforces the size limit from time to time.
    pub(super) fn sweep(&self) {
        let mark = self.directory().join("swept");
        let is_recent = fs::metadata(&mark)
            .and_then(|metadata| metadata.modified())
            .is_ok_and(|swept| swept.elapsed().is_ok_and(|since| since < SWEEP));
        if is_recent {
            return;
        }
        let swept = private::open_lock(&mark)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .map_err(|source| CacheError::Io { path: mark, source })
            .and_then(|()| self.evict(self.size_limit()));
        if let Err(error) = swept {
            tracing::warn!(%error, "old results cannot be removed from the cache");
        }
    }

    /// Removes the files of a replaced result, except `own`. If a run may use them, a later cleanup removes them.
    pub(super) fn remove_replaced(&self, files: &Path, own: &Path) {
        let replaced = entries_in(files).unwrap_or_default();
        let mut replaced = replaced.into_iter().filter(|path| path != own).peekable();
        if replaced.peek().is_none() {
            return;
        }
        // If this fails, the next cleanup removes them.
        if let Ok(Some(_alone)) = self.alone() {
            for path in replaced.filter(|path| is_older(path, REPLACED)) {
                let _removed = fs::remove_dir_all(path);
            }
        }
    }

    /// Removes files that a killed process left beside those of a result.
    fn remove_unnamed(&self, files: &Path) {
        let Ok(bytes) = private::read(&files.with_extension("")) else {
            return;
        };
        let Ok((head, _)) = entry::read(&bytes) else {
            return;
        };
        let mut unnamed = entries_in(files).unwrap_or_default();
        unnamed.retain(|path| {
            let is_named = head.directories().any(|named| path.ends_with(named));
            !is_named && is_older(path, ABANDONED)
        });
        if unnamed.is_empty() {
            return;
        }
        if let Ok(Some(_alone)) = self.alone() {
            for path in unnamed {
                let _removed = fs::remove_dir_all(path);
            }
        }
    }

    /// Removes the remains of killed processes, and old locks.
    fn remove_abandoned(&self) {
        for path in directories_in(self.directory()).unwrap_or_default() {
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                let path = entry.path();
                let extension = path.extension().unwrap_or_default();
                let is_partial = is_partial(&entry.file_name());
                if (extension.is_empty() && !is_partial) || !is_older(&path, ABANDONED) {
                    continue;
                }
                if extension == "files" && path.with_extension("").exists() {
                    self.remove_unnamed(&path);
                    continue;
                }
                if extension == "lock" {
                    remove_lock(&path);
                    continue;
                }
                // If this fails, the next cleanup removes it.
                let _removed = if extension == "files" {
                    fs::remove_dir_all(&path)
                } else {
                    fs::remove_file(&path)
                };
            }
        }
    }
}

/// Whether a file was last changed more than `age` ago.
fn is_older(path: &Path, age: Duration) -> bool {
    let changed = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|since| since > age))
}

/// Removes a lock file unless a process holds it. If this fails, the next cleanup removes it.
fn remove_lock(path: &Path) {
    if let Ok(file) = private::open(path)
        && file.try_lock().is_ok()
    {
        let _removed = fs::remove_file(path);
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

/// The results in the directory of a task. A result that disappears meanwhile is left out.
pub(super) fn results_in(directory: &Path) -> Result<Vec<Found>, CacheError> {
    let mut found = Vec::new();
    for path in entries_in(directory)? {
        let name = path.file_name().unwrap_or_default();
        if path.extension().is_some() || is_partial(name) {
            continue;
        }
        // The target of a link is outside the cache and does not count.
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        if metadata.is_dir() {
            continue;
        }
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

/// When each result in the directory of a task was last used, without its size.
pub(super) fn newest_in(directory: &Path) -> Result<Vec<(SystemTime, PathBuf)>, CacheError> {
    let mut found = Vec::new();
    for path in entries_in(directory)? {
        let name = path.file_name().unwrap_or_default();
        if path.extension().is_some() || is_partial(name) {
            continue;
        }
        // The target of a link is outside the cache and does not count.
        if let Ok(metadata) = fs::symlink_metadata(&path)
            && !metadata.is_dir()
            && let Ok(used) = metadata.modified()
        {
            found.push((used, path));
        }
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
