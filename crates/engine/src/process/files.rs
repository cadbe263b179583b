//! Files and directories that are inputs and outputs of scripts and containers.

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

/// The local path of the data at an address. A script runs in a directory of its own, so the path is absolute.
pub(super) fn fetch(kind: BlobDimensionality, uri: &str) -> Result<PathBuf, DataError> {
    let path = match kind {
        BlobDimensionality::Single => FlyteFile::<()>::from_uri(uri).path()?.to_owned(),
        BlobDimensionality::Multipart => FlyteDirectory::<()>::from_uri(uri).path()?.to_owned(),
    };
    path::absolute(&path).map_err(|source| DataError::Io { path, source })
}

/// The value for the file or directory that a program left at a path.
pub(super) fn made(path: &Path, info: &TypeInfo) -> Result<Value, TypeError> {
    made_here(|| value_from_text(&path.to_string_lossy(), info))
}

/// Puts a file or directory where a container finds it. A file is not copied if that can be avoided.
pub(super) fn put(from: &Path, to: &Path) -> io::Result<()> {
    let real = fs::canonicalize(from)?;
    if real.is_dir() {
        return copy_tree(&real, to, Durability::Cached);
    }
    fs::hard_link(&real, to).or_else(|_| copy_file(&real, to, Durability::Cached))
}
