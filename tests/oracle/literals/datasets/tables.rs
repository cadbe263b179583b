//! The tables that are compared. `judge.py` has the same ones under the same names.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use flyte_runtime::{
    compat::wire::encode_type,
    files::{
        AnyColumns, StructuredDataset,
        arrow_array::{
            ArrayRef, BooleanArray, Date32Array, DurationMicrosecondArray, Float32Array,
            Float64Array, Int8Array, Int32Array, Int64Array, LargeStringArray, RecordBatch,
            StringArray, StringViewArray, StructArray, TimestampMicrosecondArray, UInt16Array,
            UInt64Array,
            builder::{
                Float64Builder, Int64Builder, ListBuilder, MapBuilder, StringBuilder,
                StringDictionaryBuilder,
            },
            types::Int32Type,
        },
        arrow_schema::{DataType, Field},
    },
    prelude::*,
};
use jiff::Timestamp;

use crate::{Case, random::Random};

#[derive(DatasetColumns)]
struct Scalars {
    a: i64,
    b: String,
    c: f64,
    d: bool,
    e: Timestamp,
    f: Duration,
}

#[derive(DatasetColumns)]
struct Widths {
    a: i8,
    b: i32,
    c: u16,
    d: u64,
    e: f32,
    large: String,
    view: Option<String>,
    category: String,
}

#[derive(DatasetColumns)]
struct Nested {
    list: Vec<i64>,
    lists: Vec<Vec<String>>,
    map: BTreeMap<String, f64>,
    inner: Inner,
}

#[derive(DatasetColumns)]
struct Inner {
    x: i64,
    y: String,
}

#[derive(DatasetColumns)]
struct Few {
    c: String,
    b: i64,
}

/// Only as a type.
#[derive(DatasetColumns)]
struct Deep {
    outer: Outer,
    hash: HashMap<String, Vec<i64>>,
}

#[derive(DatasetColumns)]
struct Outer {
    inner: Inner,
    #[serde(rename = "with space")]
    odd: i64,
}

#[derive(Clone, FlyteType)]
struct Report {
    table: StructuredDataset,
    maybe: Option<StructuredDataset>,
    tables: Vec<StructuredDataset>,
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::of::<Scalars>("scalars", scalars),
        Case::of::<Widths>("widths", widths),
        Case::of::<Nested>("nested", nested),
        Case::of::<AnyColumns>("any", any),
        // Reads some columns of what has more, in another order.
        Case::of::<Few>("few", any),
    ]
}

/// What is compared only as a type.
pub(crate) fn other_types() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "deep",
            encode_type(&StructuredDataset::<Deep>::literal_type()),
        ),
        (
            "maybe",
            encode_type(&Option::<StructuredDataset<Few>>::literal_type()),
        ),
        (
            "list",
            encode_type(&Vec::<StructuredDataset<Few>>::literal_type()),
        ),
        ("dataclass", encode_type(&Report::literal_type())),
    ]
}

/// Values of a column, some of which are null.
fn some<T>(
    rows: u64,
    random: &mut Random,
    mut value: impl FnMut(&mut Random) -> T,
) -> Vec<Option<T>> {
    let one = |_| (random.below(5) > 0).then(|| value(random));
    (0..rows).map(one).collect()
}

fn text(random: &mut Random) -> String {
    let length = random.one_of(&[0, 1, 5, 13, 40]);
    (0..length)
        .map(|_| random.one_of(&['a', 'Z', 'ß', '日', '🦀', '\n']))
        .collect()
}

fn integer(random: &mut Random) -> i64 {
    let any = random.next() as i64;
    random.one_of(&[i64::MIN, i64::MAX, 0, -1, any, any >> 32])
}

fn float(random: &mut Random) -> f64 {
    let any = integer(random) as f64 / 64.0;
    random.one_of(&[0.0, -0.0, f64::INFINITY, f64::MIN_POSITIVE, any])
}

/// Microseconds that a `datetime` can hold.
fn micros(random: &mut Random) -> i64 {
    random.below(1 << 57) as i64 - (1 << 55)
}

fn rows(random: &mut Random) -> u64 {
    random.one_of(&[0, 1, 7, 300])
}

fn strings(rows: u64, random: &mut Random) -> Vec<Option<String>> {
    some(rows, random, text)
}

fn integers(rows: u64, random: &mut Random) -> ArrayRef {
    Arc::new(Int64Array::from(some(rows, random, integer)))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> anyhow::Result<RecordBatch> {
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    Ok(RecordBatch::try_from_iter_with_nullable(columns)?)
}

fn scalars(random: &mut Random) -> anyhow::Result<RecordBatch> {
    let n = rows(random);
    let times = TimestampMicrosecondArray::from(some(n, random, micros)).with_timezone("UTC");
    batch(vec![
        ("a", integers(n, random)),
        ("b", Arc::new(StringArray::from(strings(n, random)))),
        ("c", Arc::new(Float64Array::from(some(n, random, float)))),
        (
            "d",
            Arc::new(BooleanArray::from(some(n, random, |random| {
                random.below(2) == 1
            }))),
        ),
        ("e", Arc::new(times)),
        (
            "f",
            Arc::new(DurationMicrosecondArray::from(some(n, random, micros))),
        ),
    ])
}

fn widths(random: &mut Random) -> anyhow::Result<RecordBatch> {
    let n = rows(random);
    let mut category = StringDictionaryBuilder::<Int32Type>::new();
    category.extend(some(n, random, |random| random.one_of(&["red", "blue"])));
    batch(vec![
        (
            "a",
            Arc::new(Int8Array::from(some(n, random, |r| r.next() as i8))),
        ),
        (
            "b",
            Arc::new(Int32Array::from(some(n, random, |r| r.next() as i32))),
        ),
        (
            "c",
            Arc::new(UInt16Array::from(some(n, random, |r| r.next() as u16))),
        ),
        (
            "d",
            Arc::new(UInt64Array::from(some(n, random, Random::next))),
        ),
        (
            "e",
            Arc::new(Float32Array::from(some(n, random, |r| integer(r) as f32))),
        ),
        (
            "large",
            Arc::new(LargeStringArray::from(strings(n, random))),
        ),
        (
            "view",
            Arc::new(StringViewArray::from_iter(strings(n, random))),
        ),
        ("category", Arc::new(category.finish())),
    ])
}

fn nested(random: &mut Random) -> anyhow::Result<RecordBatch> {
    let n = rows(random);
    let mut list = ListBuilder::new(Int64Builder::new());
    let mut lists = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
    let mut map = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
    for _ in 0..n {
        let length = random.below(4);
        list.values().extend(some(length, random, integer));
        list.append(random.below(5) > 0);
        for _ in 0..length {
            let inner = random.below(3);
            lists.values().values().extend(strings(inner, random));
            lists.values().append(true);
        }
        lists.append(true);
        for key in 0..length {
            map.keys().append_value(format!("k{key}"));
            map.values().append_value(float(random));
        }
        map.append(random.below(5) > 0)?;
    }
    let inner = StructArray::from(vec![
        (
            Arc::new(Field::new("x", DataType::Int64, true)),
            integers(n, random),
        ),
        (
            Arc::new(Field::new("y", DataType::Utf8, true)),
            Arc::new(StringArray::from(strings(n, random))) as ArrayRef,
        ),
    ]);
    batch(vec![
        ("list", Arc::new(list.finish())),
        ("lists", Arc::new(lists.finish())),
        ("map", Arc::new(map.finish())),
        ("inner", Arc::new(inner)),
    ])
}

/// Also of types that Flyte has no name for.
fn any(random: &mut Random) -> anyhow::Result<RecordBatch> {
    let n = rows(random);
    let days = |random: &mut Random| random.below(40_000) as i32 - 10_000;
    batch(vec![
        ("day", Arc::new(Date32Array::from(some(n, random, days)))),
        ("b", integers(n, random)),
        ("c", Arc::new(StringArray::from(strings(n, random)))),
    ])
}
