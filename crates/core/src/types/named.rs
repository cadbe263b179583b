//! Tracks the local files and directories to which values refer when they leave the process.

use std::{
    cell::RefCell,
    fs,
    path::{self, Path, PathBuf},
};

use crate::types::blob::local_path;

thread_local! {
    /// What has been named on this thread, while a caller wants to know.
    static NAMED: RefCell<Option<Vec<PathBuf>>> = const { RefCell::new(None) };
}

/// Runs a function and returns the local files and directories named by the literals that it made on this thread, also
/// inside structs. The paths are absolute.
pub fn naming<R>(work: impl FnOnce() -> R) -> (R, Vec<PathBuf>) {
    struct Restore(Option<Vec<PathBuf>>);

    impl Drop for Restore {
        fn drop(&mut self) {
            NAMED.set(self.0.take());
        }
    }

    let _restore = Restore(NAMED.replace(Some(Vec::new())));
    let result = work();
    (result, NAMED.take().unwrap_or_default())
}

/// Records the address of a literal.
pub fn name(address: &str) {
    NAMED.with_borrow_mut(|named| {
        if let Some(named) = named
            && let Some(path) = local_path(address)
        {
            named.push(path::absolute(path).unwrap_or_else(|_| path.into()));
        }
    });
}

/// Removes a directory and its contents, except for named paths and their contents. Entries that cannot be removed
/// stay.
pub fn remove_all_but(named: &[PathBuf], directory: &Path) {
    if named.iter().any(|named| directory.starts_with(named)) {
        return;
    }
    if !named.iter().any(|named| named.starts_with(directory)) {
        let _ = fs::remove_dir_all(directory);
        return;
    }
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_all_but(named, &path);
        } else if !named.contains(&path) {
            let _ = fs::remove_file(path);
        }
    }
}
