//! Writes and reads literals for `tests/oracle/literals/judge.py`, as JSON lines on standard input and output.
//!
//! `emit SEED COUNT` writes as many random values of every type in `twins.rs`; `check` reads literals that flytekit
//! wrote, decodes them and writes them again; `keys` reads inputs and writes their keys in the local cache.

mod files;
mod random;
mod twin;
mod twins;

use std::io::{Write as _, stdin, stdout};

use anyhow::{Context, bail};
use flyte_runtime::{
    compat::wire::{decode, decode_map, encode, encode_type, local_cache_key},
    types::Literal,
};
use serde_json::{Value as Json, json};

use crate::{random::Random, twin::Twin};

/// One type that exists in both languages.
struct Case {
    name: &'static str,
    literal_type: fn() -> Vec<u8>,
    value: fn(&mut Random) -> anyhow::Result<(Literal, Json)>,
    read: fn(Literal) -> anyhow::Result<(Literal, Json)>,
}

impl Case {
    fn of<T: Twin>(name: &'static str) -> Self {
        Self {
            name,
            literal_type: || encode_type(&T::literal_type()),
            value: |random| {
                let value = T::random(random);
                Ok((value.to_literal()?, value.shown()))
            },
            read: |literal| {
                let value = T::from_literal(literal)?;
                Ok((value.to_literal()?, value.shown()))
            },
        }
    }
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["emit", seed, count] => emit(seed.parse()?, count.parse()?),
        ["check"] => check(),
        ["keys"] => keys(),
        _ => bail!("write `emit SEED COUNT`, `check` or `keys`"),
    }
}

fn emit(seed: u64, count: usize) -> anyhow::Result<()> {
    let mut random = Random::new(seed);
    let mut out = stdout().lock();
    for case in twins::cases() {
        for _ in 0..count {
            let (literal, shown) = (case.value)(&mut random).context(case.name)?;
            let literal_type = hex(&(case.literal_type)());
            let line = json!({"name": case.name, "type": literal_type, "literal": hex(&encode(&literal)), "shown": shown});
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn check() -> anyhow::Result<()> {
    let cases = twins::cases();
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
            .context("unknown type")?;
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

/// The cache keys of inputs that flytekit wrote.
fn keys() -> anyhow::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lines() {
        let inputs = decode_map(&unhex(&line?)?)?;
        let inputs = inputs
            .iter()
            .map(|(name, literal)| (name.as_str(), literal));
        writeln!(
            out,
            "{}",
            local_cache_key("module.task", "1.0", inputs, &["ignored"])
        )?;
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
