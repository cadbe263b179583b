//! Writes and reads tables for `tests/oracle/literals/datasets/judge.py`, as JSON lines on standard input and output.
//!
//! `types` writes the types; `emit DIR SEED COUNT` writes as many random tables of every kind in `tables.rs` under a
//! directory; `check` reads tables that flytekit or pyarrow wrote.

#[path = "../src/random.rs"]
mod random;
mod shown;
mod tables;

use std::io::{Write as _, stdin, stdout};

use anyhow::{Context, bail};
use flyte_runtime::{
    compat::{
        FileAccessProvider,
        wire::{decode, encode, encode_type},
    },
    files::{DatasetColumns, StructuredDataset, arrow_array::RecordBatch},
    types::{FlyteType, Literal},
};
use serde_json::{Value as Json, json};

use crate::random::Random;

/// A kind of table that exists in both languages.
struct Case {
    name: &'static str,
    /// Random rows.
    batch: fn(&mut Random) -> anyhow::Result<RecordBatch>,
    literal_type: fn() -> Vec<u8>,
    write: fn(&FileAccessProvider, &[RecordBatch]) -> anyhow::Result<Literal>,
    read: fn(Literal) -> anyhow::Result<(Literal, Json)>,
}

impl Case {
    fn of<C: DatasetColumns>(
        name: &'static str,
        batch: fn(&mut Random) -> anyhow::Result<RecordBatch>,
    ) -> Self {
        Self {
            name,
            batch,
            literal_type: || encode_type(&StructuredDataset::<C>::literal_type()),
            write: |files, batches| {
                let table = StructuredDataset::<C>::from_batches(batches.iter().cloned())?;
                Ok(files.uploading(|| table.to_literal())?)
            },
            read: |literal| {
                let table = StructuredDataset::<C>::from_literal(literal)?;
                Ok((table.to_literal()?, shown::rows(&table.read()?)?))
            },
        }
    }
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["types"] => types(),
        ["emit", directory, seed, count] => emit(directory, seed.parse()?, count.parse()?),
        ["check"] => check(),
        _ => bail!("write `types`, `emit DIR SEED COUNT` or `check`"),
    }
}

fn types() -> anyhow::Result<()> {
    let mut out = stdout().lock();
    let tables = tables::cases().into_iter();
    let tables = tables.map(|case| (case.name, (case.literal_type)()));
    for (name, literal_type) in tables.chain(tables::other_types()) {
        let line = json!({"name": name, "type": hex(&literal_type)});
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn emit(directory: &str, seed: u64, count: usize) -> anyhow::Result<()> {
    let files = FileAccessProvider::local(directory)?;
    let mut random = Random::new(seed);
    let mut out = stdout().lock();
    for case in tables::cases() {
        for _ in 0..count {
            let batches = [(case.batch)(&mut random)?, (case.batch)(&mut random)?];
            let literal = (case.write)(&files, &batches).context(case.name)?;
            let shown = shown::rows(&batches)?;
            let line =
                json!({"name": case.name, "literal": hex(&encode(&literal)), "shown": shown});
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn check() -> anyhow::Result<()> {
    let cases = tables::cases();
    let mut out = stdout().lock();
    for line in stdin().lines() {
        let line: Json = serde_json::from_str(&line?)?;
        let text = |key: &str| {
            line[key]
                .as_str()
                .with_context(|| format!("{key} is missing"))
        };
        let (name, literal) = (text("name")?, unhex(text("literal")?)?);
        let case = cases
            .iter()
            .find(|case| case.name == name)
            .context("unknown table")?;
        let read = decode(&literal)
            .map_err(anyhow::Error::from)
            .and_then(case.read);
        let answer = match read {
            Ok((literal, shown)) => json!({"literal": hex(&encode(&literal)), "shown": shown}),
            Err(error) => json!({"error": format!("{error:#}")}),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> anyhow::Result<Vec<u8>> {
    let pair = |index| {
        let digits = text.get(index..index + 2).context("half a byte")?;
        Ok(u8::from_str_radix(digits, 16)?)
    };
    (0..text.len()).step_by(2).map(pair).collect()
}
