//! Small files in a store, read and written whole: inputs, outputs and errors.

use std::{error::Error, fs, path::Path};

use flyte_context::storage::FileAccessProvider;
use flyte_core::rendered::RenderedError;
use flyte_engine::error::report_of;

/// An error with its causes, each text once.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    RenderedError::of(error, report_of).joined()
}

/// Writes a file below a prefix.
pub(crate) fn put(
    files: &FileAccessProvider,
    prefix: &str,
    name: &str,
    bytes: &[u8],
) -> Result<(), String> {
    let told = |error: &(dyn Error + 'static)| with_causes(error);
    let staged = files
        .get_random_local_directory()
        .map_err(|error| told(&error))?
        .join(Path::new(name));
    fs::write(&staged, bytes).map_err(|error| told(&error))?;
    let to = format!("{}/{name}", prefix.trim_end_matches('/'));
    let written = files.put_data(&staged, &to, false);
    written.map(drop).map_err(|error| told(&error))
}

/// The bytes of a file.
pub(crate) fn read(path: &str, files: &FileAccessProvider) -> Result<Vec<u8>, String> {
    let told = |error: &(dyn Error + 'static)| with_causes(error);
    let local = files
        .get_random_local_directory()
        .map_err(|error| told(&error))?
        .join("file.pb");
    files
        .get_data(path, &local, false)
        .map_err(|error| told(&error))?;
    fs::read(&local).map_err(|error| told(&error))
}
