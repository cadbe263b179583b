//! A program as a bundle.

use std::{io, path::Path};

use super::{error::ShipError, layer::Files, program::Program};
use crate::bundle::Bundle;

/// Packs a program without its symbols; without a file, this program. Equal programs give equal bundles.
///
/// # Errors
///
/// When the file is not a program for containers.
pub fn pack(binary: Option<&Path>) -> Result<Bundle, ShipError> {
    let program = Program::read(binary, None, false)?;
    let mut files = Files::new();
    let packed = files
        .file(&program.name, 0o755, &program.bytes)
        .and_then(|()| files.blob());
    let packed = packed.map_err(|source: io::Error| ShipError::File {
        file: program.file.clone(),
        source,
    })?;
    Ok(Bundle {
        name: program.name,
        sha256: packed.digest.trim_start_matches("sha256:").to_owned(),
        bytes: packed.bytes,
    })
}
