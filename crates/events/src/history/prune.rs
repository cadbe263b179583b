//! Removes old runs: by number, age and size.

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use super::{
    History, HistoryError,
    directory::{LOG, is_held, remove, remove_left},
    id::is_id,
    log,
};
use flyte_config::private;

/// The default number of runs to keep.
const KEPT: usize = 100;

/// The file with the size of a run in bytes.
const NOTED: &str = "size";

/// The default limit of their total size in bytes.
const SIZE: u64 = 10 << 30;

/// Limits on the runs to keep; the newest ones within all limits stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    runs: usize,
    age: Option<Duration>,
    bytes: u64,
    /// Whether to measure every run, including those with a recorded size.
    is_exact: bool,
}

impl Bounds {
    /// The default limits.
    pub(super) const DEFAULT: Self = Self {
        runs: KEPT,
        age: None,
        bytes: SIZE,
        is_exact: false,
    };

    /// No limits.
    const NONE: Self = Self {
        runs: usize::MAX,
        age: None,
        bytes: u64::MAX,
        is_exact: true,
    };

    /// The limits with room for one more run.
    pub(super) fn before_another(&self) -> Self {
        Self {
            runs: self.runs - 1,
            ..self.clone()
        }
    }
}

impl History {
    /// Sets how many runs are kept, by default 100. When another run is recorded, the oldest ones beyond this are
    /// removed, but never one that is still running or has the format of another release.
    #[must_use]
    pub fn keep(mut self, runs: usize) -> Self {
        self.bounds.runs = runs.max(1);
        self
    }

    /// Sets how long runs are kept after they were last worked on; by default without limit. Older ones are removed
    /// when another run is recorded.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.bounds.age = Some(age);
        self
    }

    /// Sets the maximum total size of the runs in bytes, including their tasks' files; by default 10 GiB. The oldest
    /// ones beyond this are removed when another run is recorded.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.bounds.bytes = bytes;
        self
    }

    /// Removes the oldest runs until this many are left; running ones stay. Returns the number of removed runs.
    ///
    /// # Errors
    ///
    /// When a directory cannot be removed.
    pub fn prune(&self, keep: usize) -> Result<usize, HistoryError> {
        self.remove_beyond(&Bounds {
            runs: keep,
            ..Bounds::NONE
        })
    }

    /// Removes runs that were not worked on for this long. Returns the number of removed runs.
    ///
    /// # Errors
    ///
    /// When a directory cannot be removed.
    pub fn prune_older_than(&self, age: Duration) -> Result<usize, HistoryError> {
        self.remove_beyond(&Bounds {
            age: Some(age),
            ..Bounds::NONE
        })
    }

    /// Removes the oldest runs until the others have at most this many bytes; running ones stay. Returns the number of
    /// removed runs.
    ///
    /// # Errors
    ///
    /// When a directory cannot be removed.
    pub fn prune_to_size(&self, bytes: u64) -> Result<usize, HistoryError> {
        self.remove_beyond(&Bounds {
            bytes,
            ..Bounds::NONE
        })
    }

    /// Removes a run, by its id or a unique prefix of it, also one with a format that this release does not read.
    ///
    /// # Errors
    ///
    /// When the run does not exist, is still running, or cannot be removed.
    pub fn remove(&self, id: &str) -> Result<(), HistoryError> {
        let directory = self.find(id)?;
        match remove(&directory) {
            Ok(true) => Ok(()),
            // Another process has removed it already.
            Ok(false) if !directory.exists() => Ok(()),
            Ok(false) => Err(HistoryError::Running { id: id.to_owned() }),
            Err(error) => Err(HistoryError::io(&directory, error)),
        }
    }

    fn remove_beyond(&self, bounds: &Bounds) -> Result<usize, HistoryError> {
        self.make_room(bounds).1
    }

    /// Removes runs, and directories that killed processes left. Returns the newest run and the number of removed runs.
    /// A run with another format is left to its release.
    pub(super) fn make_room(
        &self,
        bounds: &Bounds,
    ) -> (Option<String>, Result<usize, HistoryError>) {
        let mut names = match self.names() {
            Ok(names) => names,
            Err(error) => return (None, Err(error)),
        };
        remove_left(&self.directory, &names);
        names.retain(|name| is_id(name));
        let (mut removed, mut bytes, mut problem) = (0, 0_u64, None);
        for (later, id) in names.iter().rev().enumerate() {
            let directory = self.directory.join(id);
            if bounds.bytes != u64::MAX {
                bytes = bytes.saturating_add(measured(&directory, bounds.is_exact));
            }
            let is_old = bounds.age.is_some_and(|age| is_older(&directory, age));
            if later < bounds.runs && bytes <= bounds.bytes && !is_old {
                continue;
            }
            if log::is_of_other_format(&directory.join(LOG)) {
                continue;
            }
            match remove(&directory) {
                Ok(gone) => removed += usize::from(gone),
                // An error with one run does not prevent the removal of others.
                Err(error) => problem = problem.or(Some(HistoryError::io(&directory, error))),
            }
        }
        (names.pop(), problem.map_or(Ok(removed), Err))
    }
}

/// Whether a run was last worked on longer ago than `age`.
fn is_older(directory: &Path, age: Duration) -> bool {
    let changed = fs::metadata(directory.join(LOG)).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| {
        let since = SystemTime::now().duration_since(changed);
        since.is_ok_and(|since| since > age)
    })
}

/// The size of a run in bytes. Unless an exact size is requested, it is measured once after the run was last worked on,
/// because there may be very many files, and recording a run needs all sizes.
fn measured(directory: &Path, is_exact: bool) -> u64 {
    let noted = directory.join(NOTED);
    // Compares for equality and not order, because a clock may be set back.
    let worked_on = worked_on(directory);
    if !is_exact
        && let Ok(text) = private::read(&noted)
        && let Some(size) = size_in(&text, worked_on)
    {
        return size;
    }
    let size = size_of(directory);
    if let Some(worked_on) = worked_on
        && is_held(directory).is_ok_and(|held| !held)
    {
        // If it cannot be recorded, it is measured again.
        let note = format!("{size} {}", worked_on.as_nanos());
        let _kept = private::replace(&noted, note.as_bytes());
    }
    size
}

/// The recorded size, if the run was not worked on since.
fn size_in(noted: &[u8], worked_on: Option<Duration>) -> Option<u64> {
    let (size, then) = str::from_utf8(noted).ok()?.trim().split_once(' ')?;
    (then.parse().ok() == Some(worked_on?.as_nanos())).then_some(())?;
    size.parse().ok()
}

/// When a run was last worked on, since 1970.
fn worked_on(directory: &Path) -> Option<Duration> {
    let metadata = fs::symlink_metadata(directory.join(LOG)).ok()?;
    let changed = metadata.modified().ok()?;
    changed.duration_since(SystemTime::UNIX_EPOCH).ok()
}

fn size_of(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size_of(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_gone) => 0,
    });
    sizes.sum()
}
