//! Tables as JSON that both languages make: `shown` in `judge.py`.

use anyhow::bail;
use flyte_runtime::files::{
    arrow_array::{
        Array, ArrayRef, RecordBatch, cast::AsArray, types as arrow, types::ArrowPrimitiveType,
    },
    arrow_schema::{DataType, TimeUnit},
};
use serde_json::{Value as Json, json};

/// The name and a list of values for each column.
pub(crate) fn rows(batches: &[RecordBatch]) -> anyhow::Result<Json> {
    let mut columns: Vec<(String, Vec<Json>)> = Vec::new();
    for batch in batches {
        for (index, column) in batch.columns().iter().enumerate() {
            if index == columns.len() {
                let name = batch.schema_ref().field(index).name().clone();
                columns.push((name, Vec::new()));
            }
            for row in 0..column.len() {
                columns[index].1.push(value(column, row)?);
            }
        }
    }
    Ok(json!(columns))
}

fn native<T: ArrowPrimitiveType>(array: &ArrayRef, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn value(array: &ArrayRef, row: usize) -> anyhow::Result<Json> {
    if array.is_null(row) {
        return Ok(Json::Null);
    }
    Ok(match array.data_type() {
        DataType::Int8 => json!(native::<arrow::Int8Type>(array, row)),
        DataType::Int32 => json!(native::<arrow::Int32Type>(array, row)),
        DataType::Int64 => json!(native::<arrow::Int64Type>(array, row)),
        DataType::UInt16 => json!(native::<arrow::UInt16Type>(array, row)),
        DataType::UInt64 => json!(native::<arrow::UInt64Type>(array, row)),
        DataType::Date32 => json!({"days": native::<arrow::Date32Type>(array, row)}),
        DataType::Float32 => float(f64::from(native::<arrow::Float32Type>(array, row))),
        DataType::Float64 => float(native::<arrow::Float64Type>(array, row)),
        DataType::Boolean => json!(array.as_boolean().value(row)),
        DataType::Utf8 => json!(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => json!(array.as_string::<i64>().value(row)),
        DataType::Utf8View => json!(array.as_string_view().value(row)),
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            json!({"micros": native::<arrow::TimestampMicrosecondType>(array, row)})
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            json!({"micros": native::<arrow::DurationMicrosecondType>(array, row)})
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            value(dictionary.values(), dictionary.normalized_keys()[row])?
        }
        DataType::List(_) => list(&array.as_list::<i32>().value(row))?,
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let pairs = list(entries.column(0))?;
            let values = list(entries.column(1))?;
            json!({"keys": pairs, "values": values})
        }
        DataType::Struct(_) => {
            let fields = array.as_struct();
            let names = fields.column_names().into_iter();
            let pairs = names
                .zip(fields.columns())
                .map(|(name, column)| Ok((name.to_owned(), value(column, row)?)));
            Json::Object(pairs.collect::<anyhow::Result<_>>()?)
        }
        other => bail!("no JSON for {other}"),
    })
}

fn list(items: &ArrayRef) -> anyhow::Result<Json> {
    let items = (0..items.len()).map(|row| value(items, row));
    Ok(Json::Array(items.collect::<anyhow::Result<_>>()?))
}

/// By its bits: JSON has not all floats.
fn float(value: f64) -> Json {
    json!({"float": format!("{:016x}", value.to_bits())})
}
