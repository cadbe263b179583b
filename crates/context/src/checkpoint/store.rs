//! Checkpoints in a store, which a cluster uses.

use std::{
    io::{self, Read},
    path::Path,
};

use super::SyncCheckpoint;
use crate::storage::{DataError, FileAccessProvider};

/// The data to save.
pub(super) enum Kept<'a> {
    File(&'a Path),
    Directory(&'a Path),
    Stream(&'a mut dyn Read),
    Bytes(&'a [u8]),
}

/// The address, if the path is the address of a store.
pub(super) fn address(path: &Path) -> Option<&str> {
    path.to_str()
        .filter(|text| FileAccessProvider::is_remote(text))
}

/// Saves data under an address. An object exists only when it is complete.
pub(super) fn keep(files: &FileAccessProvider, uri: &str, what: Kept<'_>) -> Result<(), DataError> {
    match what {
        Kept::Directory(path) => files.upload_directory(path, uri).map(drop),
        // Because of the slash, it is stored under its own name.
        Kept::File(path) => files
            .upload(path, &format!("{}/", uri.trim_end_matches('/')))
            .map(drop),
        Kept::Stream(reader) => stream(files, uri, reader),
        Kept::Bytes(mut bytes) => stream(files, uri, &mut bytes),
    }
}

fn stream(files: &FileAccessProvider, uri: &str, reader: &mut dyn Read) -> Result<(), DataError> {
    let name = FileAccessProvider::join(uri, &[SyncCheckpoint::TMP_DST_PATH]);
    let mut writer = files.writer(&name)?;
    io::copy(reader, &mut writer).map_err(|source| DataError::Upload {
        from: "<a stream>".to_owned(),
        to: uri.to_owned(),
        recursive: false,
        source,
    })?;
    writer.finish()
}

/// Copies the checkpoint at an address; `false` if there is none.
pub(super) fn restore(files: &FileAccessProvider, uri: &str, to: &Path) -> Result<bool, DataError> {
    match files.download_directory(uri, to) {
        Ok(()) => Ok(true),
        Err(DataError::NotFound { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
