//! Literals and their types as the bytes that Flyte knows: `flyteidl.core.Literal`, `LiteralMap` and `LiteralType`.
//!
//! Caches, histories, child processes and clusters read and write these bytes, and Flyte 1 and Flyte 2 have the same. They are
//! those that Python's protobuf writes when asked to be deterministic, so equal values have equal bytes.
//!
//! Whatever the bytes are, reading them ends in a value or an error: nesting beyond what protobuf implementations read (100
//! messages) is an error, and lengths are checked against what is there. Fields that this release does not know are passed
//! over; of a field that stands twice the last counts.
//!
//! ```
//! use flyte_runtime::types::{Literal, wire};
//!
//! let literal = Literal::collection(vec![Literal::integer(1), Literal::string("two")]);
//! assert_eq!(wire::decode(&wire::encode(&literal))?, literal);
//! # Ok::<(), flyte_runtime::types::TypeError>(())
//! ```

mod cache_key;
mod decode;
mod encode;
mod fields;
mod json;
mod types;

pub use cache_key::local_cache_key;
#[cfg(feature = "remote")]
pub(crate) use decode::decode_context;
pub use decode::{decode, decode_map};
pub use encode::{encode, encode_map};
#[cfg(feature = "remote")]
pub(crate) use json::default_number;
pub use types::{decode_type, encode_type};

/// The tag of MessagePack in `scalar.binary`.
pub(crate) const MSGPACK: &str = "msgpack";
