//! Tables: written batch by batch, read by columns.
//!
//! What tasks hand each other is a place, or batches in memory; rows are read by who needs them, some thousand at a
//! time. Each task names the columns it reads, and the others are not even decoded. Python tasks read and write the
//! same tables with pandas or pyarrow.
//!
//! ```console
//! $ cargo run --features arrow --example structured_dataset
//! 20000 trips, 12.5 km on average
//! columns that are read: distance
//! what was not meant: the column `distance` of the dataset [..] is Float64 in Arrow, not string
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use std::{error::Error, sync::Arc};

use flyte_runtime::{
    files::{
        DatasetError,
        arrow_array::{
            Float64Array, Int64Array, RecordBatch, StringArray, cast::AsArray, types::Float64Type,
        },
        arrow_schema::{DataType, Field, Schema},
    },
    prelude::*,
};

/// What the first task writes.
#[derive(DatasetColumns)]
struct Trips {
    id: i64,
    city: String,
    distance: f64,
}

/// What the second one reads of it.
#[derive(DatasetColumns)]
struct Distances {
    distance: f64,
}

/// Two batches, of which one at a time is in memory.
#[task]
fn trips(rows: i64) -> Result<StructuredDataset<Trips>, Box<dyn Error + Send + Sync>> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("city", DataType::Utf8, false),
        Field::new("distance", DataType::Float64, false),
    ]));
    let mut writer = StructuredDataset::writer(Arc::clone(&schema))?;
    for ids in [0..rows / 2, rows / 2..rows] {
        let id = Int64Array::from_iter_values(ids.clone());
        let cities = ids.clone().map(|id| ["Bonn", "Jena"][id as usize % 2]);
        let distances = ids.map(|id| f64::from(id as i32 % 26));
        let columns: Vec<_> = vec![
            Arc::new(id) as _,
            Arc::new(StringArray::from_iter_values(cities)) as _,
            Arc::new(Float64Array::from_iter_values(distances)) as _,
        ];
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
    }
    // Until here nobody sees anything of it.
    Ok(writer.finish()?)
}

#[task]
fn summarize(table: &StructuredDataset<Distances>) -> Result<String, DatasetError> {
    let (mut rows, mut sum) = (0, 0.0);
    for batch in table.open()? {
        let batch = batch?;
        rows += batch.num_rows();
        sum += batch
            .column(0)
            .as_primitive::<Float64Type>()
            .values()
            .iter()
            .sum::<f64>();
    }
    Ok(format!(
        "{rows} trips, {:.1} km on average",
        sum / rows as f64
    ))
}

#[workflow]
fn summary(rows: i64) -> String {
    // The same table with fewer columns.
    summarize(trips(rows).columns())
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    println!("{}", summary(20_000)?);

    let table = trips(3)?;
    let schema = table.columns::<Distances>().schema()?;
    let names: Vec<_> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    println!("columns that are read: {}", names.join(", "));

    #[derive(DatasetColumns)]
    struct Texts {
        distance: String,
    }
    if let Err(error) = table.columns::<Texts>().open() {
        println!("what was not meant: {error}");
    }
    Ok(())
}
