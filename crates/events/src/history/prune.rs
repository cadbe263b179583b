//! Removing old runs: by number, by age, by size.

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

/// How many runs are kept unless it is said otherwise.
const KEPT: usize = 100;

/// The file of a run that says how many bytes the run has.
const NOTED: &str = "size";

/// How many bytes they may have together unless it is said otherwise.
const SIZE: u64 = 10 << 30;

/// Which runs stay: the last, as far as all of these allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    runs: usize,
    age: Option<Duration>,
    bytes: u64,
    /// Every run is measured, also those of which it is noted how large they are.
    is_exact: bool,
}

impl Bounds {
    /// What is kept when nobody says otherwise.
    pub(super) const DEFAULT: Self = Self {
        runs: KEPT,
        age: None,
        bytes: SIZE,
        is_exact: false,
    };

    /// Everything.
    const NONE: Self = Self {
        runs: usize::MAX,
        age: None,
        bytes: u64::MAX,
        is_exact: true,
    };

    /// One run less, since another is going to be there.
    pub(super) fn before_another(&self) -> Self {
        Self {
            runs: self.runs - 1,
            ..self.clone()
        }
    }
}

impl History {
    /// How many runs are kept, 100 unless this says otherwise. The oldest beyond are removed when another is recorded,
    /// but never one that is going on, or that another release has written in a format of its own.
    #[must_use]
    pub fn keep(mut self, runs: usize) -> Self {
        self.bounds.runs = runs.max(1);
        self
    }

    /// How long runs are kept after they were last worked on; without this as long as there is room. Older ones are
    /// removed when another is recorded.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.bounds.age = Some(age);
        self
    }

    /// How many bytes the runs may have together, with their tasks' files; 10 GiB unless this says otherwise. The
    /// oldest beyond are removed when another is recorded.
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.bounds.bytes = bytes;
        self
    }

    /// Removes the oldest runs until so many are left; those that are going on stay. Returns how many were removed.
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

    /// Removes the runs that nobody has worked on for so long. Returns how many were removed.
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

    /// Removes the oldest runs until those that are left have no more bytes together; those that are going on stay.
    /// Returns how many were removed.
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

    /// Removes a run, by its id or by a beginning of it that no other has, also one of a format that this release does
    /// not read.
    ///
    /// # Errors
    ///
    /// When there is no such run, it is still going on, or it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<(), HistoryError> {
        let directory = self.find(id)?;
        match remove(&directory) {
            Ok(true) => Ok(()),
            // Another process has removed it.
            Ok(false) if !directory.exists() => Ok(()),
            Ok(false) => Err(HistoryError::Running { id: id.to_owned() }),
            Err(error) => Err(HistoryError::io(&directory, error)),
        }
    }

    fn remove_beyond(&self, bounds: &Bounds) -> Result<usize, HistoryError> {
        self.make_room(bounds).1
    }

    /// Removes runs, and what processes have left that were killed. Returns the newest run there was, and how many were
    /// removed. A run of another format is left to the release that has written it.
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
                // One that cannot be removed keeps no other from being.
                Err(error) => problem = problem.or(Some(HistoryError::io(&directory, error))),
            }
        }
        (names.pop(), problem.map_or(Ok(removed), Err))
    }
}

/// Whether a run was last worked on before.
fn is_older(directory: &Path, age: Duration) -> bool {
    let changed = fs::metadata(directory.join(LOG)).and_then(|metadata| metadata.modified());
    changed.is_ok_and(|changed| {
        let since = SystemTime::now().duration_since(changed);
        since.is_ok_and(|since| since > age)
    })
}

/// What a run has in bytes. Unless it is asked for exactly, that is measured once after the run was last worked on:
/// there may be very many files, and every run that is recorded asks.
fn measured(directory: &Path, is_exact: bool) -> u64 {
    let noted = directory.join(NOTED);
    // The time and not the order of times: a clock may be set back.
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
        // Without the note it is measured again.
        let note = format!("{size} {}", worked_on.as_nanos());
        let _kept = private::replace(&noted, note.as_bytes());
    }
    size
}

/// The size that is noted, if nobody has worked on the run since.
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
