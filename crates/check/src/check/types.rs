//! Casts between types as in Flyte's compiler (`AreTypesCastable`), and its equality of types.

use serde_json::Value as Json;

use super::schemas;
use flyte_core::types::{
    DatasetColumn, LiteralType, SchemaType, StructuredDatasetType, UnionVariant,
};

/// A type as in its message: a variant of a union has a tag, but not its fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Typed<'t> {
    pub(super) of: &'t LiteralType,
    tag: &'t str,
}

impl<'t> From<&'t LiteralType> for Typed<'t> {
    fn from(of: &'t LiteralType) -> Self {
        Self { of, tag: "" }
    }
}

impl<'t> From<&'t UnionVariant> for Typed<'t> {
    fn from(variant: &'t UnionVariant) -> Self {
        Self {
            of: &variant.literal_type,
            tag: &variant.tag,
        }
    }
}

impl<'t> Typed<'t> {
    pub(super) fn plain(self) -> &'t LiteralType {
        self.of.plain()
    }

    pub(super) fn variants(self) -> Option<&'t [UnionVariant]> {
        match self.plain() {
            LiteralType::Union(variants) => Some(variants),
            _ => None,
        }
    }
}

/// Whether a value of one type is accepted where the other is expected.
pub(super) fn is_castable(from: Typed<'_>, to: Typed<'_>) -> bool {
    // The type of a union's only variant may match too.
    if let Some([only]) = from.variants()
        && casts(only.into(), to)
    {
        return true;
    }
    casts(from, to)
}

fn casts(from: Typed<'_>, to: Typed<'_>) -> bool {
    match (to.plain(), from.plain()) {
        // An empty list or map fits any type of elements.
        (LiteralType::Collection(to), LiteralType::Collection(from)) => {
            *from.plain() == LiteralType::None || casts((&**from).into(), (&**to).into())
        }
        (LiteralType::Map(to), LiteralType::Map(from)) => {
            *from.plain() == LiteralType::None || casts((&**from).into(), (&**to).into())
        }
        (LiteralType::Blob(to), LiteralType::Blob(from)) => {
            to.format.is_empty() || from.format.is_empty() || to.format == from.format
        }
        (LiteralType::Union(to), LiteralType::Union(from)) => from.iter().all(|from| {
            to.iter()
                .any(|to| is_castable(Typed::from(from), Typed::from(to)))
        }),
        (LiteralType::Union(to), _) => {
            let fits = to
                .iter()
                .filter(|to| is_castable(from, Typed::from(*to)))
                .count();
            fits == 1
        }
        (LiteralType::StructuredDataset(_), LiteralType::None) => true,
        (LiteralType::StructuredDataset(to), LiteralType::StructuredDataset(from)) => {
            tables(from, to)
        }
        (LiteralType::StructuredDataset(to), LiteralType::Schema(from)) => {
            is_parquet(&to.format) && columns_of_schema(from, &to.columns)
        }
        (LiteralType::Schema(to), LiteralType::Schema(from)) => schemas_of_tables(from, to),
        (LiteralType::Schema(to), LiteralType::StructuredDataset(from)) => {
            is_parquet(&from.format) && columns_of_table(from, to)
        }
        (
            LiteralType::Collection(_)
            | LiteralType::Map(_)
            | LiteralType::Blob(_)
            | LiteralType::StructuredDataset(_)
            | LiteralType::Schema(_),
            _,
        ) => false,
        (LiteralType::None, from) => *from == LiteralType::None,
        (LiteralType::String, LiteralType::Enum(_))
        | (LiteralType::Enum(_), LiteralType::String) => true,
        _ if !from.tag.is_empty() && from.tag != to.tag => false,
        (
            LiteralType::Struct(_) | LiteralType::AnyStruct,
            LiteralType::Struct(_) | LiteralType::AnyStruct,
        ) => match (metadata(from.of), metadata(to.of)) {
            (Some(from), Some(to)) => from == to || schemas::is_super_type(&from, &to),
            _ => true,
        },
        (LiteralType::Enum(to), LiteralType::Enum(from)) => to == from,
        (to, from) => simple(to) == simple(from),
    }
}

/// Whether the messages of two types are equal.
pub(super) fn is_same(one: &LiteralType, other: &LiteralType) -> bool {
    match (one, other) {
        (LiteralType::Collection(one), LiteralType::Collection(other))
        | (LiteralType::Map(one), LiteralType::Map(other)) => is_same(one, other),
        (LiteralType::Union(one), LiteralType::Union(other)) => {
            let same = |(one, other): (&UnionVariant, &UnionVariant)| {
                one.tag == other.tag && is_same(&one.literal_type, &other.literal_type)
            };
            one.len() == other.len() && one.iter().zip(other).all(same)
        }
        _ => simple(one) == simple(other),
    }
}

/// To Flyte a date is a datetime.
fn simple(literal_type: &LiteralType) -> &LiteralType {
    match literal_type {
        LiteralType::Date => &LiteralType::Datetime,
        other => other,
    }
}

/// The JSON schema in the message of a struct.
fn metadata(literal_type: &LiteralType) -> Option<Json> {
    match literal_type {
        LiteralType::Annotated(annotated) => annotated
            .metadata
            .clone()
            .or_else(|| metadata(&annotated.literal_type)),
        LiteralType::Struct(structure) => Some(structure.json_schema()),
        _ => None,
    }
}

fn is_parquet(format: &str) -> bool {
    format.is_empty() || format.eq_ignore_ascii_case("parquet")
}

fn tables(from: &StructuredDatasetType, to: &StructuredDatasetType) -> bool {
    let formats = from.format.is_empty()
        || to.format.is_empty()
        || from.format.eq_ignore_ascii_case(&to.format);
    let fits = |column: &DatasetColumn| {
        let found = from.columns.iter().find(|from| from.name == column.name);
        found.is_some_and(|from| casts((&from.literal_type).into(), (&column.literal_type).into()))
    };
    formats && (from.columns.is_empty() || to.columns.iter().all(fits))
}

/// The number of a type as a column of flytekit's older tables.
fn number(literal_type: &LiteralType) -> Option<i32> {
    Some(match simple(literal_type) {
        LiteralType::Integer => 0,
        LiteralType::Float => 1,
        LiteralType::String => 2,
        LiteralType::Boolean => 3,
        LiteralType::Datetime => 4,
        LiteralType::Duration => 5,
        _ => return None,
    })
}

fn columns_of_schema(from: &SchemaType, to: &[DatasetColumn]) -> bool {
    let fits = |column: &DatasetColumn| {
        let found = from.columns.iter().find(|(name, _)| *name == column.name);
        found.is_some_and(|(_, from)| number(column.literal_type.plain()) == Some(*from))
    };
    from.columns.is_empty() || to.iter().all(fits)
}

fn columns_of_table(from: &StructuredDatasetType, to: &SchemaType) -> bool {
    let fits = |(name, to): &(String, i32)| {
        let found = from.columns.iter().find(|from| from.name == *name);
        found.is_some_and(|from| number(from.literal_type.plain()) == Some(*to))
    };
    from.columns.is_empty() || to.columns.iter().all(fits)
}

fn schemas_of_tables(from: &SchemaType, to: &SchemaType) -> bool {
    from.columns.is_empty()
        || to
            .columns
            .iter()
            .all(|column| from.columns.contains(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flyte_core::types::{EnumType, StructField, StructType};

    fn castable(from: &LiteralType, to: &LiteralType) -> bool {
        is_castable(from.into(), to.into())
    }

    fn union(variants: &[LiteralType]) -> LiteralType {
        LiteralType::Union(variants.iter().cloned().map(UnionVariant::new).collect())
    }

    fn structure(name: &str, fields: &[&str]) -> LiteralType {
        let field = |name: &&str| StructField::new(*name, LiteralType::Integer);
        LiteralType::Struct(StructType::new(name, fields.iter().map(field).collect()))
    }

    #[test]
    fn flyte_casts_what_its_checkers_cast() {
        use LiteralType::{AnyStruct, Date, Datetime, Float, Integer, None, String};
        let list = LiteralType::collection;
        let colour = LiteralType::Enum(EnumType::new(["red", "blue"]));
        let point = structure("Point", &["x", "y"]);
        for (from, to, expected) in [
            (Integer, Integer, true),
            (Integer, Float, false),
            (Date, Datetime, true),
            (colour.clone(), String, true),
            (String, colour.clone(), true),
            (list(None), list(Integer), true),
            (list(Integer), Integer, false),
            (Integer, list(Integer), false),
            (Integer, union(&[Integer, None]), true),
            (union(&[Integer, None]), Integer, false),
            // The variant has a tag, and the plain integer does not.
            (union(&[Integer]), Integer, false),
            (None, union(&[Integer, None]), true),
            (
                union(&[Integer, None]),
                union(&[None, String, Integer]),
                true,
            ),
            // A string fits both the enum and the string.
            (String, union(&[String, colour.clone()]), false),
            (colour, union(&[Integer, String]), true),
            (AnyStruct, point.clone(), true),
            (point.clone(), AnyStruct, true),
            (point.clone(), structure("Other", &["x"]), true),
            (structure("Other", &["x"]), point.clone(), false),
            (
                point.clone(),
                union(&[point.clone(), structure("Other", &["x"])]),
                false,
            ),
            (Float, point, false),
        ] {
            assert_eq!(castable(&from, &to), expected, "{from} to {to}");
        }
    }
}
