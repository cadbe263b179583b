//! Literals and their types as the bytes that Flyte knows: `flyteidl.core.Literal`, `LiteralMap` and `LiteralType`;
//! and what a container says of its failure, `ErrorDocument`.

mod cache_key;
mod decode;
mod encode;
mod error;
mod fields;
mod json;
mod types;

pub use cache_key::local_cache_key;
pub use decode::{decode, decode_context, decode_map};
pub use encode::{encode, encode_map};
pub use error::{ContainerError, ErrorOrigin, decode_error, encode_error};
pub use json::default_number;
pub use types::{decode_type, encode_type};

/// The tag of MessagePack in `scalar.binary`.
pub const MSGPACK: &str = "msgpack";
