//! The files of a checkpoint, which after a crash are either the old or the new ones, never a mix.
//!
//! A directory is saved in three steps. First its copy is written beside the existing files and synced to disk. Then
//! the copy is renamed to `SAVED`, in one step: from here on its files take precedence over those beside it. At last
//! its files are moved to their final place. After a crash, readers read both places, and writers finish the move
//! first.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use crate::storage::transfer::{self, Durability, at};

/// A save that is complete but not yet moved. Copies of directories skip names with this prefix.
const SAVED: &str = ".flyte-partial-saved";

/// How often another process may win the race for the directory.
const TRIES: u32 = 100;

/// The contents of a directory, without incomplete files of an attempt that was stopped.
pub(crate) fn kept_in(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = entries(dir)?;
    let saved = dir.join(SAVED);
    if saved.is_dir() {
        entries.extend(self::entries(&saved)?);
    }
    Ok(entries.into_values().collect())
}

/// Whether a directory contains a saved checkpoint. An attempt that was stopped during its first save leaves a
/// directory without one.
pub fn is_finished(dir: &Path) -> bool {
    match kept_in(dir) {
        Ok(kept) => !kept.is_empty(),
        // Reading it will report why it cannot be read.
        Err(_) => dir.is_dir(),
    }
}

/// The entries by name.
fn entries(dir: &Path) -> io::Result<BTreeMap<std::ffi::OsString, PathBuf>> {
    let mut entries = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(at("list", dir))? {
        let entry = entry.map_err(at("list", dir))?;
        if !transfer::is_partial(&entry.file_name()) {
            entries.insert(entry.file_name(), entry.path());
        }
    }
    Ok(entries)
}

/// Copies the checkpoint in a directory.
pub(crate) fn restore(from: &Path, to: &Path) -> io::Result<()> {
    transfer::copy_tree(from, to, Durability::Cached)?;
    let saved = from.join(SAVED);
    match saved.is_dir() {
        true => transfer::copy_tree(&saved, to, Durability::Cached),
        false => Ok(()),
    }
}

/// Saves the contents of a directory. Callers in this process take turns, but other processes may save at the same
/// time.
pub(crate) fn save(from: &Path, dest: &Path) -> io::Result<()> {
    transfer::make_directory(dest, Durability::Synced)?;
    finish(dest)?;
    let staged = transfer::partial_in(dest);
    let saved = transfer::copy_tree(from, &staged, Durability::Synced)
        .and_then(|()| check(&staged, dest))
        .and_then(|()| begin(&staged, dest));
    if saved.is_err() {
        // Readers ignore what is left of it.
        let _ = fs::remove_dir_all(&staged);
    }
    saved.and_then(|()| finish(dest))
}

/// Makes a copy count.
fn begin(staged: &Path, dest: &Path) -> io::Result<()> {
    let saved = dest.join(SAVED);
    let mut tries = 0;
    while let Err(error) = fs::rename(staged, &saved) {
        tries += 1;
        if !saved.is_dir() || tries > TRIES {
            return Err(at("write", &saved)(error));
        }
        finish(dest)?;
    }
    transfer::sync_directory(dest)
}

/// Moves a saved copy to its final place, if a crash has left one.
pub(crate) fn finish(dest: &Path) -> io::Result<()> {
    let saved = dest.join(SAVED);
    if !saved.is_dir() {
        return Ok(());
    }
    move_tree(&saved, dest)?;
    // Only empty directories are left.
    match fs::remove_dir_all(&saved) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at("remove", &saved)(error)),
        _ => Ok(()),
    }
}

/// Checks that everything can be moved, before anything is.
fn check(from: &Path, to: &Path) -> io::Result<()> {
    for (name, entry) in entries(from)? {
        let target = to.join(name);
        match (entry.is_dir(), target.is_dir()) {
            (true, true) => check(&entry, &target)?,
            (false, true) => {
                return Err(refused(
                    &target,
                    "is a directory, so no file can have its name",
                ));
            }
            (true, false) if target.exists() => {
                return Err(refused(
                    &target,
                    "is a file, so no directory can have its name",
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

fn refused(path: &Path, why: &str) -> io::Error {
    io::Error::new(
        ErrorKind::AlreadyExists,
        format!("{} {why}", path.display()),
    )
}

fn move_tree(from: &Path, to: &Path) -> io::Result<()> {
    transfer::make_directory(to, Durability::Synced)?;
    for (name, entry) in entries(from)? {
        let target = to.join(name);
        if entry.is_dir() {
            move_tree(&entry, &target)?;
            continue;
        }
        match fs::rename(&entry, &target) {
            // Another process has moved it already.
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(at("write", &target)(error));
            }
            _ => {}
        }
    }
    transfer::sync_directory(to)
}
