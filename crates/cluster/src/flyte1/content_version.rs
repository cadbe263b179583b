//! Versions that are made of the content, so that the same program twice is the same version.

use std::{
    env,
    fs::File,
    hash::{DefaultHasher, Hasher as _},
    io::{self, Read as _},
    path::Path,
    sync::OnceLock,
};

use sha2::{Digest as _, Sha256};

use super::{auth::hex, error::ClusterError};
use crate::serialize::SerializedEntity;

/// How many characters it has: it is a part of addresses and of names of files.
const LENGTH: usize = 22;

/// The version of entities that were serialised without a project, domain and version, in this program: what runs is
/// its code, too.
pub(super) fn of_content(entities: &[SerializedEntity]) -> Result<String, ClusterError> {
    static PROGRAM: OnceLock<Result<u64, String>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let program = env::current_exe().and_then(|path| content_of(&path));
        program.map_err(|error| error.to_string())
    });
    let program = program.as_ref().map_err(|error| {
        ClusterError::Setting(format!(
            "the program cannot be read to make a version of it: {error}; give a `--version`"
        ))
    })?;
    let mut digest = Sha256::new();
    digest.update(program.to_le_bytes());
    for entity in entities {
        let bytes = entity.encode();
        digest.update(entity.resource_type().name());
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    }
    let mut text = hex(&digest.finalize());
    text.truncate(LENGTH);
    Ok(text)
}

/// A number for the content of a program. A debug build has a hundred megabytes, which the standard library's hasher
/// reads several times quicker than an unoptimised SHA-256; that it may be another with the next compiler does not
/// matter, as the program is then another, too.
fn content_of(path: &Path) -> io::Result<u64> {
    let (mut file, mut hasher) = (File::open(path)?, DefaultHasher::new());
    let mut chunk = vec![0; 256 * 1024];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.finish()),
            read => hasher.write(&chunk[..read]),
        }
    }
}
