//! The text form of settings in a variable: JSON, gzipped, in base64.

use std::io::{self, Read, Write};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, GzBuilder, read::GzDecoder};

/// More than any settings need; limits the memory that a malicious text can use.
const MAX_BYTES: u64 = 16 << 20;
/// "Unknown" in a gzip header, as Python writes it, so that the text is the same on every system.
const UNKNOWN_SYSTEM: u8 = 255;

/// A text from which settings cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// It is not base64.
    #[error(
        "the serialized context is not base64; pass the text that `serialized_context` returned, whole"
    )]
    Base64(#[source] base64::DecodeError),
    /// It does not decompress to text.
    #[error(
        "the serialized context is not gzipped text; pass the text that `serialized_context` returned, whole"
    )]
    Gzip(#[source] io::Error),
    /// It decompresses to more than settings need.
    #[error(
        "the serialized context unpacks to more than {MAX_BYTES} bytes, which settings never are"
    )]
    TooLarge,
    /// It is not the JSON of settings.
    #[error(
        "this is not the JSON of serialization settings; write at least {{\"image_config\": {{}}}}"
    )]
    Json(#[source] serde_json::Error),
}

/// Compresses a text, always to the same bytes: the header contains neither a time nor a system.
pub(super) fn pack(text: &str) -> io::Result<String> {
    let mut packed = GzBuilder::new()
        .mtime(0)
        .operating_system(UNKNOWN_SYSTEM)
        .write(Vec::new(), Compression::best());
    packed.write_all(text.as_bytes())?;
    Ok(STANDARD.encode(packed.finish()?))
}

/// Decompresses a text.
pub(super) fn unpack(text: &str) -> Result<String, TransportError> {
    let packed = STANDARD.decode(text).map_err(TransportError::Base64)?;
    let mut unpacked = String::new();
    let read = GzDecoder::new(packed.as_slice())
        .take(MAX_BYTES + 1)
        .read_to_string(&mut unpacked);
    if unpacked.len() as u64 > MAX_BYTES {
        return Err(TransportError::TooLarge);
    }
    read.map_err(TransportError::Gzip)?;
    Ok(unpacked)
}
