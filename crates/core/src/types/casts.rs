//! Which values may be bound where another type is expected: Flyte's casts.

use super::LiteralType;

impl LiteralType {
    /// Whether a value of type `from` may be bound where this type is expected, by Flyte's casting rules: an enum is a
    /// string but not the reverse, a union takes each of its variants and every union of some of them in any order, and
    /// lists and maps go by their elements.
    ///
    /// ```
    /// use flyte_runtime::{prelude::*, types::LiteralType};
    ///
    /// assert!(Option::<i64>::literal_type().accepts(&LiteralType::Integer));
    /// assert!(!LiteralType::Integer.accepts(&Option::<i64>::literal_type()));
    /// ```
    pub fn accepts(&self, from: &LiteralType) -> bool {
        match (self.plain(), from.plain()) {
            (to, LiteralType::Union(variants)) => {
                matches!(to, LiteralType::Union(_))
                    && variants
                        .iter()
                        .all(|variant| to.accepts(&variant.literal_type))
            }
            (LiteralType::Union(variants), from) => variants
                .iter()
                .any(|variant| variant.literal_type.accepts(from)),
            (LiteralType::String, LiteralType::Enum(_)) => true,
            (LiteralType::Enum(to), LiteralType::Enum(from)) => {
                from.values.iter().all(|value| to.values.contains(value))
            }
            (LiteralType::Collection(to), LiteralType::Collection(from))
            | (LiteralType::Map(to), LiteralType::Map(from)) => to.accepts(from),
            (LiteralType::AnyStruct, LiteralType::Struct(_)) => true,
            (LiteralType::Blob(to), LiteralType::Blob(from)) => {
                to.dimensionality == from.dimensionality
                    && (to.format.is_empty() || to.format == from.format)
            }
            (LiteralType::StructuredDataset(to), LiteralType::StructuredDataset(from)) => {
                let has = |column| from.columns.is_empty() || from.columns.contains(column);
                to.columns.iter().all(has)
                    && (to.format.is_empty() || from.format.is_empty() || to.format == from.format)
            }
            (to, from) => same_type(to, from),
        }
    }
}

/// Whether two types are the same in what both of them say; inside a union a struct says only its schema.
pub(super) fn same_type(left: &LiteralType, right: &LiteralType) -> bool {
    match (left.plain(), right.plain()) {
        (LiteralType::Struct(left), LiteralType::Struct(right)) => {
            left.json_schema() == right.json_schema()
        }
        (LiteralType::Collection(left), LiteralType::Collection(right))
        | (LiteralType::Map(left), LiteralType::Map(right)) => same_type(left, right),
        // To Flyte a date is a datetime.
        (LiteralType::Datetime | LiteralType::Date, LiteralType::Datetime | LiteralType::Date) => {
            true
        }
        (left, right) => left == right,
    }
}
