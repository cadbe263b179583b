//! Files of this machine that values name: what they were like when they were recorded, and whether they still are.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::log::Hash;
use crate::{
    data::FileAccessProvider,
    types::{Literal, LiteralValue},
};

/// What files and directories were like, by their paths.
pub(super) type Files = BTreeMap<String, String>;

/// Up to which size it is what is in a file that counts; of a larger one its size, and when it was last changed.
const READ: u64 = 1 << 20;

/// What the files are like that a value names. Those of stores are not looked at, and one that is not there is left out.
pub(super) fn of(literal: &Literal) -> Files {
    let mut files = Files::new();
    each(literal, &mut |path| {
        if let Ok(state) = state(path) {
            files.insert(path.display().to_string(), state);
        }
    });
    files
}

/// The first file that a value names and that is not there.
pub(super) fn missing(literal: &Literal) -> Option<PathBuf> {
    let mut missing = None;
    each(literal, &mut |path| {
        if missing.is_none() && !path.exists() {
            missing = Some(path.to_owned());
        }
    });
    missing
}

/// The first file that is there and not as it was.
pub(super) fn changed(before: &Files) -> Option<&str> {
    let mut files = before.iter();
    let changed = files.find(|(path, was)| state(Path::new(path)).is_ok_and(|is| is != **was))?;
    Some(changed.0)
}

fn each(literal: &Literal, visit: &mut impl FnMut(&Path)) {
    let uri = match &literal.value {
        LiteralValue::Blob(blob) => &blob.uri,
        LiteralValue::StructuredDataset(dataset) => &dataset.uri,
        LiteralValue::Schema(schema) => &schema.uri,
        LiteralValue::Union { value, .. } => return each(value, visit),
        LiteralValue::Collection(items) => return items.iter().for_each(|item| each(item, visit)),
        LiteralValue::Map(items) => return items.values().for_each(|item| each(item, visit)),
        _ => return,
    };
    if !FileAccessProvider::is_remote(uri) {
        visit(Path::new(FileAccessProvider::strip_file_header(uri)));
    }
}

/// What a file or directory is like.
fn state(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if metadata.is_dir() {
        return of_directory(path);
    }
    if !metadata.is_file() {
        return Ok("special".to_owned());
    }
    let size = metadata.len();
    if size <= READ {
        let hash = Hash::of(&fs::read(path)?);
        return Ok(format!("sha256 {}", hash.hex()));
    }
    let changed = metadata.modified()?.duration_since(SystemTime::UNIX_EPOCH);
    let changed = changed.unwrap_or_default();
    Ok(format!(
        "{size} bytes of {}.{:09}",
        changed.as_secs(),
        changed.subsec_nanos()
    ))
}

/// What a directory is like: the files in it by name, and what each is like.
fn of_directory(path: &Path) -> io::Result<String> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let state = match entry.file_type()?.is_symlink() {
            // It may lead back to where it is.
            true => format!("link to {}", fs::read_link(entry.path())?.display()),
            false => state(&entry.path())?,
        };
        entries.push(format!("{name}\0{state}\0"));
    }
    entries.sort();
    let hash = Hash::of(entries.concat().as_bytes());
    Ok(format!("directory {}", hash.hex()))
}
