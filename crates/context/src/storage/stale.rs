//! Removes directories that a crashed process left behind.
//!
//! Beside a temporary directory is a file that its process has locked. The system releases a lock when its process ends
//! for any reason. So if the file exists and is not locked, the process is gone. For a directory that is kept, the file
//! is removed.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Once,
    time::{Duration, SystemTime},
};

use flyte_config::private;

/// The extension of the lock file after the name of the directory.
const MARK: &str = "lock";
/// The minimum age of a directory to remove, so that users have a day to inspect the files of a crashed process. It is
/// also far longer than it takes to lock a new file.
const AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// How many directories one process removes at most, to limit the delay.
const MOST: usize = 32;

/// The lock on a directory that is in use.
#[derive(Debug)]
pub(super) struct Mark {
    path: PathBuf,
    /// Locked as long as this exists.
    _locked: File,
}

impl Mark {
    pub(super) fn put(dir: &Path) -> io::Result<Self> {
        let path = dir.with_extension(MARK);
        let locked = private::create(&path)?;
        locked.lock()?;
        Ok(Self {
            path,
            _locked: locked,
        })
    }

    /// Removes the mark, because the directory is kept or gone.
    pub(super) fn remove(&self) {
        // Where that fails another process does it, a day later.
        let _ = fs::remove_file(&self.path);
    }
}

/// Marks a new directory, if it is in the system's directory for temporary files; the first call removes stale ones.
pub(super) fn mark(dir: &Path) -> Option<Mark> {
    static REMOVED: Once = Once::new();
    let parent = dir
        .parent()
        .filter(|parent| *parent == std::env::temp_dir())?;
    REMOVED.call_once(|| {
        if let Some(time) = SystemTime::now().checked_sub(AGE) {
            remove_before(parent, time);
        }
    });
    // Without a mark, no process removes the directory if this one crashes.
    Mark::put(dir).ok()
}

/// Removes what was left before a time. What cannot be looked at or removed belongs to another user.
pub(super) fn remove_before(dir: &Path, time: SystemTime) {
    let Ok(entries) = fs::read_dir(dir) else {
        return;
    };
    let left = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_name(path) && is_left(path, time).unwrap_or(false));
    for mark in left.take(MOST) {
        let dir = mark.with_extension("");
        let _ = fs::remove_dir_all(&dir);
        if !dir.exists() {
            let _ = fs::remove_file(mark);
        }
    }
}

fn is_left(mark: &Path, time: SystemTime) -> io::Result<bool> {
    // Does not follow links, which may lead anywhere.
    let metadata = fs::symlink_metadata(mark)?;
    if !metadata.is_file() || metadata.modified()? >= time {
        return Ok(false);
    }
    Ok(File::open(mark)?.try_lock().is_ok())
}

/// Whether a name is that of the lock file of a [`TempSandbox`](super::TempSandbox).
fn is_name(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let digits = name.and_then(|name| name.strip_prefix("flyte-")?.strip_suffix(".lock"));
    digits.is_some_and(|digits| {
        digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;
    use crate::storage::TempSandbox;

    /// Of five directories only the one is removed whose process is gone and which is old.
    #[test]
    fn what_nobody_uses_is_removed() {
        let home = TempSandbox::new();
        let dir = home.create().unwrap();
        let named = |digit: char| dir.join(format!("flyte-{}", digit.to_string().repeat(32)));
        let [used, kept, left, unmarked] = ['1', '2', '3', '4'].map(named);
        let other = dir.join("flyte-other");
        for path in [&used, &kept, &left, &unmarked, &other] {
            fs::create_dir_all(path.join("deep")).unwrap();
        }
        let _used = Mark::put(&used).unwrap();
        Mark::put(&kept).unwrap().remove();
        drop(Mark::put(&left).unwrap());
        drop(Mark::put(&other).unwrap());

        remove_before(dir, SystemTime::now() - AGE);
        assert!(left.is_dir(), "it is from today");
        remove_before(dir, SystemTime::now() + AGE);
        assert!(!left.exists());
        assert!(!left.with_extension(MARK).exists());
        for path in [&used, &kept, &unmarked, &other] {
            assert!(path.join("deep").is_dir(), "{}", path.display());
        }
    }

    #[test]
    fn a_directory_has_a_mark_until_it_is_gone_or_kept() {
        let sandbox = TempSandbox::new();
        let mark = sandbox.create().unwrap().with_extension(MARK);
        assert!(mark.is_file());
        drop(sandbox);
        assert!(!mark.exists());

        let sandbox = TempSandbox::new();
        sandbox.create().unwrap();
        let kept = sandbox.keep();
        assert!(!kept.with_extension(MARK).exists());
        fs::remove_dir(kept).unwrap();
    }
}
