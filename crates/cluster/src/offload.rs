//! Literals too large to travel: each lies in a file of its own, and the place of the file travels.
//!
//! A backend that knows of it asks for it with `_F_L_MIN_SIZE_MB`; whoever reads literals has to be ready for them at
//! any depth.

use std::{collections::HashMap, env, fs, path::PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use flyte_context::storage::{DataError, FileAccessProvider};
use flyte_core::types::{
    Literal, LiteralType, LiteralValue, Offloaded, TypeError,
    wire::{decode, encode},
};

/// How deep offloaded literals may lead to further ones: a file that names itself would lead on for ever.
const DEPTH: usize = 100;

const MIB: u64 = 1024 * 1024;

/// How many offloaded literals a document may lead to, the same one counted each time.
const MOST: usize = 10_000;

/// How many bytes they may have together, if the backend does not store more for one output.
pub(super) const MOST_BYTES: u64 = 1024 * MIB;

/// Up to which size a literal that was read is kept for the next who names it, and how much is kept.
const SMALL: u64 = MIB;
const KEPT: u64 = 64 * MIB;

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

    /// The policy in the environment: `_F_L_MIN_SIZE_MB` in MiB switches it on, `_F_L_MAX_SIZE_MB` is 1000 unless
    /// given.
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
    /// Literals lead to more files than inputs do.
    #[error(
        "the inputs lead to more than {MOST} offloaded literals, last to {uri}; pass large collections as files"
    )]
    TooMany {
        /// The first that is too many.
        uri: String,
    },
    /// They have more bytes together than inputs do.
    #[error(
        "the offloaded literals of the inputs have more than {max_bytes} bytes together, last with {uri}, where each \
         is \
         counted as often as it is named; pass large values as files"
    )]
    TooMuch {
        /// The first that is too much.
        uri: String,
        /// The limit.
        max_bytes: u64,
    },
}

/// The literal with everything offloaded in it loaded, at any depth; hashes and metadata stay.
///
/// # Errors
///
/// When a file cannot be read or holds no literal, and when it is more than a [`Loader`] loads.
pub fn load(literal: Literal, files: &FileAccessProvider) -> Result<Literal, OffloadError> {
    Loader::new(files).load(literal)
}

/// Loads the offloaded literals of one document, of which there may be so many and no more: a small file can name
/// others that name others, or the same large one again and again, and each of them is a value in memory in the end.
#[derive(Debug)]
pub struct Loader<'a> {
    files: &'a FileAccessProvider,
    loaded: usize,
    bytes: u64,
    max_bytes: u64,
    /// Small ones that were read, as they are in their files.
    known: HashMap<String, (Literal, u64)>,
    /// The size of these.
    kept: u64,
}

impl<'a> Loader<'a> {
    /// Loads up to 10,000 literals with up to 1 GiB together.
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

    /// Loads up to so many bytes instead.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// The literal with everything offloaded in it loaded, at any depth; hashes and metadata stay.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or holds no literal, and when it is too much, with all that was loaded before.
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

/// Where its file is on this machine then.
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

/// The output as it goes into `outputs.pb`: itself, or where it is large the place of the file under `output_prefix`
/// that it was written to.
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
