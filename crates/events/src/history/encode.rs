//! Values as bytes and hashes.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{Mutex, Weak},
};

use super::log::Hash;
use crate::events::Values;
use flyte_core::{
    lock::lock,
    panic, text,
    types::{Literal, TypeInfo, Value, named::naming, wire},
};

/// A value's hash and, unless they are known to have been made before, its bytes.
pub(super) struct Encoded {
    pub(super) hash: Hash,
    pub(super) bytes: Option<Vec<u8>>,
    /// The files and directories of this machine that it names.
    pub(super) named: Vec<PathBuf>,
}

/// The bytes of a value's literal.
pub(super) fn encode(info: &TypeInfo, value: &Value) -> Result<Vec<u8>, String> {
    // What makes the literal may be the user's.
    match panic::catch(|| info.to_literal(value)) {
        Ok(Ok(literal)) => Ok(wire::encode(&literal)),
        Ok(Err(error)) => Err(text::bounded(error)),
        Err(panic) => Err(format!("panicked at {}: {}", panic.place, panic.message)),
    }
}

/// The value of a literal.
pub(super) fn decode(info: &TypeInfo, literal: Literal) -> Result<Value, String> {
    // What makes the value may be the user's.
    match panic::catch(|| info.from_literal(literal)) {
        Ok(value) => value.map_err(text::bounded),
        Err(panic) => Err(format!("panicked at {}: {}", panic.place, panic.message)),
    }
}

/// What a type is known by, in all that it says of a value.
pub(super) fn kind(info: &TypeInfo) -> String {
    let mut hash = Hash::of(&wire::encode_type(&info.literal_type())).hex();
    hash.truncate(16);
    hash
}

/// What inputs are known by, given what each of them is known by.
pub(super) fn key<'n>(inputs: impl IntoIterator<Item = (&'n str, Hash)>) -> Hash {
    let mut all = Vec::new();
    for (name, hash) in inputs {
        all.extend_from_slice(&(name.len() as u64).to_le_bytes());
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(&hash.0);
    }
    Hash::of(&all)
}

/// What inputs are known by; `None` if one of them has no literal.
pub fn key_of(values: &Values) -> Option<Hash> {
    let hashes: Option<Vec<_>> = values
        .iter()
        .map(|(name, info, value)| Some((name, Hash::of(&encode(info, value).ok()?))))
        .collect();
    Some(key(hashes?))
}

/// How many values are remembered.
const REMEMBERED: usize = 256;

/// The hashes of the last values that were encoded, so that what goes from node to node, or to each element of a map,
/// is encoded once.
#[derive(Default)]
pub(super) struct Memo {
    known: Mutex<Known>,
    kinds: Mutex<HashMap<TypeId, String>>,
}

#[derive(Default)]
struct Known {
    /// By address. A value that is remembered may be gone, but its address is nobody else's while this knows it.
    values: HashMap<usize, Remembered>,
    order: VecDeque<usize>,
}

struct Remembered {
    _address: Weak<dyn Any + Send + Sync>,
    hash: Hash,
    named: Vec<PathBuf>,
}

fn address(value: &Weak<dyn Any + Send + Sync>) -> usize {
    value.as_ptr().cast::<()>() as usize
}

impl Memo {
    /// As [`kind`], made once for each type.
    pub(super) fn kind(&self, info: &TypeInfo) -> String {
        if let Some(known) = lock(&self.kinds).get(&info.id()) {
            return known.clone();
        }
        // What says the type may be the user's.
        let kind = kind(info);
        lock(&self.kinds).insert(info.id(), kind.clone());
        kind
    }

    pub(super) fn encode(&self, info: &TypeInfo, value: &Value) -> Result<Encoded, String> {
        let identity = value.identity();
        let address = address(&identity);
        if let Some(known) = lock(&self.known).values.get(&address) {
            return Ok(Encoded {
                hash: known.hash,
                bytes: None,
                named: known.named.clone(),
            });
        }
        let (bytes, named) = naming(|| encode(info, value));
        let bytes = bytes?;
        let hash = Hash::of(&bytes);
        let remembered = Remembered {
            _address: identity,
            hash,
            named: named.clone(),
        };
        let mut known = lock(&self.known);
        if known.values.insert(address, remembered).is_none() {
            known.order.push_back(address);
        }
        if known.order.len() > REMEMBERED
            && let Some(oldest) = known.order.pop_front()
        {
            known.values.remove(&oldest);
        }
        Ok(Encoded {
            hash,
            bytes: Some(bytes),
            named,
        })
    }
}
