//! Digests, and files of this machine.

use std::{fs, path::Path};

use sha2::{Digest as _, Sha256};

use super::error::ShipError;

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name that registries give to content.
pub(super) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}

pub(super) fn read(file: &Path) -> Result<Vec<u8>, ShipError> {
    fs::read(file).map_err(|source| ShipError::File {
        file: file.to_owned(),
        source,
    })
}
