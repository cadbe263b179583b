//! What is in a cache, and how it is cleaned.

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

/// How often at most the size is looked at when results are stored.
const SWEEP: Duration = Duration::from_secs(3600);

/// What nobody uses: the remains of a process that was killed, and locks.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

/// How long the files of a result stay that another has replaced: another process may be storing them, or have just
/// read where they are.
const REPLACED: Duration = Duration::from_secs(60);

/// The file in the directory of a cache that runs hold which use files of results.
const IN_USE: &str = "in-use";

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
    /// How many results stay although they were to go: they have files, and a run is going on that uses files of this
    /// cache.
    pub in_use: u64,
}

/// One result on disk, with what belongs to it.
pub(super) struct Found {
    pub(super) path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

impl Cache {
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
        self.remove(found)
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
        self.remove(found)
    }

    /// Keeps the files of results where they are for as long as this is held. `None` where that cannot be said.
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
            // The result first: one without its files would be found damaged.
            for removed in [fs::remove_file(&path), fs::remove_dir_all(files)] {
                match removed {
                    // Another process has removed it, or stores it anew.
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

    /// Keeps to the size, once in a while.
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

    /// Removes the files of a result that was replaced, all but `own`, unless a run may use them: then they go with
    /// those who do not.
    pub(super) fn remove_replaced(&self, files: &Path, own: &Path) {
        let replaced = entries_in(files).unwrap_or_default();
        let mut replaced = replaced.into_iter().filter(|path| path != own).peekable();
        if replaced.peek().is_none() {
            return;
        }
        // Whoever cannot remove them leaves them for the next time.
        if let Ok(Some(_alone)) = self.alone() {
            for path in replaced.filter(|path| is_older(path, REPLACED)) {
                let _removed = fs::remove_dir_all(path);
            }
        }
    }

    /// Removes the files that a killed process has left beside those of a result.
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

    /// Removes what killed processes have left, and old locks.
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

/// Whether something was last changed before.
fn is_older(path: &Path, age: Duration) -> bool {
    let changed = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|since| since > age))
}

/// Removes the file of a lock, unless a process holds it; whoever cannot leaves it for the next time.
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

/// The results in the directory of a task. What goes away meanwhile is not there.
pub(super) fn results_in(directory: &Path) -> Result<Vec<Found>, CacheError> {
    let mut found = Vec::new();
    for path in entries_in(directory)? {
        let name = path.file_name().unwrap_or_default();
        if path.extension().is_some() || is_partial(name) {
            continue;
        }
        // Not what a link leads to, which is not here.
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
        // Not what a link leads to, which is not here.
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
