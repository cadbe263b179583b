//! Types of values: Rust types, their Flyte types and their literal form.

pub mod blob;
mod bytes;
mod casts;
mod failure;
mod flyte_type;
mod hashed;
mod json;
pub mod json_text;
mod lists;
mod literal;
mod literal_type;
mod maps;
mod msgpack;
pub mod named;
pub mod path;
mod pointers;
mod preview;
mod primitives;
mod print;
pub mod read;
mod read_fields;
mod schema;
mod sets;
pub(crate) mod shared;
mod structs;
mod text;
pub mod time;
mod time_hints;
mod unions;
mod value;
pub mod wire;
pub mod written;
pub mod yaml;

pub use blob::{BlobStore, SharedBlobStore};
pub use bytes::Bytes;
pub use failure::FlyteError;
pub use flyte_type::{FlyteType, TypeError};
pub use hashed::Hashed;
pub use json::{json_from_literal, json_from_typed_literal, literal_from_json};
pub use lists::counted;
pub use literal::{
    Blob, Literal, LiteralValue, Offloaded, SchemaLiteral, StructuredDatasetLiteral,
};
pub use literal_type::{
    AnnotatedType, BlobDimensionality, BlobType, DatasetColumn, EnumType, LiteralType, SchemaType,
    StructField, StructType, StructuredDatasetType, UnionVariant,
};
pub use maps::MapKey;
pub use msgpack::MsgpackWriter;
#[doc(hidden)]
pub use msgpack::with_sorted_keys;
pub use preview::Preview;
pub use read::read as literal_from_written;
pub use text::{
    TextError, in_quotes, literal_from_text, read_text, script_text, text_from_literal,
    value_from_text,
};
pub use value::{TypeInfo, Value};

/// The functions that `#[derive(FlyteType)]` calls.
pub mod derived {
    pub use super::{
        structs::{StructReader, enum_from_literal, struct_to_literal, struct_type},
        unions::{
            from_union, nil, none_variant, to_union, union_type, union_variants, write_untagged,
        },
    };
    pub(crate) use super::{
        structs::{read_inside, struct_field, struct_field_or, write_field, write_inside},
        unions::variant,
    };
}
