//! Offloaded literals: a large literal is stored in a file, and only the file's address is passed on.
//!
//! A backend that supports them sets `_F_L_MIN_SIZE_MB`; readers of literals must handle them at any depth.

use std::{collections::HashMap, env, fs, path::PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use flyte_context::storage::{DataError, FileAccessProvider};
use flyte_core::types::{
    Literal, LiteralType, LiteralValue, Offloaded, TypeError,
    wire::{decode, encode},
};

/// The maximum depth to which offloaded literals refer to others: a file that refers to itself would never end.
const DEPTH: usize = 100;

const MIB: u64 = 1024 * 1024;

/// The maximum number of offloaded literals in a document, counting repeated ones each time.
const MOST: usize = 10_000;

/// The maximum total number of bytes, unless the backend allows more for one output.
pub(super) const MOST_BYTES: u64 = 1024 * MIB;

/// The maximum size of a literal that is cached for repeated references, and the total size of the cache.
const SMALL: u64 = MIB;
const KEPT: u64 = 64 * MIB;

/// The sizes from which outputs are stored in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OffloadPolicy {
    /// The minimum size in bytes of an offloaded output.
    pub min_bytes: u64,
    /// The size in bytes from which an output is an error.
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

    /// Reads the policy from the environment: `_F_L_MIN_SIZE_MB` in MiB enables it, `_F_L_MAX_SIZE_MB` is 1000 by
    /// default.
    ///
    /// # Errors
    ///
    /// When one of them is not a whole number.
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

/// Why a literal could not be offloaded or loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OffloadError {
    /// An environment variable that is not a size.
    #[error("{name} is {text:?}, and should be a whole number of MiB")]
    Environment {
        /// The variable.
        name: &'static str,
        /// Its value.
        text: String,
    },
    /// An output exceeds the backend's limit.
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
        /// Its address.
        uri: String,
        /// The error.
        source: DataError,
    },
    /// A file of the sandbox could not be read or written.
    #[error("the offloaded literal {uri} could not be moved")]
    Io {
        /// Its address.
        uri: String,
        /// The error.
        source: std::io::Error,
    },
    /// The file does not contain a literal.
    #[error("the offloaded literal {uri} cannot be read")]
    Literal {
        /// Its address.
        uri: String,
        /// The error.
        source: TypeError,
    },
    /// Offloaded literals refer to others without an end.
    #[error("offloaded literals lead from file to file more than 100 times, last to {uri}")]
    Endless {
        /// The address of the last one.
        uri: String,
    },
    /// There are too many offloaded literals.
    #[error(
        "the inputs lead to more than {MOST} offloaded literals, last to {uri}; pass large collections as files"
    )]
    TooMany {
        /// The address of the first one over the limit.
        uri: String,
    },
    /// The offloaded literals are too large together.
    #[error(
        "the offloaded literals of the inputs have more than {max_bytes} bytes together, last with {uri}, where each \
         is \
         counted as often as it is named; pass large values as files"
    )]
    TooMuch {
        /// The address of the first one over the limit.
        uri: String,
        /// The limit.
        max_bytes: u64,
    },
}

/// Loads everything offloaded in a literal, at any depth; hashes and metadata are kept.
///
/// # Errors
///
/// When a file cannot be read or does not contain a literal, and when the limits of a [`Loader`] are exceeded.
pub fn load(literal: Literal, files: &FileAccessProvider) -> Result<Literal, OffloadError> {
    Loader::new(files).load(literal)
}

/// Loads the offloaded literals of one document, within limits: a small file can refer to others that refer to others,
/// or many times to the same large one, and each reference becomes a value in memory.
#[derive(Debug)]
pub struct Loader<'a> {
    files: &'a FileAccessProvider,
    loaded: usize,
    bytes: u64,
    max_bytes: u64,
    /// Small literals that were read, as they are in their files.
    known: HashMap<String, (Literal, u64)>,
    /// The total size of these.
    kept: u64,
}

impl<'a> Loader<'a> {
    /// Loads up to 10,000 literals with a total of up to 1 GiB.
    pub fn new(files: &'a FileAccessProvider) -> Self {
        Self {
            files,
            loaded: 0,
            bytes: 0,
            max_bytes: MOST_BYTES,
            known: HashMap::new(),
            kept: 0,
        }
    }

    /// Sets the maximum total number of bytes.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Loads everything offloaded in a literal, at any depth; hashes and metadata are kept.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or does not contain a literal, and when the limits are exceeded, including earlier
    /// loads.
    pub fn load(&mut self, literal: Literal) -> Result<Literal, OffloadError> {
        self.load_at(literal, 0)
    }

    fn load_at(&mut self, mut literal: Literal, depth: usize) -> Result<Literal, OffloadError> {
        literal.value = match literal.value {
            LiteralValue::Offloaded(offloaded) => {
                if depth == DEPTH {
                    return Err(OffloadError::Endless { uri: offloaded.uri });
                }
                let loaded = self.read(&offloaded.uri)?;
                self.load_at(loaded, depth + 1)?.value
            }
            LiteralValue::Collection(items) => {
                let items = items.into_iter().map(|item| self.load_at(item, depth));
                LiteralValue::Collection(items.collect::<Result<_, _>>()?)
            }
            LiteralValue::Map(items) => {
                let items = items.into_iter();
                let items = items.map(|(key, item)| Ok((key, self.load_at(item, depth)?)));
                LiteralValue::Map(items.collect::<Result<_, OffloadError>>()?)
            }
            LiteralValue::Union { variant, value } => LiteralValue::Union {
                variant,
                value: Box::new(self.load_at(*value, depth)?),
            },
            value => value,
        };
        Ok(literal)
    }

    fn read(&mut self, uri: &str) -> Result<Literal, OffloadError> {
        self.loaded += 1;
        if self.loaded > MOST {
            return Err(OffloadError::TooMany {
                uri: uri.to_owned(),
            });
        }
        if let Some((literal, bytes)) = self.known.get(uri) {
            let (literal, bytes) = (literal.clone(), *bytes);
            self.count(uri, bytes)?;
            return Ok(literal);
        }
        let io = |source| OffloadError::Io {
            uri: uri.to_owned(),
            source,
        };
        let local = fetch(uri, self.files)?;
        let size = fs::metadata(&local).map_err(io)?.len();
        self.count(uri, size)?;
        let bytes = fs::read(&local).map_err(io)?;
        fs::remove_file(&local).map_err(io)?;
        let literal = decode(&bytes).map_err(|source| OffloadError::Literal {
            uri: uri.to_owned(),
            source,
        })?;
        if size <= SMALL && self.kept + size <= KEPT {
            self.kept += size;
            self.known.insert(uri.to_owned(), (literal.clone(), size));
        }
        Ok(literal)
    }

    fn count(&mut self, uri: &str, bytes: u64) -> Result<(), OffloadError> {
        self.bytes = self.bytes.saturating_add(bytes);
        match self.bytes > self.max_bytes {
            true => Err(OffloadError::TooMuch {
                uri: uri.to_owned(),
                max_bytes: self.max_bytes,
            }),
            false => Ok(()),
        }
    }
}

/// Downloads the file of a literal.
fn fetch(uri: &str, files: &FileAccessProvider) -> Result<PathBuf, OffloadError> {
    let data = |source| OffloadError::Data {
        uri: uri.to_owned(),
        source,
    };
    let local = files
        .get_random_local_directory()
        .map_err(data)?
        .join("literal.pb");
    files.get_data(uri, &local, false).map_err(data)?;
    Ok(local)
}

/// The output for `outputs.pb`: the output itself or, if it is large, the address of a file under `output_prefix` to
/// which it is written.
///
/// `literal_type` is the type of the output; for an element of a map, that of the element.
///
/// # Errors
///
/// When it exceeds the limit, or the file cannot be written.
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
