//! The directory of a run: how it is made, held, looked at and removed while other processes do the same.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use flyte_config::private::{self, is_partial, partial_in};

/// The file of a run in its directory.
pub(super) const LOG: &str = "log";

/// What it was before a run was resumed whose log was damaged; behind the first there is a number.
const DAMAGED: &str = "log.damaged";

/// What a process holds that works on a run.
const LOCK: &str = "lock";

/// The directories of the run's tasks.
pub(super) const FILES: &str = "files";

/// How often something is tried that another process keeps from being done for a moment, and how long is waited in
/// between.
const TRIES: (u32, Duration) = (20, Duration::from_millis(5));

/// The directory of a run that is being made. Nobody else sees it before it says what is run, so that nobody can take
/// it for one that is over and remove it. Dropped before that, it is removed.
pub(super) struct Place {
    /// Where it is until then.
    pub(super) made: PathBuf,
    /// Where it will be.
    pub(super) directory: PathBuf,
    pub(super) id: String,
    held: Option<File>,
    is_published: bool,
}

impl Place {
    pub(super) fn make(histories: &Path, id: String) -> io::Result<Self> {
        let directory = histories.join(&id);
        let mut place = Self {
            // Elsewhere a directory with files that are open cannot be renamed.
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

    /// Lets others see it, and gives what this process holds it by; `None` if another run has its name.
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
            // What holds no run is nobody's; who cannot remove it has said why it is none.
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

/// Who has a run.
enum Holder {
    /// This process, until the file is dropped.
    This(File),
    /// Others that only look whether a process works on it.
    Lookers,
    /// Another that works on it.
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

/// Takes the lock of a run; `None` when another process has it. Whoever only looks, or removes others, has it for a
/// moment.
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

/// As [`take_soon`], without waiting for who works on the run.
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

/// Whether a process works on a run. Looking leaves nothing behind, and several may look at once.
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

/// Copies a log before its end is cut off; gives back where the copy is. One from an earlier time stays.
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

/// Removes a run; `false` if a process works on it, or another has just removed it.
pub(super) fn remove(directory: &Path) -> io::Result<bool> {
    let removed = take_unless_worked_on(directory).and_then(|held| {
        let Some(_held) = held else {
            return Ok(false);
        };
        if cfg!(not(unix)) {
            return remove_all(directory).map(|()| true);
        }
        // In one step: of several that want to remove it, one does.
        let gone = partial_in(directory.parent().unwrap_or(Path::new("")));
        fs::rename(directory, &gone)?;
        remove_all(&gone).map(|()| true)
    });
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        removed => removed,
    }
}

/// Removes a directory that nobody looks for any more. A task that was left behind may still write into it.
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

/// Removes what processes have left that were killed while they made or removed a run, from among these names.
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
            // Whoever cannot remove it leaves it for the next time.
            let _removed = fs::remove_dir_all(directory);
        }
    }
}
