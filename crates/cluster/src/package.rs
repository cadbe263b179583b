//! Serialised entities as files, which `flytectl register files` reads.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use flate2::{Compression, GzBuilder};

use flyte_idl::{flyteidl2::task::TaskSpec, prost::Message as _};

use super::serialize::{SerializedEntity, file_names, flyte2_file_names};

/// Writes each entity to its own file in a directory, which is created if necessary.
///
/// # Errors
///
/// When the directory cannot be created or a file cannot be written.
pub fn write_files(entities: &[SerializedEntity], directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (name, entity) in file_names(entities).zip(entities) {
        fs::write(directory.join(name), entity.encode())?;
    }
    Ok(())
}

/// Writes each task of Flyte 2 to its own file, as a `flyteidl2.task.TaskSpec`, and returns the names of the files.
///
/// # Errors
///
/// As [`write_files`].
pub fn write_flyte2_files(tasks: &[TaskSpec], directory: &Path) -> io::Result<Vec<String>> {
    fs::create_dir_all(directory)?;
    let names = flyte2_file_names(tasks);
    for (name, task) in names.iter().zip(tasks) {
        fs::write(directory.join(name), task.encode_to_vec())?;
    }
    Ok(names)
}

/// Writes the same files as one gzipped archive, as `pyflyte package` does.
///
/// Equal entities give equal bytes: the archive does not contain times or users.
///
/// # Errors
///
/// When `to` cannot be written.
pub fn write_package(entities: &[SerializedEntity], to: impl Write) -> io::Result<()> {
    let gzip = GzBuilder::new().write(to, Compression::default());
    let mut archive = tar::Builder::new(gzip);
    for (name, entity) in file_names(entities).zip(entities) {
        let bytes = entity.encode();
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        // A name that is too long for the header goes into a record before the file.
        archive.append_data(&mut header, name, bytes.as_slice())?;
    }
    archive.into_inner()?.finish()?.flush()
}
