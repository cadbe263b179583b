//! Directories that a process which is gone could not remove.
//!
//! A temporary directory has a file in it that its process has locked. The system takes a lock from a process that ends, however it
//! does; so what has the file, and no lock on it, is nobody's. A directory that is to stay loses the file.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, SystemTime};

/// Copies and lists leave it out, as what is being written.
const MARK: &str = ".flyte-partial-temporary";
/// Whoever looks for what a process has left has a day for it. It is also far longer than it takes to lock what was just made.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// How many are removed by one process, which wants to do something else.
const MOST: usize = 32;

/// The lock on a directory that is in use.
#[derive(Debug)]
pub(super) struct Mark {
    path: PathBuf,
    /// Held for as long as this is.
    _locked: File,
}

impl Mark {
    pub(super) fn put(dir: &Path) -> io::Result<Self> {
        let path = dir.join(MARK);
        let locked = File::create_new(&path)?;
        locked.lock()?;
        Ok(Self {
            path,
            _locked: locked,
        })
    }

    /// Lets the directory stay.
    pub(super) fn remove(&self) {
        // If that fails, it is removed one day.
        let _ = fs::remove_file(&self.path);
    }
}

/// Removes what processes have left in a directory; once for each process, when it makes its first there.
pub(super) fn remove_once(dir: &Path) {
    static REMOVED: Once = Once::new();
    if dir == std::env::temp_dir() {
        REMOVED.call_once(|| {
            if let Some(time) = SystemTime::now().checked_sub(AGE) {
                remove_before(dir, time);
            }
        });
    }
}

/// Removes what was left before a time. What cannot be looked at or removed is somebody else's.
pub(super) fn remove_before(dir: &Path, time: SystemTime) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    let left = entries
        .flatten()
        .filter(|entry| is_name(&entry.file_name()))
        .map(|entry| entry.path())
        .filter(|path| is_left(path, time).unwrap_or(false));
    for path in left.take(MOST) {
        let _ = fs::remove_dir_all(path);
    }
}

fn is_left(path: &Path, time: SystemTime) -> io::Result<bool> {
    // Not through links, which may lead anywhere.
    if !fs::symlink_metadata(path)?.is_dir() {
        return Ok(false);
    }
    let mark = File::open(path.join(MARK))?;
    Ok(mark.metadata()?.modified()? < time && mark.try_lock().is_ok())
}

/// Whether a name is one that [`TempSandbox`](super::TempSandbox) gives.
fn is_name(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix("flyte-"));
    digits.is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;
    use crate::data::TempSandbox;

    /// Of five directories only that whose process is gone is removed, and that only when it is old.
    #[test]
    fn what_nobody_uses_is_removed() {
        let home = TempSandbox::new();
        let dir = home.create().unwrap();
        let used = TempSandbox::in_dir(dir);
        used.create().unwrap();
        let kept = TempSandbox::in_dir(dir);
        kept.create().unwrap();
        let kept = kept.keep();
        let left = dir.join("flyte-0123456789abcdef0123456789abcdef");
        let unmarked = dir.join("flyte-00000000000000000000000000000000");
        let other = dir.join("flyte-other");
        for path in [&left, &other] {
            fs::create_dir_all(path.join("deep")).unwrap();
            drop(Mark::put(path).unwrap());
        }
        fs::create_dir(&unmarked).unwrap();

        remove_before(dir, SystemTime::now() - AGE);
        assert!(left.is_dir(), "it is from today");
        remove_before(dir, SystemTime::now() + AGE);
        assert!(!left.exists());
        for path in [used.path(), &kept, &unmarked, &other] {
            assert!(path.is_dir(), "{}", path.display());
        }
        assert!(!kept.join(MARK).exists());
    }
}
