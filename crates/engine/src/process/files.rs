//! Files and directories that go into scripts and containers, and come out of them.

use std::{
    fs, io,
    path::{self, Path, PathBuf},
};

use flyte_context::{
    files::{FlyteDirectory, FlyteFile},
    storage::{
        DataError, made_here,
        transfer::{Durability, copy_file, copy_tree},
    },
};
use flyte_core::types::{
    BlobDimensionality, LiteralType, TypeError, TypeInfo, Value, value_from_text,
};

/// Whether values of a type are files or directories, and which.
pub(super) fn kind(info: &TypeInfo) -> Option<BlobDimensionality> {
    let declared = info.literal_type();
    match declared.optional().unwrap_or(&declared).plain() {
        LiteralType::Blob(blob) => Some(blob.dimensionality),
        _ => None,
    }
}

/// The place on this machine of what lies at an address: a script runs in a directory of its own.
pub(super) fn fetch(kind: BlobDimensionality, uri: &str) -> Result<PathBuf, DataError> {
    let path = match kind {
        BlobDimensionality::Single => FlyteFile::<()>::from_uri(uri).path()?.to_owned(),
        BlobDimensionality::Multipart => FlyteDirectory::<()>::from_uri(uri).path()?.to_owned(),
    };
    path::absolute(&path).map_err(|source| DataError::Io { path, source })
}

/// The value for what a program has left at a place.
pub(super) fn made(path: &Path, info: &TypeInfo) -> Result<Value, TypeError> {
    made_here(|| value_from_text(&path.to_string_lossy(), info))
}

/// Puts a file or a directory where a container finds it; a file without a copy if it can be.
pub(super) fn put(from: &Path, to: &Path) -> io::Result<()> {
    let real = fs::canonicalize(from)?;
    if real.is_dir() {
        return copy_tree(&real, to, Durability::Cached);
    }
    fs::hard_link(&real, to).or_else(|_| copy_file(&real, to, Durability::Cached))
}
