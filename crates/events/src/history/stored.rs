//! Inputs and outputs as a log has them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{encode, files::StoredFile, log::Hash, packed::Packed};

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Plain", into = "Plain")]
pub(super) struct StoredValue {
    pub(super) name: Arc<str>,
    /// A hash of its type: a struct with the same name may have other fields when the run is resumed.
    pub(super) kind: Option<Arc<str>>,
    pub(super) held: Held,
    /// The local files to which an output refers.
    pub(super) files: Vec<StoredFile>,
}

/// Where the bytes of a value's literal are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Here.
    Here(Vec<u8>),
    /// In the log, under this hash.
    There(Hash),
    /// Nowhere, for this reason.
    Lost(String),
}

impl Held {
    /// The hash of the bytes, if there are any.
    pub(super) fn hash(&self) -> Option<Hash> {
        match self {
            Self::Here(bytes) => Some(Hash::of(bytes)),
            Self::There(hash) => Some(*hash),
            Self::Lost(_) => None,
        }
    }
}

/// A value to be written, in the order of its [`Values`](crate::events::Values).
pub(super) struct Made {
    pub(super) held: Held,
    /// Its bytes, if the log may not have them yet.
    pub(super) bytes: Option<Packed>,
    /// The local files to which an output refers.
    pub(super) files: Vec<StoredFile>,
}

/// A hash of all values; `None` if one of them has none.
pub(super) fn key_of(values: &[StoredValue]) -> Option<Hash> {
    let hashes = values
        .iter()
        .map(|value| Some((&*value.name, value.held.hash()?)));
    let hashes: Option<Vec<_>> = hashes.collect();
    hashes.map(encode::key)
}

/// A value in JSON, whose bytes are elsewhere.
#[derive(Serialize, Deserialize)]
struct Plain {
    name: String,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<StoredFile>,
}

impl From<StoredValue> for Plain {
    fn from(stored: StoredValue) -> Self {
        let (value, problem) = match stored.held {
            Held::Lost(problem) => (None, Some(problem)),
            held => (held.hash().map(|hash| hash.hex()), None),
        };
        Self {
            name: (*stored.name).to_owned(),
            kind: stored.kind.as_deref().map(str::to_owned),
            value,
            problem,
            files: stored.files,
        }
    }
}

impl TryFrom<Plain> for StoredValue {
    type Error = &'static str;

    fn try_from(plain: Plain) -> Result<Self, Self::Error> {
        let held = match plain.value {
            Some(hash) => Held::There(Hash::from_hex(&hash).ok_or("a hash is not hexadecimal")?),
            None => Held::Lost(plain.problem.unwrap_or_default()),
        };
        Ok(Self {
            name: plain.name.into(),
            kind: plain.kind.map(Into::into),
            held,
            files: plain.files,
        })
    }
}
