//! Flyte's own form of values and types, independent of any transport.

use std::{collections::BTreeMap, fmt};

/// A value in Flyte's form (`flyteidl.core.Literal`): what a cache, a history or a cluster stores.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Literal {
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
    /// `scalar.binary` with the tag `msgpack`: a struct as a MessagePack map of its fields.
    Msgpack(Vec<u8>),
    /// `scalar.union`: a value and the variant of the union it belongs to.
    Union {
        /// The variant that was chosen.
        variant: UnionVariant,
        /// The value inside.
        value: Box<Literal>,
    },
    /// `collection`.
    Collection(Vec<Literal>),
    /// `map`, its keys in order so that encodings are deterministic.
    Map(BTreeMap<String, Literal>),
}

impl Literal {
    /// The word an error message uses for this literal's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Integer(_) => "an integer",
            Self::Float(_) => "a float",
            Self::String(_) => "a string",
            Self::Boolean(_) => "a boolean",
            Self::Msgpack(_) => "a struct",
            Self::Union { .. } => "a union",
            Self::Collection(_) => "a collection",
            Self::Map(_) => "a map",
        }
    }
}

/// The type of an input or an output (`flyteidl.core.LiteralType`).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LiteralType {
    /// `simple: NONE`.
    None,
    /// `simple: INTEGER`.
    Integer,
    /// `simple: FLOAT`.
    Float,
    /// `simple: STRING`.
    String,
    /// `simple: BOOLEAN`.
    Boolean,
    /// `simple: STRUCT` with the fields of a Rust struct.
    Struct(StructType),
    /// `union_type`.
    Union(Vec<UnionVariant>),
    /// `collection_type`.
    Collection(Box<LiteralType>),
    /// `map_value_type`; keys are strings.
    Map(Box<LiteralType>),
}

/// The fields of a struct, in declaration order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructType {
    /// The struct's name, the `title` of its JSON schema.
    pub name: String,
    /// Its fields in declaration order.
    pub fields: Vec<StructField>,
}

/// One field of a [`StructType`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructField {
    /// The name it is stored under.
    pub name: String,
    /// Its type.
    pub literal_type: LiteralType,
}

/// One alternative of a union and the tag (`structure.tag`) that tells it from the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnionVariant {
    /// flytekit's name of the type's transformer: `int`, `none`, `Typed List`, …
    pub tag: String,
    /// The type of the values of this alternative.
    pub literal_type: LiteralType,
}

impl UnionVariant {
    /// The alternative for `literal_type`, with the tag flytekit gives it.
    pub fn new(literal_type: LiteralType) -> Self {
        Self {
            tag: literal_type.union_tag().to_owned(),
            literal_type,
        }
    }
}

impl LiteralType {
    /// The tag flytekit writes for this type inside a union.
    pub fn union_tag(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Integer => "int",
            Self::Float => "float",
            Self::String => "str",
            Self::Boolean => "bool",
            Self::Struct(_) => "Object-Dataclass-Transformer",
            Self::Union(_) => "Typed Union",
            Self::Collection(_) => "Typed List",
            Self::Map(_) => "Typed Dict",
        }
    }

    /// The type inside an optional, or `None` when this is not `T | none`.
    pub fn optional(&self) -> Option<&LiteralType> {
        match self {
            Self::Union(variants) => match variants.as_slice() {
                [value, none] if none.literal_type == Self::None => Some(&value.literal_type),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Reads as a type in prose: `integer`, `list of string`, `float or nothing`.
impl fmt::Display for LiteralType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nothing"),
            Self::Integer => f.write_str("integer"),
            Self::Float => f.write_str("float"),
            Self::String => f.write_str("string"),
            Self::Boolean => f.write_str("boolean"),
            Self::Struct(structure) => f.write_str(&structure.name),
            Self::Union(variants) => {
                for (index, variant) in variants.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" or ")?;
                    }
                    variant.literal_type.fmt(f)?;
                }
                Ok(())
            }
            Self::Collection(element) => write!(f, "list of {element}"),
            Self::Map(value) => write!(f, "map of {value}"),
        }
    }
}
