//! Flyte's types of values, independent of any transport.

use std::fmt;

use serde_json::Value as Json;

/// The type of an input or an output (`flyteidl.core.LiteralType`).
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// `simple: DATETIME`.
    Datetime,
    /// `simple: DATETIME` at midnight in UTC: Python's `date`. To a cluster it is a datetime.
    Date,
    /// `simple: DURATION`.
    Duration,
    /// `simple: BINARY`.
    Binary,
    /// `simple: ERROR`.
    Error,
    /// `simple: STRUCT` with the fields of a Rust struct, as flytekit shows a dataclass.
    Struct(StructType),
    /// `simple: STRUCT` without fields: any MessagePack value, as flytekit shows `dict`.
    AnyStruct,
    /// `blob`: a file or a directory.
    Blob(BlobType),
    /// `structured_dataset_type`: a table.
    StructuredDataset(StructuredDatasetType),
    /// `schema`: a table of flytekit's older kind.
    Schema(SchemaType),
    /// `enum_type`: one of some strings.
    Enum(EnumType),
    /// `union_type`.
    Union(Vec<UnionVariant>),
    /// `collection_type`.
    Collection(Box<LiteralType>),
    /// `map_value_type`; keys are strings.
    Map(Box<LiteralType>),
    /// Any of the other types with its own annotation or metadata.
    Annotated(Box<AnnotatedType>),
}

/// The fields of a struct, in declaration order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StructType {
    /// The struct's name: the `title` of its JSON schema.
    pub name: String,
    /// Its fields in declaration order.
    pub fields: Vec<StructField>,
}

impl StructType {
    /// A struct with fields.
    pub fn new(name: impl Into<String>, fields: Vec<StructField>) -> Self {
        Self {
            name: name.into(),
            fields,
        }
    }
}

/// One field of a [`StructType`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StructField {
    /// The name under which it is stored.
    pub name: String,
    /// Further names from which it is read. Flyte does not know them, so fields that differ only in them are equal.
    pub aliases: &'static [&'static str],
    /// Its type.
    pub literal_type: LiteralType,
    /// The JSON schema of its values, without the default.
    pub schema: Json,
    /// Whether it is required.
    pub required: bool,
    /// The default, if it is a plain value.
    pub default: Option<Json>,
}

impl PartialEq for StructField {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.literal_type == other.literal_type
            && self.schema == other.schema
            && self.required == other.required
            && self.default == other.default
    }
}

impl Eq for StructField {}

impl StructField {
    /// A required field, with the JSON schema that follows from its type.
    pub fn new(name: impl Into<String>, literal_type: LiteralType) -> Self {
        Self {
            name: name.into(),
            aliases: &[],
            schema: literal_type.json_schema(),
            literal_type,
            required: true,
            default: None,
        }
    }

    /// Adds names from which the field is read.
    #[must_use]
    pub fn with_aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Whether the field is stored under this name or read from it.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// Replaces the JSON schema by one with more detail than the type has.
    #[must_use]
    pub fn with_schema(mut self, schema: Json) -> Self {
        self.schema = schema;
        self
    }

    /// Adds a default. Lists and objects are not shown, just as flytekit does not show the result of a
    /// `default_factory`.
    #[must_use]
    pub fn with_default(mut self, default: Json) -> Self {
        self.required = false;
        self.default = match default {
            Json::Array(_) | Json::Object(_) => None,
            plain => Some(plain),
        };
        self
    }
}

/// The type of a file or a directory (`flyteidl.core.BlobType`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlobType {
    /// The format, such as `csv`; empty for any.
    pub format: String,
    /// Whether it is one file or a directory of files.
    pub dimensionality: BlobDimensionality,
}

impl BlobType {
    /// A file with a format; an empty format stands for any.
    pub fn single(format: impl Into<String>) -> Self {
        Self {
            format: format.into(),
            dimensionality: BlobDimensionality::Single,
        }
    }

    /// A directory of files with a format; an empty format stands for any.
    pub fn multipart(format: impl Into<String>) -> Self {
        Self {
            format: format.into(),
            dimensionality: BlobDimensionality::Multipart,
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self.dimensionality {
            BlobDimensionality::Single => "a file",
            BlobDimensionality::Multipart => "a directory",
        }
    }
}

/// Whether a blob is one file or many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlobDimensionality {
    /// One file.
    #[default]
    Single,
    /// A directory.
    Multipart,
}

/// The type of a table (`flyteidl.core.StructuredDatasetType`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StructuredDatasetType {
    /// Its columns; empty if they are not known.
    pub columns: Vec<DatasetColumn>,
    /// The storage format, such as `parquet`; empty until it is stored.
    pub format: String,
    /// The kind of `external_schema`, such as `arrow`; empty without one.
    pub external_schema_type: String,
    /// A schema in the format of another system.
    pub external_schema: Vec<u8>,
}

impl StructuredDatasetType {
    /// A table with columns and a format.
    pub fn new(columns: Vec<DatasetColumn>, format: impl Into<String>) -> Self {
        Self {
            columns,
            format: format.into(),
            ..Self::default()
        }
    }
}

/// A column of a [`StructuredDatasetType`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DatasetColumn {
    /// Its name.
    pub name: String,
    /// The type of its values.
    pub literal_type: LiteralType,
}

impl DatasetColumn {
    /// A column.
    pub fn new(name: impl Into<String>, literal_type: LiteralType) -> Self {
        Self {
            name: name.into(),
            literal_type,
        }
    }
}

/// The type of a table of flytekit's older kind (`flyteidl.core.SchemaType`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaType {
    /// Its columns: the name and the `SchemaColumnType` number of each.
    pub columns: Vec<(String, i32)>,
}

/// A type with a fixed set of strings (`flyteidl.core.EnumType`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EnumType {
    /// In declaration order.
    pub values: Vec<String>,
    /// Further texts that are read as one of the values, each with its value. Flyte does not know them, so enums that
    /// differ only in them are equal.
    pub aliases: &'static [(&'static str, &'static str)],
}

impl PartialEq for EnumType {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl Eq for EnumType {}

impl EnumType {
    /// An enum with these values.
    pub fn new(values: impl IntoIterator<Item: Into<String>>) -> Self {
        Self {
            values: values.into_iter().map(Into::into).collect(),
            aliases: &[],
        }
    }

    /// Adds texts that are read as one of the values, each with its value.
    #[must_use]
    pub fn with_aliases(mut self, aliases: &'static [(&'static str, &'static str)]) -> Self {
        self.aliases = aliases;
        self
    }

    /// The value for a text.
    pub(crate) fn value_of(&self, text: &str) -> Option<&str> {
        let own = self.values.iter().find(|value| *value == text);
        own.map(String::as_str).or_else(|| {
            let mut aliases = self.aliases.iter();
            aliases
                .find(|(alias, _)| *alias == text)
                .map(|(_, value)| *value)
        })
    }
}

/// One alternative of a union, and the tag (`structure.tag`) that distinguishes it from the others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UnionVariant {
    /// flytekit's name of the type's transformer: `int`, `none`, `Typed List`, …
    pub tag: String,
    /// The type of the values of this alternative.
    pub literal_type: LiteralType,
    /// Its name in Rust, such as `Some`, by which users select it; empty if it is not known. Flyte does not know it, so
    /// variants that differ only in it are equal.
    pub name: &'static str,
}

impl PartialEq for UnionVariant {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag && self.literal_type == other.literal_type
    }
}

impl Eq for UnionVariant {}

impl UnionVariant {
    /// The alternative for `literal_type`, with flytekit's tag.
    pub fn new(literal_type: LiteralType) -> Self {
        Self {
            tag: literal_type.union_tag().to_owned(),
            literal_type,
            name: "",
        }
    }

    /// The alternative for `literal_type`, with this tag.
    pub fn tagged(tag: impl Into<String>, literal_type: LiteralType) -> Self {
        Self {
            tag: tag.into(),
            literal_type,
            name: "",
        }
    }

    /// Adds the alternative's name in Rust.
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }
}

/// A type with an annotation or metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnnotatedType {
    /// The type.
    pub literal_type: LiteralType,
    /// `annotation.annotations`, such as those of flytekit's `FlyteAnnotation`; an object.
    pub annotation: Option<Json>,
    /// `metadata`, an object.
    pub metadata: Option<Json>,
}

impl AnnotatedType {
    /// A type with an annotation (`FlyteAnnotation`), which is an object.
    pub fn new(literal_type: LiteralType, annotation: Option<Json>) -> Self {
        Self {
            literal_type,
            annotation,
            metadata: None,
        }
    }

    /// Adds metadata, which is an object.
    #[must_use]
    pub fn with_metadata(mut self, metadata: Json) -> Self {
        self.metadata = Some(metadata);
        self
    }
}

impl LiteralType {
    /// A list of a type.
    pub fn collection(element: LiteralType) -> Self {
        Self::Collection(Box::new(element))
    }

    /// A map from strings to a type.
    pub fn map(value: LiteralType) -> Self {
        Self::Map(Box::new(value))
    }

    /// The tag that flytekit writes for this type in a union: the name of its usual transformer.
    pub fn union_tag(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Integer => "int",
            Self::Float => "float",
            Self::String => "str",
            Self::Boolean => "bool",
            Self::Datetime => "datetime",
            Self::Date => "date",
            Self::Duration => "timedelta",
            Self::Binary => "bytes",
            Self::Error => "FlyteError",
            Self::Struct(_) => "Object-Dataclass-Transformer",
            Self::AnyStruct | Self::Map(_) => "Typed Dict",
            Self::Blob(blob) => match (blob.dimensionality, blob.format.as_str()) {
                (BlobDimensionality::Single, "PythonPickle") => "FlytePickle",
                (BlobDimensionality::Single, _) => "FlyteFilePath",
                (BlobDimensionality::Multipart, _) => "FlyteDirectory",
            },
            Self::StructuredDataset(_) => "StructuredDataset Transformer",
            Self::Schema(_) => "FlyteSchema Transformer",
            Self::Enum(_) => "DefaultEnumTransformer",
            Self::Union(_) => "Typed Union",
            Self::Collection(_) => "Typed List",
            Self::Annotated(annotated) => annotated.literal_type.union_tag(),
        }
    }

    /// The type without its annotation and metadata.
    pub fn plain(&self) -> &LiteralType {
        match self {
            Self::Annotated(annotated) => annotated.literal_type.plain(),
            other => other,
        }
    }

    /// The type inside an optional; `None` when this is not `T | none`.
    pub fn optional(&self) -> Option<&LiteralType> {
        match self {
            Self::Union(variants) => match variants.as_slice() {
                [value, none] if none.literal_type == Self::None => Some(&value.literal_type),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether values may be absent.
    pub fn accepts_none(&self) -> bool {
        match self.plain() {
            Self::None => true,
            Self::Union(variants) => variants.iter().any(|v| v.literal_type.accepts_none()),
            _ => false,
        }
    }
}

/// Displays the type in prose: `integer`, `list of string`, `float or nothing`.
impl fmt::Display for LiteralType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("nothing"),
            Self::Integer => f.write_str("integer"),
            Self::Float => f.write_str("float"),
            Self::String => f.write_str("string"),
            Self::Boolean => f.write_str("boolean"),
            Self::Datetime => f.write_str("datetime"),
            Self::Date => f.write_str("date"),
            Self::Duration => f.write_str("duration"),
            Self::Binary => f.write_str("bytes"),
            Self::Error => f.write_str("error"),
            Self::Struct(structure) => f.write_str(&structure.name),
            Self::AnyStruct => f.write_str("struct"),
            Self::Blob(blob) => {
                if !blob.format.is_empty() {
                    write!(f, "{} ", blob.format)?;
                }
                f.write_str(match blob.dimensionality {
                    BlobDimensionality::Single => "file",
                    BlobDimensionality::Multipart => "directory",
                })
            }
            Self::StructuredDataset(_) => f.write_str("structured dataset"),
            Self::Schema(_) => f.write_str("schema"),
            Self::Enum(values) => {
                for (index, value) in values.values.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" or ")?;
                    }
                    write!(f, "{value:?}")?;
                }
                Ok(())
            }
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
            Self::Annotated(annotated) => annotated.literal_type.fmt(f),
        }
    }
}
