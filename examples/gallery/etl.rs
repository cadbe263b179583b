//! Turns orders in CSV into a table in Parquet, and reports the sales of each city: the table travels between tasks in
//! batches, and the last task reads two of its columns only.
//!
//! ```console
//! $ cargo run --features arrow --example etl -- run sales
//! Bonn 20000.00, Jena 20099.00 (399 orders, 1 line left out)
//! ```

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    sync::Arc,
};

use flyte_runtime::{
    BoxError,
    files::{
        Csv, DatasetError, FlyteFile,
        arrow_array::{
            Array as _, Float64Array, Int64Array, RecordBatch, StringArray, cast::AsArray as _,
            types::Float64Type,
        },
        arrow_schema::{DataType, Field, Schema},
    },
    prelude::*,
};

/// The table of all orders.
#[derive(DatasetColumns)]
struct Orders {
    id: i64,
    city: String,
    amount: f64,
}

/// What the report needs of it.
#[derive(DatasetColumns)]
struct Amounts {
    city: String,
    amount: f64,
}

/// Orders as a shop exports them, one of them broken.
#[task]
fn export(orders: i64) -> Result<FlyteFile<Csv>, BoxError> {
    let file = FlyteFile::create("orders.csv")?;
    let mut writer = file.writer()?;
    writeln!(writer, "id,city,amount")?;
    for id in 0..orders {
        let city = ["Bonn", "Jena"][id as usize % 2];
        match id {
            7 => writeln!(writer, "{id},{city},twelve")?,
            _ => writeln!(writer, "{id},{city},{}", 100 + id % 2)?,
        }
    }
    writer.finish()?;
    Ok(file)
}

/// The table, and how many lines are not orders. A hundred orders at a time are in memory.
#[task]
fn load(csv: &FlyteFile<Csv>) -> Result<(StructuredDataset<Orders>, i64), BoxError> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("city", DataType::Utf8, false),
        Field::new("amount", DataType::Float64, false),
    ]));
    let mut writer = StructuredDataset::writer(Arc::clone(&schema))?;
    let mut left_out = 0;
    let mut orders: Vec<(i64, String, f64)> = Vec::new();
    let mut lines = BufReader::new(csv.open()?).lines().skip(1).peekable();
    while let Some(line) = lines.next().transpose()? {
        let fields: Vec<&str> = line.split(',').collect();
        match fields[..] {
            [id, city, amount] if amount.parse::<f64>().is_ok() => {
                orders.push((id.parse()?, city.to_owned(), amount.parse()?));
            }
            _ => left_out += 1,
        }
        if orders.len() == 100 || lines.peek().is_none() {
            let columns: Vec<_> = vec![
                Arc::new(Int64Array::from_iter_values(
                    orders.iter().map(|order| order.0),
                )) as _,
                Arc::new(StringArray::from_iter_values(
                    orders.iter().map(|order| &order.1),
                )) as _,
                Arc::new(Float64Array::from_iter_values(
                    orders.iter().map(|order| order.2),
                )) as _,
            ];
            writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
            orders.clear();
        }
    }
    Ok((writer.finish()?, left_out))
}

/// The sum of each city, by batches.
#[task]
fn summarize(table: &StructuredDataset<Amounts>, left_out: i64) -> Result<String, DatasetError> {
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    let mut orders = 0;
    for batch in table.open()? {
        let batch = batch?;
        let cities = batch.column(0).as_string::<i32>();
        let amounts = batch.column(1).as_primitive::<Float64Type>();
        for row in 0..batch.num_rows() {
            *sums.entry(cities.value(row).to_owned()).or_default() += amounts.value(row);
        }
        orders += cities.len();
    }
    let sums: Vec<_> = sums
        .iter()
        .map(|(city, sum)| format!("{city} {sum:.2}"))
        .collect();
    let s = if left_out == 1 { "" } else { "s" };
    Ok(format!(
        "{} ({orders} orders, {left_out} line{s} left out)",
        sums.join(", ")
    ))
}

/// Reports the sales of a number of orders.
#[workflow]
fn sales(#[default(400)] orders: i64) -> String {
    let (table, left_out) = load(export(orders));
    summarize(table.columns(), left_out)
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
