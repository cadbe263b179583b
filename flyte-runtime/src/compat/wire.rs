//! Literals and their types as the bytes that Flyte knows: `flyteidl.core.Literal`, `LiteralMap` and `LiteralType`.
//!
//! Caches, histories, child processes and clusters read and write these bytes, and Flyte 1 and Flyte 2 have the same.
//! They are those that Python's protobuf writes when asked to be deterministic, so equal values have equal bytes.
//!
//! Whatever the bytes are, reading them ends in a value or an error: nesting beyond what protobuf implementations read
//! (100 messages) is an error, and lengths are checked against what is there. Fields that this release does not know
//! are passed over; of a field that stands twice the last counts.
//!
//! ```
//! use flyte_runtime::{compat::wire, types::Literal};
//!
//! let literal = Literal::collection(vec![Literal::integer(1), Literal::string("two")]);
//! assert_eq!(wire::decode(&wire::encode(&literal))?, literal);
//! # Ok::<(), flyte_runtime::types::TypeError>(())
//! ```

pub use flyte_core::types::wire::{
    decode, decode_map, decode_type, encode, encode_map, encode_type, local_cache_key,
};
