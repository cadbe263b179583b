//! Which Arrow types hold the values of a Flyte type.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, TimeUnit};

use flyte_core::types::LiteralType;

/// Whether a column of an Arrow type is what a Flyte type means. Widths are not looked at: Flyte has one kind of
/// integer.
pub(super) fn fits(expected: &LiteralType, found: &DataType) -> bool {
    match (expected.plain(), found) {
        // These keep equal values once, and are the type of those.
        (_, DataType::Dictionary(_, values)) => fits(expected, values),
        (_, DataType::RunEndEncoded(_, values)) => fits(expected, values.data_type()),
        (LiteralType::Integer, found) => found.is_integer(),
        (LiteralType::Float, found) => found.is_floating(),
        (LiteralType::String, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        | (LiteralType::Boolean, DataType::Boolean)
        | (LiteralType::Datetime | LiteralType::Date, DataType::Timestamp(..))
        | (LiteralType::Duration, DataType::Duration(_)) => true,
        (
            LiteralType::Collection(element),
            DataType::List(items)
            | DataType::LargeList(items)
            | DataType::FixedSizeList(items, _)
            | DataType::ListView(items)
            | DataType::LargeListView(items),
        ) => fits(element, items.data_type()),
        (LiteralType::Map(value), DataType::Map(entries, _)) => match entries.data_type() {
            DataType::Struct(fields) => match fields.as_ref() {
                [_, values] => fits(value, values.data_type()),
                _ => false,
            },
            _ => false,
        },
        // pandas makes structs of dictionaries.
        (LiteralType::Map(value), DataType::Struct(fields)) => {
            fields.iter().all(|field| fits(value, field.data_type()))
        }
        _ => false,
    }
}

/// The Arrow type of a column that has nothing but nulls and no type of its own, as pandas writes one; `None` where
/// there is none.
pub(super) fn of_nulls(expected: &LiteralType) -> Option<DataType> {
    Some(match expected.plain() {
        LiteralType::Integer => DataType::Int64,
        LiteralType::Float => DataType::Float64,
        LiteralType::String => DataType::Utf8,
        LiteralType::Boolean => DataType::Boolean,
        LiteralType::Datetime | LiteralType::Date => {
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        }
        LiteralType::Duration => DataType::Duration(TimeUnit::Microsecond),
        LiteralType::Collection(element) => {
            DataType::List(Arc::new(Field::new_list_field(of_nulls(element)?, true)))
        }
        LiteralType::Map(value) => {
            let key = Field::new("key", DataType::Utf8, false);
            let value = Field::new("value", of_nulls(value)?, true);
            let entries = DataType::Struct(Fields::from(vec![key, value]));
            DataType::Map(Arc::new(Field::new("entries", entries, false)), false)
        }
        _ => return None,
    })
}
