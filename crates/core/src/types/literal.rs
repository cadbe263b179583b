//! Values in Flyte's own form, independent of any transport.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{BlobType, FlyteError, LiteralType, SchemaType, StructuredDatasetType, UnionVariant};

/// A value in Flyte's form (`flyteidl.core.Literal`): what a cache, a history or a cluster stores.
///
/// ```
/// use flyte_runtime::types::{Literal, LiteralValue};
///
/// let literal = Literal::from(LiteralValue::Integer(3)).with_hash("three");
/// assert_eq!(literal.value, LiteralValue::Integer(3));
/// assert_eq!(literal.hash(), Some("three"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Literal {
    /// The value itself.
    pub value: LiteralValue,
    // Boxed, because most literals, such as the elements of a large list, have no extras.
    extras: Option<Box<Extras>>,
}

/// Data that travels with a value.
#[derive(Clone, Debug, Default, PartialEq)]
struct Extras {
    hash: Option<String>,
    metadata: BTreeMap<String, String>,
}

/// The value of a [`Literal`].
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralValue {
    /// The absence of a value, `scalar.none_type`.
    None,
    /// `scalar.primitive.integer`.
    Integer(i64),
    /// `scalar.primitive.float_value`.
    Float(f64),
    /// `scalar.primitive.string_value`.
    String(String),
    /// `scalar.primitive.boolean`.
    Boolean(bool),
    /// `scalar.primitive.datetime`: a point in time, in UTC since 1970.
    Datetime {
        /// Whole seconds, negative before 1970.
        seconds: i64,
        /// Nanoseconds after that second, 0 to 999 999 999.
        nanos: i32,
    },
    /// `scalar.primitive.duration`.
    Duration {
        /// Whole seconds.
        seconds: i64,
        /// The rest in nanoseconds, of the same sign.
        nanos: i32,
    },
    /// `scalar.binary` with the tag `msgpack`: a struct as a MessagePack map of its fields, or a part of one.
    Msgpack(Vec<u8>),
    /// `scalar.binary` with another tag.
    Binary {
        /// The bytes.
        bytes: Vec<u8>,
        /// The kind of the bytes; empty for plain bytes.
        tag: Box<str>,
    },
    /// `scalar.generic`: a protobuf `Struct`, as older releases of flytekit wrote dataclasses.
    Generic(serde_json::Map<String, Json>),
    /// `scalar.blob`: a file or a directory in a store.
    Blob(Box<Blob>),
    /// `scalar.structured_dataset`: a table in a store.
    StructuredDataset(Box<StructuredDatasetLiteral>),
    /// `scalar.schema`: a table of flytekit's older kind.
    Schema(Box<SchemaLiteral>),
    /// `scalar.error`: the failure that a failure handler receives.
    Error(Box<FlyteError>),
    /// `scalar.union`: a value and its variant of the union.
    Union {
        /// The variant.
        variant: Box<UnionVariant>,
        /// The value inside.
        value: Box<Literal>,
    },
    /// `collection`.
    Collection(Vec<Literal>),
    /// `map`, with its keys in order so that encodings are deterministic.
    Map(BTreeMap<String, Literal>),
    /// `offloaded_metadata`: a large literal that is stored in a file.
    Offloaded(Box<Offloaded>),
}

/// A file or a directory in a store (`flyteidl.core.Blob`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blob {
    /// Its address.
    pub uri: String,
    /// Its format, and whether it is a directory.
    pub blob_type: BlobType,
}

impl Blob {
    /// A blob at an address.
    pub fn new(uri: impl Into<String>, blob_type: BlobType) -> Self {
        Self {
            uri: uri.into(),
            blob_type,
        }
    }
}

/// A table in a store (`flyteidl.core.StructuredDataset`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StructuredDatasetLiteral {
    /// Its address.
    pub uri: String,
    /// Its columns and format.
    pub dataset_type: StructuredDatasetType,
}

impl StructuredDatasetLiteral {
    /// A table at an address.
    pub fn new(uri: impl Into<String>, dataset_type: StructuredDatasetType) -> Self {
        Self {
            uri: uri.into(),
            dataset_type,
        }
    }
}

/// A table of flytekit's older kind (`flyteidl.core.Schema`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaLiteral {
    /// Its address.
    pub uri: String,
    /// Its columns.
    pub schema_type: SchemaType,
}

impl SchemaLiteral {
    /// A table at an address.
    pub fn new(uri: impl Into<String>, schema_type: SchemaType) -> Self {
        Self {
            uri: uri.into(),
            schema_type,
        }
    }
}

/// A large literal that is stored in a file (`flyteidl.core.LiteralOffloadedMetadata`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Offloaded {
    /// The file with the literal's bytes.
    pub uri: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// The type of the literal, as far as its writer knew it.
    pub inferred_type: Option<LiteralType>,
}

impl Offloaded {
    /// A literal in a file of `size_bytes` bytes.
    pub fn new(
        uri: impl Into<String>,
        size_bytes: u64,
        inferred_type: Option<LiteralType>,
    ) -> Self {
        Self {
            uri: uri.into(),
            size_bytes,
            inferred_type,
        }
    }
}

impl From<LiteralValue> for Literal {
    fn from(value: LiteralValue) -> Self {
        Self {
            value,
            extras: None,
        }
    }
}

impl Literal {
    /// The absence of a value.
    pub const NONE: Self = Self {
        value: LiteralValue::None,
        extras: None,
    };

    /// An integer.
    pub fn integer(value: i64) -> Self {
        LiteralValue::Integer(value).into()
    }

    /// A float.
    pub fn float(value: f64) -> Self {
        LiteralValue::Float(value).into()
    }

    /// A string.
    pub fn string(value: impl Into<String>) -> Self {
        LiteralValue::String(value.into()).into()
    }

    /// A boolean.
    pub fn boolean(value: bool) -> Self {
        LiteralValue::Boolean(value).into()
    }

    /// A struct, or a part of one, as MessagePack.
    pub fn msgpack(bytes: Vec<u8>) -> Self {
        LiteralValue::Msgpack(bytes).into()
    }

    /// A file or a directory in a store.
    pub fn blob(uri: impl Into<String>, blob_type: BlobType) -> Self {
        LiteralValue::Blob(Box::new(Blob::new(uri, blob_type))).into()
    }

    /// A list.
    pub fn collection(items: Vec<Literal>) -> Self {
        LiteralValue::Collection(items).into()
    }

    /// A map.
    pub fn map(items: BTreeMap<String, Literal>) -> Self {
        LiteralValue::Map(items).into()
    }

    /// A value of a union and its variant.
    pub fn union(variant: UnionVariant, value: Literal) -> Self {
        LiteralValue::Union {
            variant: Box::new(variant),
            value: Box::new(value),
        }
        .into()
    }

    /// The hash that caches use instead of the value's bytes, if one was given.
    pub fn hash(&self) -> Option<&str> {
        self.extras.as_ref()?.hash.as_deref()
    }

    /// Adds a hash that caches use.
    #[must_use]
    pub fn with_hash(mut self, hash: impl Into<String>) -> Self {
        self.extras.get_or_insert_default().hash = Some(hash.into());
        self
    }

    /// The metadata that travels with the value, such as the entries from `output_metadata`.
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &str)> {
        let extras = self.extras.iter();
        extras.flat_map(|extras| {
            extras
                .metadata
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
        })
    }

    /// Adds an item of metadata.
    #[must_use]
    pub fn with_metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let extras = self.extras.get_or_insert_default();
        extras.metadata.insert(key.into(), value.into());
        self
    }

    /// This literal's kind for an error message, such as `an integer`.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            LiteralValue::None => "none",
            LiteralValue::Integer(_) => "an integer",
            LiteralValue::Float(_) => "a float",
            LiteralValue::String(_) => "a string",
            LiteralValue::Boolean(_) => "a boolean",
            LiteralValue::Datetime { .. } => "a datetime",
            LiteralValue::Duration { .. } => "a duration",
            LiteralValue::Msgpack(bytes) => super::msgpack::kind(bytes),
            LiteralValue::Binary { .. } => "bytes",
            LiteralValue::Generic(_) => "a struct",
            LiteralValue::Blob(blob) => blob.blob_type.kind(),
            LiteralValue::StructuredDataset(_) => "a structured dataset",
            LiteralValue::Schema(_) => "a schema",
            LiteralValue::Error(_) => "an error",
            LiteralValue::Union { .. } => "a union",
            LiteralValue::Collection(_) => "a collection",
            LiteralValue::Map(_) => "a map",
            LiteralValue::Offloaded(_) => "an offloaded literal",
        }
    }
}
