//! Files of this machine that recorded values name, and whether they are what they were.

use std::{fs, io, path::Path, path::PathBuf, time::SystemTime};

use serde::{Deserialize, Serialize};

use super::log::Hash;

/// A file or a directory that a value names.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
}

/// What changes when a file does, or anything in a directory: sizes and times, since contents may be large.
fn state(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        return Ok(of_one(&metadata));
    }
    let mut all = String::new();
    of_all_in(path, &mut all)?;
    Ok(Hash::of(all.as_bytes()).hex())
}

fn of_one(metadata: &fs::Metadata) -> String {
    let changed = metadata.modified().ok();
    let changed = changed.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    let changed = changed.map_or(0, |time| time.as_nanos());
    format!("{} bytes at {changed}", metadata.len())
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
            all.push_str(&of_one(&metadata));
        }
        all.push('\n');
    }
    Ok(())
}
