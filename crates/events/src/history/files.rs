//! Files of this machine that recorded values name, and whether they are what they were.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};

use super::log::Hash;

/// A file or a directory that a value names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredFile {
    path: PathBuf,
    /// Nothing if it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

impl StoredFile {
    /// As it is now.
    pub(super) fn new(path: PathBuf) -> Self {
        let state = state(&path).ok();
        Self { path, state }
    }

    /// Why the value is not what it was.
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

    /// Why what was made of the value would not be made of it now. What is gone has been read.
    pub(super) fn difference(&self) -> Option<String> {
        let state = state(&self.path).ok()?;
        let path = self.path.display();
        (Some(&state) != self.state.as_ref()).then(|| format!("{path} has changed"))
    }
}

/// Up to which size it is what is in a file that counts; of a larger one its size, and when it was last changed.
const READ: u64 = 1 << 16;

/// What changes when a file does, or anything in a directory.
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
    // A device may be read for ever.
    if metadata.is_file() && size <= READ {
        return Ok(Hash::of(&fs::read(path)?).hex());
    }
    let changed = metadata.modified().ok();
    let changed = changed.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let changed = changed.map_or(0, |time| time.as_nanos());
    Ok(format!("{size} bytes at {changed}"))
}

/// Links are not followed: they may lead around in a circle.
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
