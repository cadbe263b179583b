//! Literals and their types as Flyte's bytes: `flyteidl.core.Literal`, `LiteralMap` and `LiteralType`.
//!
//! Caches, histories, child processes and clusters use these bytes, which are the same in Flyte 1 and Flyte 2. They
//! equal the output of Python's protobuf in deterministic mode, so equal values have equal bytes.
//!
//! Reading any bytes gives a value or an error: nesting beyond the limit of protobuf implementations (100 messages) is
//! an error, and lengths are checked against the available bytes. Fields that this release does not know are ignored;
//! if a field occurs twice, the last one counts.
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
