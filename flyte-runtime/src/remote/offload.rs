//! Literals too large to travel: each lies in a file of its own, and the place of the file travels.
//!
//! A backend that knows of it asks for it with `_F_L_MIN_SIZE_MB`; whoever reads literals has to be ready for them at any
//! depth.

use std::{env, fs};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use crate::{
    data::{DataError, FileAccessProvider},
    types::{
        Literal, LiteralType, LiteralValue, Offloaded, TypeError,
        wire::{decode, encode},
    },
};

/// How deep offloaded literals may lead to further ones: a file that names itself would lead on for ever.
const DEPTH: usize = 100;

const MIB: u64 = 1024 * 1024;

/// From which size on an output is written to a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OffloadPolicy {
    /// The size in bytes from which on it is.
    pub min_bytes: u64,
    /// The size in bytes from which on it fails instead.
    pub max_bytes: u64,
}

impl OffloadPolicy {
    /// Offloads outputs of at least `min_bytes` and refuses those of at least `max_bytes`.
    pub fn new(min_bytes: u64, max_bytes: u64) -> Self {
        Self {
            min_bytes,
            max_bytes,
        }
    }

    /// The policy in the environment: `_F_L_MIN_SIZE_MB` in MiB switches it on, `_F_L_MAX_SIZE_MB` is 1000 unless given.
    ///
    /// # Errors
    ///
    /// When one of them is no whole number.
    pub fn from_env() -> Result<Option<Self>, OffloadError> {
        let read = |name: &'static str| match env::var_os(name) {
            None => Ok(None),
            Some(text) => match text.to_str().map(str::trim).map(str::parse::<u64>) {
                Some(Ok(mib)) => Ok(Some(mib.saturating_mul(MIB))),
                _ => Err(OffloadError::Environment {
                    name,
                    text: text.to_string_lossy().into_owned(),
                }),
            },
        };
        let (min, max) = (read("_F_L_MIN_SIZE_MB")?, read("_F_L_MAX_SIZE_MB")?);
        Ok(min.map(|min| Self::new(min, max.unwrap_or(1000 * MIB))))
    }
}

/// Why a literal could not be written to a file of its own, or read from it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OffloadError {
    /// A variable of the environment is no size.
    #[error("{name} is {text:?}, and should be a whole number of MiB")]
    Environment {
        /// The variable.
        name: &'static str,
        /// What it is set to.
        text: String,
    },
    /// An output is larger than the backend takes.
    #[error(
        "the output `{name}` takes {bytes} bytes, and {max_bytes} or more are not stored; return a file instead"
    )]
    TooLarge {
        /// The output.
        name: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        max_bytes: u64,
    },
    /// A file could not be read or written.
    #[error("the offloaded literal {uri} could not be moved")]
    Data {
        /// Where it lies, or should.
        uri: String,
        /// Why not.
        source: DataError,
    },
    /// A file of the sandbox could not be read or written.
    #[error("the offloaded literal {uri} could not be moved")]
    Io {
        /// Where it lies, or should.
        uri: String,
        /// Why not.
        source: std::io::Error,
    },
    /// What lies in the file is no literal.
    #[error("the offloaded literal {uri} cannot be read")]
    Literal {
        /// Where it lies.
        uri: String,
        /// Why not.
        source: TypeError,
    },
    /// Literals lead from file to file without an end.
    #[error("offloaded literals lead from file to file more than 100 times, last to {uri}")]
    Endless {
        /// The last one.
        uri: String,
    },
}

/// The literal with everything offloaded in it loaded, at any depth; hashes and metadata stay.
///
/// # Errors
///
/// When a file cannot be read or holds no literal.
pub fn load(literal: Literal, files: &FileAccessProvider) -> Result<Literal, OffloadError> {
    load_at(literal, files, 0)
}

fn load_at(
    mut literal: Literal,
    files: &FileAccessProvider,
    depth: usize,
) -> Result<Literal, OffloadError> {
    literal.value = match literal.value {
        LiteralValue::Offloaded(offloaded) => {
            if depth == DEPTH {
                return Err(OffloadError::Endless { uri: offloaded.uri });
            }
            let loaded = read(&offloaded.uri, files)?;
            load_at(loaded, files, depth + 1)?.value
        }
        LiteralValue::Collection(items) => {
            let items = items.into_iter().map(|item| load_at(item, files, depth));
            LiteralValue::Collection(items.collect::<Result<_, _>>()?)
        }
        LiteralValue::Map(items) => {
            let items = items.into_iter();
            let items = items.map(|(key, item)| Ok((key, load_at(item, files, depth)?)));
            LiteralValue::Map(items.collect::<Result<_, OffloadError>>()?)
        }
        LiteralValue::Union { variant, value } => LiteralValue::Union {
            variant,
            value: Box::new(load_at(*value, files, depth)?),
        },
        value => value,
    };
    Ok(literal)
}

fn read(uri: &str, files: &FileAccessProvider) -> Result<Literal, OffloadError> {
    let data = |source| OffloadError::Data {
        uri: uri.to_owned(),
        source,
    };
    let io = |source| OffloadError::Io {
        uri: uri.to_owned(),
        source,
    };
    let local = files
        .get_random_local_directory()
        .map_err(data)?
        .join("literal.pb");
    files.get_data(uri, &local, false).map_err(data)?;
    let bytes = fs::read(&local).map_err(io)?;
    fs::remove_file(&local).map_err(io)?;
    decode(&bytes).map_err(|source| OffloadError::Literal {
        uri: uri.to_owned(),
        source,
    })
}

/// The output as it goes into `outputs.pb`: itself, or where it is large the place of the file under `output_prefix` that
/// it was written to.
///
/// `literal_type` is that of the output; for an element of a map, that of the element.
///
/// # Errors
///
/// When it is too large altogether, or the file cannot be written.
pub fn offload(
    name: &str,
    literal: Literal,
    literal_type: &LiteralType,
    output_prefix: &str,
    policy: OffloadPolicy,
    files: &FileAccessProvider,
) -> Result<Literal, OffloadError> {
    let bytes = encode(&literal);
    let size = bytes.len() as u64;
    if size >= policy.max_bytes {
        return Err(OffloadError::TooLarge {
            name: name.to_owned(),
            bytes: size,
            max_bytes: policy.max_bytes,
        });
    }
    if size < policy.min_bytes {
        return Ok(literal);
    }
    let uri = format!(
        "{}/{name}_offloaded_metadata.pb",
        output_prefix.trim_end_matches('/')
    );
    let data = |source| OffloadError::Data {
        uri: uri.clone(),
        source,
    };
    let io = |source| OffloadError::Io {
        uri: uri.clone(),
        source,
    };
    let local = files
        .get_random_local_directory()
        .map_err(data)?
        .join("literal.pb");
    fs::write(&local, &bytes).map_err(io)?;
    files.put_data(&local, &uri, false).map_err(data)?;
    fs::remove_file(&local).map_err(io)?;
    let hash = match literal.hash() {
        Some(hash) => hash.to_owned(),
        None => BASE64_STANDARD.encode(Sha256::digest(&bytes)),
    };
    let offloaded = Offloaded::new(uri, size, Some(literal_type.clone()));
    Ok(Literal::from(LiteralValue::Offloaded(Box::new(offloaded))).with_hash(hash))
}
