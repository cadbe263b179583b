//! Tables.

use std::sync::Arc;

use flyte_runtime::{
    BoxError,
    files::{
        DatasetError,
        arrow_array::{
            Array, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
            cast::AsArray,
            types::{Float64Type, Int64Type},
        },
        arrow_schema::{DataType, Field, Schema},
    },
    prelude::*,
};

use crate::case::{Case, case, held};

#[derive(DatasetColumns)]
struct Trips {
    id: i64,
    city: String,
    distance: f64,
    by_night: bool,
}

#[derive(DatasetColumns)]
struct Distances {
    distance: f64,
}

#[derive(DatasetColumns)]
struct Cities {
    id: i64,
    city: String,
}

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("city", DataType::Utf8, false),
        Field::new("distance", DataType::Float64, false),
        Field::new("by_night", DataType::Boolean, false),
    ]))
}

/// In batches of a thousand rows.
#[task]
fn trips(rows: i64) -> Result<StructuredDataset<Trips>, BoxError> {
    let mut writer = StructuredDataset::writer(schema())?;
    for start in (0..rows).step_by(1000) {
        let ids = start..rows.min(start + 1000);
        let columns: Vec<Arc<dyn Array>> = vec![
            Arc::new(Int64Array::from_iter_values(ids.clone())),
            Arc::new(StringArray::from_iter_values(
                ids.clone().map(|id| ["Köln", "Łódź"][id as usize % 2]),
            )),
            Arc::new(Float64Array::from_iter_values(
                ids.clone().map(|id| id as f64 / 2.0),
            )),
            Arc::new(ids.map(|id| Some(id % 3 == 0)).collect::<BooleanArray>()),
        ];
        writer.write(&RecordBatch::try_new(schema(), columns)?)?;
    }
    Ok(writer.finish()?)
}

#[task]
fn total(table: &StructuredDataset<Distances>) -> Result<(usize, f64), DatasetError> {
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
    Ok((rows, sum))
}

#[workflow]
fn one_column(rows: i64) -> (usize, f64) {
    let (rows, sum) = total(trips(rows).columns());
    (rows, sum)
}

#[task]
fn from_city(table: &StructuredDataset<Cities>, city: String) -> Result<Vec<i64>, DatasetError> {
    let mut found = Vec::new();
    for batch in table.open()? {
        let batch = batch?;
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let cities = batch.column(1).as_string::<i32>();
        found.extend(
            (0..batch.num_rows())
                .filter(|row| cities.value(*row) == city)
                .map(|row| ids.value(row)),
        );
    }
    Ok(found)
}

/// Two tasks read other columns of one table, which is an output, too.
#[workflow]
fn two_readers(rows: i64, city: String) -> (StructuredDataset<Trips>, Vec<i64>, f64) {
    let table = trips(rows);
    let (_, sum) = total(table.columns());
    (table, from_city(table.columns(), city), sum)
}

#[derive(Clone, Debug, FlyteType)]
struct Year {
    year: i64,
    trips: StructuredDataset<Trips>,
}

#[task]
fn year(year: i64, trips: StructuredDataset<Trips>) -> Year {
    Year { year, trips }
}

#[task]
fn rows_of(years: Vec<Year>) -> Result<Vec<i64>, BoxError> {
    let mut rows = Vec::new();
    for year in years {
        let mut count = year.year;
        for batch in year.trips.open()? {
            count += batch?.column(0).len() as i64;
        }
        rows.push(count);
    }
    Ok(rows)
}

#[workflow]
fn in_structs(rows: i64) -> Vec<i64> {
    rows_of(vec![year(2000, trips(rows)), year(3000, trips(1))])
}

#[workflow]
fn each(counts: Vec<i64>) -> Vec<i64> {
    let tables = counts.map(trips);
    tables.map(|table| length(table))
}

#[task]
fn length(table: &StructuredDataset<Trips>) -> Result<i64, DatasetError> {
    table
        .open()?
        .map(|batch| Ok(batch?.num_rows() as i64))
        .sum()
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "tables",
        [
            case(one_column::call(2500)).gives((2500, 1_561_875.0)),
            case(one_column::call(0)).gives((0, 0.0)).with("empty"),
            case(two_readers::call(5, "Łódź".to_owned())).succeeds(),
            case(in_structs::call(3)).gives(vec![2003, 3001]),
            case(each::call(vec![0, 1, 1001])).gives(vec![0, 1, 1001]),
        ],
    )
}
