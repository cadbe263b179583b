//! Files, directories, tables, unions, structs, and values that are too large for a message.

use std::{collections::BTreeMap, sync::Arc};

use flyte_runtime::{
    BoxError,
    files::{
        DataError, DatasetError, Text,
        arrow_array::{
            Array, Int64Array, RecordBatch, StringArray, cast::AsArray, types::Int64Type,
        },
        arrow_schema::{DataType, Field, Schema},
    },
    prelude::*,
};
use serde::{Deserialize, Serialize};

/// A directory with a file for each text.
#[task]
pub fn folder(texts: Vec<String>) -> Result<FlyteDirectory<Text>, DataError> {
    let folder = FlyteDirectory::create("folder")?;
    let inner = folder.new_dir("inner")?;
    for (index, text) in texts.iter().enumerate() {
        let directory = if index % 2 == 0 { &folder } else { &inner };
        directory.new_file(format!("{index} ü.txt"))?.write(text)?;
    }
    Ok(folder)
}

/// The names of files, and what is in them.
#[task]
pub fn contents(folder: &FlyteDirectory<Text>) -> Result<BTreeMap<String, String>, DataError> {
    let files = folder.walk()?;
    let files = files.iter();
    files
        .map(|file| Ok((file.name(), file.read_to_string()?)))
        .collect()
}

/// A directory from a task to another.
#[workflow]
pub fn folders(texts: Vec<String>) -> BTreeMap<String, String> {
    contents(folder(texts))
}

/// What all files say, one after another.
#[task]
pub fn joined(files: Vec<FlyteFile<Text>>) -> Result<FlyteFile<Text>, DataError> {
    let mut all = String::new();
    for file in &files {
        all += &file.read_to_string()?;
    }
    let file = FlyteFile::create("joined.txt")?;
    file.write(all)?;
    Ok(file)
}

/// A directory and files of the inputs.
#[workflow]
pub fn from_outside(
    folder: FlyteDirectory<Text>,
    files: Vec<FlyteFile<Text>>,
) -> (BTreeMap<String, String>, FlyteFile<Text>) {
    (contents(folder), joined(files))
}

/// The columns of a table.
#[derive(Debug, DatasetColumns)]
pub struct Trips {
    /// Which trip.
    pub id: i64,
    /// Where it leads.
    pub city: String,
}

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        Field::new("city", DataType::Utf8, false),
    ]))
}

/// A table of so many rows.
#[task]
pub fn trips(rows: i64) -> Result<StructuredDataset<Trips>, BoxError> {
    let mut writer = StructuredDataset::writer(schema())?;
    let columns: Vec<Arc<dyn Array>> = vec![
        Arc::new(Int64Array::from_iter_values(0..rows)),
        Arc::new(StringArray::from_iter_values(
            (0..rows).map(|id| ["Köln", "Łódź"][id as usize % 2]),
        )),
    ];
    writer.write(&RecordBatch::try_new(schema(), columns)?)?;
    Ok(writer.finish()?)
}

/// The sum of a column.
#[task]
pub fn sum_of_ids(table: &StructuredDataset<Trips>) -> Result<i64, DatasetError> {
    let mut sum = 0;
    for batch in table.open()? {
        let batch = batch?;
        sum += batch
            .column(0)
            .as_primitive::<Int64Type>()
            .values()
            .iter()
            .sum::<i64>();
    }
    Ok(sum)
}

/// A table from a task to another.
#[workflow]
pub fn tables(rows: i64) -> (StructuredDataset<Trips>, i64) {
    let table = trips(rows);
    (table, sum_of_ids(table))
}

/// A table of the inputs.
#[workflow]
pub fn table_from_outside(table: StructuredDataset<Trips>) -> i64 {
    sum_of_ids(table)
}

/// How to pay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
pub struct Card {
    /// The number on it.
    pub number: String,
    /// The most that may be paid.
    pub limit: Option<f64>,
}

/// A payment of one of several kinds.
#[derive(Clone, Debug, PartialEq, FlyteType)]
pub enum Payment {
    /// For free.
    Nothing,
    /// An amount.
    Cents(i64),
    /// By card.
    With(Card),
    /// By vouchers.
    Vouchers(Vec<String>),
}

/// Reads a payment.
#[task]
pub fn parsed(text: &str) -> Payment {
    if text.is_empty() {
        return Payment::Nothing;
    }
    if let Ok(cents) = text.parse() {
        return Payment::Cents(cents);
    }
    match text.strip_prefix('#') {
        Some(number) => Payment::With(Card {
            number: number.to_owned(),
            limit: Some(0.5),
        }),
        None => Payment::Vouchers(text.split(',').map(str::to_owned).collect()),
    }
}

/// Shows payments.
#[task]
pub fn told(payment: Payment, another: Payment) -> String {
    format!("{payment:?} {another:?}")
}

/// A union as an input and as an output.
#[workflow]
pub fn payments(text: String, another: Payment) -> (Payment, String) {
    let payment = parsed(text);
    (payment, told(payment, another))
}

/// A text of so many MiB.
#[task]
pub fn large_text(mib: usize) -> String {
    "0123456789abcdef".repeat(mib * 65_536)
}

/// How long texts are.
#[task]
pub fn lengths(texts: Vec<String>) -> Vec<usize> {
    texts.iter().map(String::len).collect()
}

/// Large texts, alone and in a list.
#[workflow]
pub fn large(mib: usize) -> (String, Vec<usize>) {
    let text = large_text(mib);
    (text, lengths(vec![text, large_text(1)]))
}

/// A script.
#[shell_task(script = r#"
    printf '%s' "{inputs.text}" | tr a-z A-Z > {outputs.o0}
    wc -c < {inputs.file} | tr -d ' ' > {outputs.o1}
"#)]
pub fn loud(text: String, file: FlyteFile<Text>) -> (String, i64);

/// A file for a script.
#[task]
pub fn written(text: String) -> Result<FlyteFile<Text>, DataError> {
    let file = FlyteFile::create("in.txt")?;
    file.write(text)?;
    Ok(file)
}

/// A script between tasks.
#[workflow]
pub fn scripted(text: String) -> (String, i64) {
    loud(text, written(text))
}

/// A script that fails.
#[shell_task(script = r#"
    echo "it ends with {inputs.code}" >&2
    exit {inputs.code}
"#)]
pub fn ends_with(code: i64);
