//! Literals and their types as the bytes that Flyte knows: `flyteidl.core.Literal`, `LiteralMap` and `LiteralType`.

mod cache_key;
mod decode;
mod encode;
mod json;
mod protobuf;
mod types;

pub use cache_key::local_cache_key;
pub use decode::{decode, decode_context, decode_map};
pub use encode::{encode, encode_map};
pub use json::default_number;
pub use types::{decode_type, encode_type};

/// The tag of MessagePack in `scalar.binary`.
pub const MSGPACK: &str = "msgpack";
