//! Versions that are made of the content, so that the same program twice is the same version.

use std::{env, io};

use sha2::{Digest as _, Sha256};

use super::{auth::hex, error::ClusterError, upload::digest_of};
use crate::serialize::SerializedEntity;

/// How many characters it has: it is a part of addresses and of names of files.
const LENGTH: usize = 22;

/// The version of entities that were serialised without a project, domain and version, in this program: what runs is
/// its code, too.
pub(super) fn of_content(entities: &[SerializedEntity]) -> Result<String, ClusterError> {
    let program = env::current_exe().and_then(|path| digest_of(&path));
    of(entities, program)
}

fn of(entities: &[SerializedEntity], program: io::Result<String>) -> Result<String, ClusterError> {
    let program = program.map_err(|error| {
        ClusterError::Setting(format!(
            "the program cannot be read to make a version of it: {error}; give a `--version`"
        ))
    })?;
    let mut digest = Sha256::new();
    digest.update(program);
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
