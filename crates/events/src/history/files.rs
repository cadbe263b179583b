//! Local files to which recorded values refer, and whether they have changed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::log::Hash;

/// A file or a directory to which a value refers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredFile {
    path: PathBuf,
    /// `None` if it did not exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

impl StoredFile {
    /// Reads its current state.
    pub(super) fn new(path: PathBuf) -> Self {
        let state = state(&path).ok();
        Self { path, state }
    }

    /// Why the value can no longer be used.
    pub(super) fn problem(&self) -> Option<String> {
        let path = self.path.display();
        match state(&self.path) {
            Ok(state) if Some(&state) == self.state.as_ref() => None,
            Ok(_) => Some(format!("{path} has changed")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Some(format!("{path} is not there any more"))
            }
            Err(error) => Some(format!("{path} cannot be looked at: {error}")),
        }
    }

    /// Why the value could lead to another result now. A missing file does not count: it was already read.
    pub(super) fn difference(&self) -> Option<String> {
        let state = state(&self.path).ok()?;
        let path = self.path.display();
        (Some(&state) != self.state.as_ref()).then(|| format!("{path} has changed"))
    }
}

/// Up to this size, a file is compared by its contents; a larger one by its size and modification time.
const READ: u64 = 1 << 16;

/// A text that changes if a file does, or anything in a directory.
fn state(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        return of_one(path, &metadata);
    }
    let mut all = String::new();
    of_all_in(path, &mut all)?;
    Ok(Hash::of(all.as_bytes()).hex())
}

fn of_one(path: &Path, metadata: &fs::Metadata) -> io::Result<String> {
    let size = metadata.len();
    // Reading a device may never end.
    if metadata.is_file() && size <= READ {
        return Ok(Hash::of(&fs::read(path)?).hex());
    }
    let changed = metadata.modified().ok();
    let changed = changed.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let changed = changed.map_or(0, |time| time.as_nanos());
    Ok(format!("{size} bytes at {changed}"))
}

/// Does not follow links, which may form cycles.
fn of_all_in(directory: &Path, all: &mut String) -> io::Result<()> {
    let entries: io::Result<Vec<_>> = fs::read_dir(directory)?.collect();
    let mut entries = entries?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, metadata) = (entry.path(), entry.metadata()?);
        all.push_str(&format!("{path:?}: "));
        if metadata.is_dir() {
            of_all_in(&path, all)?;
        } else {
            all.push_str(&of_one(&path, &metadata)?);
        }
        all.push('\n');
    }
    Ok(())
}
