//! The bytes and hashes of values.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{Mutex, Weak},
};

use super::{log::Hash, rows::SMALL, stored::Held};
use crate::events::Values;
use flyte_core::{
    lock::lock,
    panic, text,
    types::{Literal, TypeInfo, Value, named::naming, wire},
};

/// A value and, unless they are in it or known to exist already, its bytes.
pub(super) struct Encoded {
    /// With the bytes if they are few.
    pub(super) held: Held,
    pub(super) bytes: Option<Vec<u8>>,
    /// The local files and directories to which it refers.
    pub(super) named: Vec<PathBuf>,
}

/// The bytes of a value's literal.
pub(super) fn encode(info: &TypeInfo, value: &Value) -> Result<Vec<u8>, String> {
    // Making the literal may run the user's code.
    match panic::catch(|| info.to_literal(value)) {
        Ok(Ok(literal)) => Ok(wire::encode(&literal)),
        Ok(Err(error)) => Err(text::bounded(error)),
        Err(panic) => Err(format!("panicked at {}: {}", panic.place, panic.message)),
    }
}

/// The value of a literal.
pub(super) fn decode(info: &TypeInfo, literal: Literal) -> Result<Value, String> {
    // Making the value may run the user's code.
    match panic::catch(|| info.from_literal(literal)) {
        Ok(value) => value.map_err(text::bounded),
        Err(panic) => Err(format!("panicked at {}: {}", panic.place, panic.message)),
    }
}

/// A hash that identifies a type with everything it declares about values.
pub(super) fn kind(info: &TypeInfo) -> String {
    let mut hash = Hash::of(&wire::encode_type(&info.literal_type())).hex();
    hash.truncate(16);
    hash
}

/// A hash of all inputs, given the hash of each.
pub(super) fn key<'n>(inputs: impl IntoIterator<Item = (&'n str, Hash)>) -> Hash {
    let mut all = Vec::new();
    for (name, hash) in inputs {
        all.extend_from_slice(&(name.len() as u64).to_le_bytes());
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(&hash.0);
    }
    Hash::of(&all)
}

/// A hash of all inputs; `None` if one of them does not have a literal.
pub fn key_of(values: &Values) -> Option<Hash> {
    let hashes: Option<Vec<_>> = values
        .iter()
        .map(|(name, info, value)| Some((name, Hash::of(&encode(info, value).ok()?))))
        .collect();
    Some(key(hashes?))
}

/// How many values are remembered.
const REMEMBERED: usize = 256;

/// The hashes of the last encoded values, so that a value that is passed to several nodes or to each element of a map
/// is encoded once.
#[derive(Default)]
pub(super) struct Memo {
    known: Mutex<Known>,
    kinds: Mutex<HashMap<TypeId, String>>,
}

#[derive(Default)]
struct Known {
    /// By address. A remembered value may be dropped, but its address is not reused while this holds it.
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
        // Describing the type may run the user's code.
        let kind = kind(info);
        lock(&self.kinds).insert(info.id(), kind.clone());
        kind
    }

    /// Describes the type, so that [`kind`](Self::kind) runs no code of the user any more.
    pub(super) fn describe(&self, info: &TypeInfo) {
        if !lock(&self.kinds).contains_key(&info.id()) {
            self.kind(info);
        }
    }

    pub(super) fn encode(&self, info: &TypeInfo, value: &Value) -> Result<Encoded, String> {
        let identity = value.identity();
        let address = address(&identity);
        if let Some(known) = lock(&self.known).values.get(&address) {
            return Ok(Encoded {
                held: Held::There(known.hash),
                bytes: None,
                named: known.named.clone(),
            });
        }
        let (bytes, named) = naming(|| encode(info, value));
        let bytes = bytes?;
        if bytes.len() <= SMALL {
            return Ok(Encoded {
                held: Held::Here(bytes),
                bytes: None,
                named,
            });
        }
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
            held: Held::There(hash),
            bytes: Some(bytes),
            named,
        })
    }
}
