//! Tables as inputs and outputs: what is read of them, where they are written, and what is said when they are not what was
//! meant.

#![cfg(feature = "arrow")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use flyte_core::types::{
    DatasetColumn, SchemaLiteral, SchemaType, StructuredDatasetLiteral, StructuredDatasetType,
    json_from_literal,
};
use flyte_runtime::{
    cache::Cache,
    compat::{FileAccessProvider, FlyteContextManager},
    context::FlyteContext,
    files::{
        AnyColumns, DatasetError, TempSandbox,
        arrow_array::{
            Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, NullArray,
            RecordBatch, StringArray, StructArray, TimestampMicrosecondArray, cast::AsArray,
            types::Int64Type,
        },
        arrow_schema::{DataType, Field, Schema, SchemaRef},
    },
    prelude::*,
    types::{Hashed, Literal, LiteralType, LiteralValue, literal_from_json},
};

type Any = StructuredDataset<AnyColumns>;

#[derive(DatasetColumns)]
struct Cities {
    city: String,
    population: i64,
}

#[derive(DatasetColumns)]
struct Populations {
    population: Option<i64>,
}

#[derive(DatasetColumns)]
#[serde(rename_all = "camelCase")]
struct Everything {
    an_int: u8,
    a_float: f32,
    #[serde(rename = "text")]
    a_string: String,
    flag: bool,
    when: jiff::Timestamp,
    took: std::time::Duration,
    list: Vec<Vec<i64>>,
    map: BTreeMap<String, f64>,
    inner: Inner,
    #[serde(skip)]
    ignored: std::marker::PhantomData<()>,
}

#[derive(DatasetColumns)]
struct Inner {
    x: i64,
    deeper: Deeper,
}

#[derive(DatasetColumns)]
struct Deeper {
    y: String,
}

#[derive(DatasetColumns)]
struct OnlyY {
    inner: OnlyDeeper,
}

#[derive(DatasetColumns)]
struct OnlyDeeper {
    deeper: Deeper,
}

fn strings(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn integers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn cities_batch() -> RecordBatch {
    batch(vec![
        ("city", strings(&["Bonn", "Jena"])),
        ("population", integers([336, 111])),
        ("extra", integers([1, 2])),
    ])
}

fn names(batch: &RecordBatch) -> Vec<String> {
    let schema = batch.schema();
    schema.fields().iter().map(|f| f.name().clone()).collect()
}

fn dataset(literal: &Literal) -> &StructuredDatasetLiteral {
    match &literal.value {
        LiteralValue::StructuredDataset(dataset) => dataset,
        other => panic!("no dataset: {other:?}"),
    }
}

fn sum(table: &StructuredDataset<Populations>) -> Result<i64, DatasetError> {
    let mut sum = 0;
    for batch in table.open()? {
        let column = batch?.column(0).clone();
        sum += column
            .as_primitive::<Int64Type>()
            .values()
            .iter()
            .sum::<i64>();
    }
    Ok(sum)
}

#[task]
fn cities() -> Result<StructuredDataset<Cities>, DatasetError> {
    StructuredDataset::from_batches([cities_batch()])
}

#[task]
fn streamed(rows: i64) -> Result<StructuredDataset<Cities>, DatasetError> {
    let schema = cities_batch().project(&[0, 1]).unwrap().schema();
    let mut writer = StructuredDataset::<Cities>::writer(schema)?;
    for row in 0..rows {
        let batch = [("city", strings(&["x"])), ("population", integers([row]))];
        writer.write(&batch_of(batch))?;
    }
    writer.finish()
}

fn batch_of<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    batch(columns.into())
}

#[task]
fn total(table: &StructuredDataset<Populations>) -> Result<i64, DatasetError> {
    sum(table)
}

#[workflow]
fn total_of_cities() -> i64 {
    total(cities().columns())
}

#[workflow]
fn total_of_streamed(rows: i64) -> i64 {
    total(streamed(rows).columns::<Populations>())
}

#[workflow]
fn same_cities() -> StructuredDataset<Cities> {
    cities()
}

/// A task gets the columns its parameter names, from batches and from files, also where all values go through literals.
#[test]
fn tasks_read_the_columns_they_name() {
    assert_eq!(total_of_cities().unwrap(), 447);
    assert_eq!(total_of_streamed(4).unwrap(), 6);
    let strict = Runner::local().strict(true);
    assert_eq!(strict.run(total_of_cities::call()).unwrap(), 447);
    assert_eq!(strict.run(total_of_streamed::call(4)).unwrap(), 6);
}

/// As flytekit: `Annotated[StructuredDataset, kwtypes(..)]`, a format only once it is stored, and structs by dots.
#[test]
fn the_type_has_the_columns() {
    let LiteralType::StructuredDataset(found) = StructuredDataset::<Everything>::literal_type()
    else {
        panic!("another type");
    };
    let integers = LiteralType::collection(LiteralType::Integer);
    let expected = [
        ("anInt", LiteralType::Integer),
        ("aFloat", LiteralType::Float),
        ("text", LiteralType::String),
        ("flag", LiteralType::Boolean),
        ("when", LiteralType::Datetime),
        ("took", LiteralType::Duration),
        ("list", LiteralType::collection(integers)),
        ("map", LiteralType::map(LiteralType::Float)),
        ("inner.x", LiteralType::Integer),
        ("inner.deeper.y", LiteralType::String),
    ];
    let expected = expected.map(|(name, ty)| DatasetColumn::new(name, ty));
    assert_eq!(found, StructuredDatasetType::new(expected.into(), ""));
    assert_eq!(
        Any::literal_type(),
        LiteralType::StructuredDataset(StructuredDatasetType::default())
    );
    assert_eq!(Any::union_tag(), "StructuredDataset Transformer");
}

/// In memory nothing is written before a literal is made; then it is one Parquet file with flytekit's name under the output
/// prefix, once for all clones, and it is read back equal.
#[test]
fn batches_are_written_when_they_leave() {
    let files = FileAccessProvider::temporary().unwrap();
    let builder = FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    FlyteContextManager::with_context(builder, |_| {
        let table = StructuredDataset::<Cities>::from_batches([cities_batch()]).unwrap();
        let raw = Path::new(files.raw_output_prefix());
        assert_eq!(table.to_string(), "<2 rows of 3 columns>");
        assert!(!raw.exists());
        let literal = table.to_literal().unwrap();
        assert_eq!(table.clone().to_literal().unwrap(), literal);
        assert_eq!(fs::read_dir(raw).unwrap().count(), 1);
        let stored = dataset(&literal);
        assert_eq!(stored.dataset_type.format, "parquet");
        assert_eq!(stored.dataset_type.columns.len(), 2);
        let name = fs::read_dir(&stored.uri).unwrap().next().unwrap().unwrap();
        assert_eq!(name.file_name(), "00000");

        // Declared columns and no others; without any, those that the writer declared.
        let back = StructuredDataset::<Cities>::from_literal(literal.clone()).unwrap();
        assert_eq!(
            back.read().unwrap(),
            [cities_batch().project(&[0, 1]).unwrap()]
        );
        let any = Any::from_literal(literal.clone()).unwrap();
        assert_eq!(names(&any.read().unwrap()[0]), ["city", "population"]);
        assert_eq!(
            Any::from_path(&stored.uri).read().unwrap(),
            [cities_batch()]
        );
        // What is passed on is passed on as it came.
        assert_eq!(any.to_literal().unwrap(), literal);
    });
}

/// Outputs of a container: batches go right to the output prefix, files of this machine are uploaded there.
#[test]
fn outputs_are_uploaded() {
    let files = FileAccessProvider::temporary().unwrap();
    let raw = files.raw_output_prefix().to_owned();
    let in_memory = StructuredDataset::<Cities>::from_batches([cities_batch()]).unwrap();
    let written = streamed::run(2).unwrap();
    let sandbox = TempSandbox::new();
    let place = sandbox.path().join("here").display().to_string();
    let placed = in_memory.clone().with_remote_path(&place);
    let (a, b, c) = files.uploading(|| {
        (
            in_memory.to_literal().unwrap(),
            written.to_literal().unwrap(),
            placed.to_literal().unwrap(),
        )
    });
    for literal in [&a, &b] {
        assert!(dataset(literal).uri.starts_with(&raw), "{literal:?}");
    }
    assert_eq!(dataset(&c).uri, place);
    for literal in [a, b, c] {
        let table = Any::from_literal(literal).unwrap();
        assert_eq!(table.num_rows().unwrap(), 2);
    }
}

/// Struct fields by dots, in the order that is asked for; what is not asked for is not in the batches.
#[test]
fn fields_of_structs_are_columns() {
    let deeper = StructArray::from(vec![
        (
            Arc::new(Field::new("y", DataType::Utf8, false)),
            strings(&["a", "b"]),
        ),
        (
            Arc::new(Field::new("z", DataType::Int64, false)),
            integers([5, 6]),
        ),
    ]);
    let inner = StructArray::from(vec![
        (
            Arc::new(Field::new("x", DataType::Int64, false)),
            integers([1, 2]),
        ),
        (
            Arc::new(Field::new("deeper", deeper.data_type().clone(), false)),
            Arc::new(deeper) as ArrayRef,
        ),
    ]);
    let whole = batch(vec![
        ("other", integers([7, 8])),
        ("inner", Arc::new(inner) as ArrayRef),
    ]);
    let in_memory = StructuredDataset::<OnlyY>::from_batches([whole]).unwrap();
    let stored = StructuredDataset::<OnlyY>::from_literal(in_memory.to_literal().unwrap()).unwrap();
    for table in [in_memory, stored] {
        let batch = table.read().unwrap().remove(0);
        assert_eq!(table.schema().unwrap(), batch.schema());
        assert_eq!(names(&batch), ["inner"]);
        let inner = batch.column(0).as_struct();
        assert_eq!(inner.column_names(), ["deeper"]);
        let deeper = inner.column(0).as_struct();
        assert_eq!(deeper.column_names(), ["y"]);
        assert_eq!(deeper.column(0).as_string::<i32>().value(1), "b");
    }
}

/// A directory of several files, as Spark and pyarrow write it, is one table; markers are not data.
#[test]
fn files_of_a_directory_are_one_table() {
    let sandbox = TempSandbox::new();
    let dir = sandbox.path().join("table");
    for (name, population) in [("b/part-1.parquet", 5), ("part-0.parquet", 1)] {
        let table = Any::from_batches([batch_of([("population", integers([population]))])]);
        let uri = dataset(&table.unwrap().to_literal().unwrap()).uri.clone();
        let to = dir.join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(Path::new(&uri).join("00000"), to).unwrap();
    }
    fs::write(dir.join("_SUCCESS"), "").unwrap();
    fs::write(dir.join(".part-0.crc"), "x").unwrap();
    let table = StructuredDataset::<Populations>::from_path(&dir);
    assert_eq!(sum(&table).unwrap(), 6);
    let file = StructuredDataset::<Populations>::from_path(dir.join("part-0.parquet"));
    assert_eq!(sum(&file).unwrap(), 1);

    // Another file of other columns is no part of the table.
    let table = Any::from_batches([batch_of([("population", strings(&["x"]))])]).unwrap();
    let uri = dataset(&table.to_literal().unwrap()).uri.clone();
    fs::copy(Path::new(&uri).join("00000"), dir.join("z.parquet")).unwrap();
    let error = sum(&StructuredDataset::from_path(&dir)).unwrap_err();
    let expected = format!(
        "the file {dir}/z.parquet of the dataset {dir} has other columns than the first: the column 0 is `population` (Utf8), not `population` (Int64)",
        dir = dir.display()
    );
    assert_eq!(error.to_string(), expected);

    fs::create_dir(dir.join("year=2026")).unwrap();
    let error = Any::from_path(&dir).open().unwrap_err().to_string();
    assert!(
        error.contains("such as `year=2026`, which is not read here"),
        "{error}"
    );
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Report {
    table: Any,
    maybe: Option<Any>,
}

/// In a dataclass it is `{"uri": .., "file_format": ..}`, and in a union it is known by its tag.
#[test]
fn tables_in_structs_and_unions() {
    let report = Report {
        table: Any::from_uri("s3://b/t").with_format("parquet"),
        maybe: None,
    };
    let literal = report.to_literal().unwrap();
    assert_eq!(
        json_from_literal(&literal).unwrap(),
        serde_json::json!({"table": {"uri": "s3://b/t", "file_format": "parquet"}, "maybe": null})
    );
    let back = Report::from_literal(literal).unwrap();
    assert_eq!(back, report);
    assert_eq!(back.table.format(), "parquet");
    let report = Report {
        maybe: Some(Any::from_uri("s3://b/u")),
        ..report
    };
    assert_eq!(
        Report::from_literal(report.to_literal().unwrap()).unwrap(),
        report
    );
}

/// A path or address at the command line, as for files, and what it is in reports.
#[test]
fn typed_as_a_path() {
    let ty = StructuredDataset::<Cities>::literal_type();
    let literal = literal_from_json("s3://b/t".into(), &ty).unwrap();
    let table = StructuredDataset::<Cities>::from_literal(literal).unwrap();
    assert_eq!(table.remote_source(), Some("s3://b/t"));
    assert_eq!(table.format(), "");
    assert_eq!(table.to_string(), "s3://b/t");
}

/// What flytekit's older `FlyteSchema` wrote is a table, with the columns it names.
#[test]
fn older_tables_are_read() {
    let stored = Any::from_batches([cities_batch()]).unwrap();
    let uri = dataset(&stored.to_literal().unwrap()).uri.clone();
    let mut schema = SchemaType::default();
    schema.columns.push(("population".to_owned(), 0));
    let schema = LiteralValue::Schema(Box::new(SchemaLiteral::new(uri, schema)));
    let table = Any::from_literal(schema.into()).unwrap();
    assert_eq!(names(&table.read().unwrap()[0]), ["population"]);
    assert_eq!(table.format(), "parquet");
}

/// A column of nulls that has no type, as pandas writes one, is of the type that is asked for.
#[test]
fn nulls_without_a_type_have_that_of_the_column() {
    let nulls = Arc::new(NullArray::new(2)) as ArrayRef;
    let columns = [
        ("city", nulls, true),
        ("population", integers([1, 2]), false),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns).unwrap();
    let table = Any::from_batches([batch]);
    let stored = table.unwrap().to_literal().unwrap();
    let table = StructuredDataset::<Cities>::from_literal(stored).unwrap();
    let batch = table.read().unwrap().remove(0);
    assert_eq!(batch.schema(), table.schema().unwrap());
    assert_eq!(batch.column(0).as_string::<i32>().null_count(), 2);
}

/// A reader may be moved to another thread.
#[test]
fn readers_and_writers_travel() {
    fn travels<T: Send + 'static>() {}
    travels::<flyte_runtime::files::DatasetReader>();
    travels::<flyte_runtime::files::DatasetWriter<AnyColumns>>();
}

static RUNS: AtomicU64 = AtomicU64::new(0);

#[task(cache = "1")]
fn kept(
    table: StructuredDataset<Populations>,
) -> Result<StructuredDataset<Populations>, DatasetError> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    StructuredDataset::from_batches(table.read()?)
}

/// A cached task knows a table by what is in it, and its result has its own files.
#[test]
fn cached_by_what_is_in_it() {
    let sandbox = TempSandbox::new();
    let cache = Cache::at(sandbox.create().unwrap());
    let run = |rows| {
        let table = StructuredDataset::from_batches([cities_batch().slice(0, rows)]).unwrap();
        let runner = Runner::local().cache(cache.clone());
        let kept = runner.run(kept::call(table)).unwrap();
        (sum(&kept).unwrap(), RUNS.load(Ordering::Relaxed))
    };
    assert_eq!(
        [run(2), run(2), run(1), run(2)],
        [(447, 1), (447, 1), (336, 2), (447, 2)]
    );
}

/// Caches know a hashed table by its rows, wherever it is.
#[test]
fn hashed_by_content() {
    let table = || StructuredDataset::<Cities>::from_batches([cities_batch()]).unwrap();
    let hashed: Hashed<StructuredDataset<Cities>> = table().hashed().unwrap();
    let literal = hashed.to_literal().unwrap();
    assert_eq!(
        literal.hash(),
        Some(table().content_hash().unwrap().as_str())
    );
    let stored = Any::from_literal(literal.clone()).unwrap();
    assert_eq!(stored.content_hash().unwrap(), literal.hash().unwrap());
    let other = cities_batch().slice(0, 1);
    let other = StructuredDataset::<Cities>::from_batches([other]).unwrap();
    assert_ne!(other.content_hash().unwrap(), literal.hash().unwrap());
}

/// Columns that are not there or of another type are named, with what was expected and what was found; both when a table is
/// made and when it is read.
#[test]
fn other_columns_are_told() {
    let wrong = batch(vec![
        ("city", strings(&["x"])),
        (
            "population",
            Arc::new(Float64Array::from(vec![0.5])) as ArrayRef,
        ),
    ]);
    let error = StructuredDataset::<Cities>::from_batches([wrong.clone()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the column `population` of the dataset in memory is Float64 in Arrow, not integer"
    );
    let stored = Any::from_batches([wrong]).unwrap().to_literal().unwrap();
    let uri = &dataset(&stored).uri;
    let error = sum(&StructuredDataset::from_literal(stored.clone()).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the column `population` of the dataset {uri} is Float64 in Arrow, not integer")
    );
    let error = StructuredDataset::<Everything>::from_uri(uri)
        .open()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the dataset {uri} has no column `anInt` of type integer; it has `city` (Utf8), `population` (Float64)"
        )
    );
    let error = StructuredDataset::<Cities>::writer(SchemaRef::new(Schema::empty())).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("has no column `city` of type string; it has no columns"),
        "{error}"
    );

    let second = batch_of([("city", strings(&["x"]))]);
    let first = cities_batch().project(&[0, 1]).unwrap();
    let error = Any::from_batches([first.clone(), second.clone()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "batch 1 of the dataset in memory has other columns than the first: there are 1 columns, not 2"
    );
    let mut writer = Any::writer(first.schema()).unwrap();
    writer.write(&first).unwrap();
    let error = writer.write(&second).unwrap_err().to_string();
    assert!(error.starts_with("batch 1 of the dataset "), "{error}");
    let error = Any::from_batches([]).unwrap_err().to_string();
    assert!(
        error.starts_with("a dataset of no batches has no columns"),
        "{error}"
    );
}

/// Every width of a type fits; Flyte has only one.
#[test]
fn widths_do_not_count() {
    let narrow = batch(vec![(
        "population",
        Arc::new(Int32Array::from(vec![1])) as ArrayRef,
    )]);
    let table = StructuredDataset::<Populations>::from_batches([narrow]).unwrap();
    assert_eq!(table.num_rows().unwrap(), 1);
    for column in [
        Arc::new(BooleanArray::from(vec![true])) as ArrayRef,
        Arc::new(TimestampMicrosecondArray::from(vec![0])),
        strings(&["1"]),
    ] {
        let other = batch(vec![("population", column)]);
        assert!(StructuredDataset::<Populations>::from_batches([other]).is_err());
    }
}

/// Files that are not there, not whole or not Parquet give errors that name them, never a panic or wrong rows.
#[test]
fn broken_files_are_told() {
    let sandbox = TempSandbox::new();
    fs::create_dir_all(sandbox.path()).unwrap();
    let literal = Any::from_batches([cities_batch()])
        .unwrap()
        .to_literal()
        .unwrap();
    let bytes = fs::read(Path::new(&dataset(&literal).uri).join("00000")).unwrap();
    let path = sandbox.path().join("t");
    let read = || Any::from_path(&path).read();

    assert!(
        read()
            .unwrap_err()
            .to_string()
            .starts_with("File not found: ")
    );
    let prefix = format!("cannot read {} as Parquet: ", path.display());
    fs::write(&path, "city,population\nBonn,336\n").unwrap();
    assert!(read().unwrap_err().to_string().starts_with(&prefix));
    for length in (0..bytes.len()).step_by(5) {
        fs::write(&path, &bytes[..length]).unwrap();
        let error = read().unwrap_err().to_string();
        assert!(error.starts_with(&prefix), "{length} bytes: {error}");
    }
    // What has other bytes is an error or other rows.
    for place in (0..bytes.len()).step_by(5) {
        let mut other = bytes.clone();
        other[place] ^= 0xff;
        fs::write(&path, other).unwrap();
        if let Err(error) = read() {
            assert!(
                error.to_string().starts_with(&prefix),
                "byte {place}: {error}"
            );
        }
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = read().unwrap_err().to_string();
    assert!(error.contains("has no files"), "{error}");

    let csv = StructuredDatasetType::new(Vec::new(), "csv");
    let csv = StructuredDatasetLiteral::new("s3://b/t", csv);
    let csv = Literal::from(LiteralValue::StructuredDataset(Box::new(csv)));
    let table = Any::from_literal(csv.clone()).unwrap();
    assert_eq!(table.to_literal().unwrap(), csv, "it may be passed on");
    assert_eq!(
        table.open().unwrap_err().to_string(),
        "the dataset s3://b/t is in the format `csv`, which is not read here; write it as `parquet`"
    );
    let error = Any::from_uri("ftp://b/t").open().unwrap_err().to_string();
    assert!(
        error.starts_with("`ftp://b/t` is on `ftp`, which there is no store for; use "),
        "{error}"
    );
    let error = Any::from_literal(Literal::integer(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected structured dataset, found an integer"
    );
}

/// What is not finished leaves nothing.
#[test]
fn an_unfinished_table_is_gone() {
    let files = FileAccessProvider::temporary().unwrap();
    let builder = FlyteContext::current()
        .new_builder()
        .with_file_access(files.clone());
    FlyteContextManager::with_context(builder, |_| {
        let mut writer = Any::writer(cities_batch().schema()).unwrap();
        writer.write(&cities_batch()).unwrap();
        drop(writer);
    });
    let mut left = vec![files.local_sandbox_dir().to_owned()];
    while let Some(dir) = left.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.is_dir(), "{} is left", path.display());
            left.push(path);
        }
    }
}

#[task]
async fn counted_async(table: Any) -> Result<i64, DatasetError> {
    let mut rows = 0;
    for batch in table.async_open().await? {
        rows += batch?.num_rows() as i64;
    }
    Ok(rows)
}

#[workflow]
fn rows_async() -> i64 {
    counted_async(cities().columns::<AnyColumns>())
}

/// Batches come in some thousand rows each, also in async code, and a result outlives the run that made it.
#[test]
fn read_piece_by_piece() {
    let table = Any::from_batches([batch_of([("n", integers(0..20_000))])]).unwrap();
    let stored = Any::from_literal(table.to_literal().unwrap()).unwrap();
    let sizes: Vec<usize> = stored
        .open()
        .unwrap()
        .map(|b| b.unwrap().num_rows())
        .collect();
    assert_eq!(sizes, [8192, 8192, 3616]);
    assert_eq!(rows_async().unwrap(), 2);
    assert_eq!(same_cities().unwrap().num_rows().unwrap(), 2);
}

#[cfg(feature = "cli")]
#[task]
fn shows(table: StructuredDataset<Populations>) -> String {
    table.to_string()
}

/// A table is given by its path, which is not quoted, and `--help` says so.
#[cfg(feature = "cli")]
#[test]
fn given_on_the_command_line() {
    let registry = flyte_runtime::Registry::builder()
        .with::<shows>()
        .build()
        .unwrap();
    let run = |args: &[&str]| {
        let (mut out, mut errors) = (Vec::new(), Vec::new());
        let args = ["app", "run", "shows"].iter().chain(args);
        flyte_runtime::cli::Cli::new(&registry).run(args, &mut out, &mut errors);
        String::from_utf8([out, errors].concat()).unwrap()
    };
    assert_eq!(run(&["--table", "s3://b/t"]), "s3://b/t\n");
    let help = run(&["--help"]);
    assert!(help.contains("--table <PATH>"), "{help}");
}

/// Flyte casts tables by their columns, so that the cluster is told of the whole output.
#[cfg(feature = "remote")]
#[test]
fn other_columns_are_no_part_of_an_output() {
    use flyte_idl::flyteidl::core::binding_data::Value;
    use flyte_runtime::{
        Entity, compat::settings::SerializationSettings, remote::serialize::Serializer,
    };

    let settings = SerializationSettings::for_image("registry.example/app:v1", "v1").unwrap();
    let workflow = Serializer::new(&settings).workflow(total_of_cities::descriptor());
    let template = workflow.unwrap().template.unwrap();
    let node = template.nodes.iter().find(|node| node.id == "n1").unwrap();
    let binding = node.inputs[0].binding.clone().unwrap();
    let Some(Value::Promise(output)) = binding.value else {
        panic!("{binding:?}");
    };
    assert_eq!((output.node_id.as_str(), output.var.as_str()), ("n0", "o0"));
    assert!(output.attr_path.is_empty());
}
