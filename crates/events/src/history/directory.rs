//! The directory of a run: creating, locking, inspecting and removing it while other processes do the same.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use flyte_config::private::{self, is_partial, partial_in};

/// The log of a run in its directory.
pub(super) const LOG: &str = "log";

/// The copy of a damaged log, made when its run is resumed; further copies have a number appended.
const DAMAGED: &str = "log.damaged";

/// The file that a process locks while it works on a run.
const LOCK: &str = "lock";

/// The directories of the run's tasks.
pub(super) const FILES: &str = "files";

/// How often an operation is retried that another process prevents for a moment, and how long to wait between retries.
const TRIES: (u32, Duration) = (20, Duration::from_millis(5));

/// The directory of a new run. It is hidden from other processes until it says what is run, so that they do not remove
/// it as the directory of an ended run. If it is dropped before, it is removed.
pub(super) struct Place {
    /// Its hidden path.
    pub(super) made: PathBuf,
    /// Its final path.
    pub(super) directory: PathBuf,
    pub(super) id: String,
    held: Option<File>,
    is_published: bool,
}

impl Place {
    pub(super) fn make(histories: &Path, id: String) -> io::Result<Self> {
        let directory = histories.join(&id);
        let mut place = Self {
            // On other systems a directory with open files cannot be renamed.
            made: if cfg!(unix) {
                partial_in(histories)
            } else {
                directory.clone()
            },
            directory,
            id,
            held: None,
            is_published: false,
        };
        if let Err(error) = private::make_new(&place.made) {
            // It belongs to another user.
            place.is_published = true;
            return Err(error);
        }
        place.held = take_soon(&place.made)?;
        match place.held {
            Some(_) => Ok(place),
            None => Err(io::Error::other("another process has just taken it")),
        }
    }

    /// Makes it visible and returns the lock of this process; `None` if another run has its name.
    pub(super) fn publish(mut self) -> io::Result<Option<File>> {
        if self.made != self.directory {
            match fs::rename(&self.made, &self.directory) {
                Err(error) if is_there(&error) => return Ok(None),
                renamed => renamed?,
            }
        }
        self.is_published = true;
        Ok(self.held.take())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_published {
            // It never became a run, and the caller reports why; a failed removal adds nothing.
            let _removed = fs::remove_dir_all(&self.made);
        }
    }
}

fn is_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty
    )
}

/// The holder of a run.
enum Holder {
    /// This process, until the file is dropped.
    This(File),
    /// Others that only look whether a process works on it.
    Lookers,
    /// Another process that works on it.
    Worker,
}

fn try_to_take(directory: &Path) -> io::Result<Holder> {
    let file = private::open_lock(&directory.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => return Ok(Holder::This(file)),
        Err(fs::TryLockError::WouldBlock) => {}
        Err(fs::TryLockError::Error(error)) => return Err(error),
    }
    match file.try_lock_shared() {
        Ok(()) => Ok(Holder::Lookers),
        Err(fs::TryLockError::WouldBlock) => Ok(Holder::Worker),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Takes the lock of a run; `None` if another process holds it. Processes that only check it, or remove others, hold it
/// for a moment.
pub(super) fn take_soon(directory: &Path) -> io::Result<Option<File>> {
    let (tries, pause) = TRIES;
    for _ in 0..tries {
        if let Holder::This(held) = try_to_take(directory)? {
            return Ok(Some(held));
        }
        thread::sleep(pause);
    }
    Ok(None)
}

/// As [`take_soon`], without waiting for a process that works on the run.
fn take_unless_worked_on(directory: &Path) -> io::Result<Option<File>> {
    let (tries, pause) = TRIES;
    for _ in 0..tries {
        match try_to_take(directory)? {
            Holder::This(held) => return Ok(Some(held)),
            Holder::Worker => return Ok(None),
            Holder::Lookers => thread::sleep(pause),
        }
    }
    Ok(None)
}

/// Whether a process works on a run. Checking leaves no trace, and several processes may check at once.
pub(super) fn is_held(directory: &Path) -> io::Result<bool> {
    let file = match private::open(&directory.join(LOCK)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(fs::TryLockError::WouldBlock) => Ok(true),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Copies a log before its damaged end is cut off, and returns the path. Earlier copies are kept.
pub(super) fn keep_damaged(directory: &Path, log: &mut File) -> io::Result<PathBuf> {
    let first = directory.join(DAMAGED);
    let more = (2_u32..).map(|number| directory.join(format!("{DAMAGED}.{number}")));
    for path in std::iter::once(first).chain(more) {
        let mut copy = match private::create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            copy => copy?,
        };
        io::Seek::rewind(log)?;
        let copied = io::copy(log, &mut copy).and_then(|_| copy.sync_data());
        return match copied {
            Ok(()) => Ok(path),
            Err(error) => {
                let _removed = fs::remove_file(path);
                Err(error)
            }
        };
    }
    Err(io::Error::other("there are too many copies"))
}

/// Removes a run; `false` if a process works on it, or another one has just removed it.
pub(super) fn remove(directory: &Path) -> io::Result<bool> {
    let removed = take_unless_worked_on(directory).and_then(|held| {
        let Some(_held) = held else {
            return Ok(false);
        };
        if cfg!(not(unix)) {
            return remove_all(directory).map(|()| true);
        }
        // Renamed in one step, so that only one of several processes removes it.
        let gone = partial_in(directory.parent().unwrap_or(Path::new("")));
        fs::rename(directory, &gone)?;
        remove_all(&gone).map(|()| true)
    });
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        removed => removed,
    }
}

/// Removes a directory that is already renamed. A detached task may still write into it.
fn remove_all(directory: &Path) -> io::Result<()> {
    let (tries, pause) = TRIES;
    for _ in 1..tries {
        match fs::remove_dir_all(directory) {
            Err(error) if is_there(&error) || error.kind() == io::ErrorKind::NotFound => {}
            removed => return removed,
        }
        if !directory.exists() {
            return Ok(());
        }
        thread::sleep(pause);
    }
    fs::remove_dir_all(directory)
}

/// Removes the directories in `names` that processes left when they were killed while creating or removing a run.
pub(super) fn remove_left(histories: &Path, names: &[String]) {
    for name in names.iter().filter(|name| is_partial(name.as_ref())) {
        let directory = histories.join(name);
        if !fs::symlink_metadata(&directory).is_ok_and(|left| private::is_left(&left)) {
            continue;
        }
        let is_free = match private::open(&directory.join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if is_free {
            // If this fails, the next call tries again.
            let _removed = fs::remove_dir_all(directory);
        }
    }
}
