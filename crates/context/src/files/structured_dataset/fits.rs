//! Which Arrow types hold the values of a Flyte type.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, TimeUnit};

use flyte_core::types::LiteralType;

/// Whether an Arrow type can hold the values of a Flyte type. Widths are ignored: Flyte has one kind of integer.
pub(super) fn fits(expected: &LiteralType, found: &DataType) -> bool {
    match (expected.plain(), found) {
        // A dictionary stores equal values once, and has their type.
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
        // pandas turns dictionaries into structs.
        (LiteralType::Map(value), DataType::Struct(fields)) => {
            fields.iter().all(|field| fits(value, field.data_type()))
        }
        _ => false,
    }
}

/// The Arrow type for a column that contains only nulls and has no type of its own, as pandas writes one; `None` if
/// there is no such type.
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
