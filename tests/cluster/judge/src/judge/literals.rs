//! Outputs in a form in which those of both sides can be compared.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use flyte_idl::{
    flyteidl::core::{self, literal::Value, scalar},
    prost::Message as _,
};
use sha2::{Digest as _, Sha256};

use crate::case::Outputs;

/// Literals with what is kept beside them: large ones are read from their files, and a file is known by what is in it
/// instead of where it is.
pub(crate) fn settled(outputs: Outputs) -> Result<Outputs> {
    let settled = outputs.into_iter().map(|(name, literal)| {
        let literal = settle(literal).with_context(|| format!("output {name}"))?;
        Ok((name, literal))
    });
    settled.collect()
}

fn settle(mut literal: core::Literal) -> Result<core::Literal> {
    let value = match literal.value.take() {
        Some(Value::OffloadedMetadata(offloaded)) => {
            let bytes = fs::read(path_of(&offloaded.uri)?)?;
            return settle(core::Literal::decode(&*bytes)?);
        }
        Some(Value::Collection(mut list)) => {
            let settled = list.literals.into_iter().map(settle);
            list.literals = settled.collect::<Result<_>>()?;
            Some(Value::Collection(list))
        }
        Some(Value::Map(map)) => {
            let literals = settled(map.literals)?;
            Some(Value::Map(core::LiteralMap { literals }))
        }
        Some(Value::Scalar(mut scalar)) => {
            match &mut scalar.value {
                Some(scalar::Value::Blob(blob)) => blob.uri = content_of(&blob.uri)?,
                Some(scalar::Value::StructuredDataset(dataset)) => {
                    dataset.uri = content_of(&dataset.uri)?;
                }
                Some(scalar::Value::Schema(schema)) => schema.uri = content_of(&schema.uri)?,
                Some(scalar::Value::Union(union)) => {
                    if let Some(value) = union.value.take() {
                        union.value = Some(Box::new(settle(*value)?));
                    }
                }
                _ => {}
            }
            Some(Value::Scalar(scalar))
        }
        None => None,
    };
    literal.value = value;
    Ok(literal)
}

/// The place of something in the store, which is the file system.
pub(crate) fn path_of(uri: &str) -> Result<PathBuf> {
    match uri.split_once("://") {
        Some(("file", path)) => Ok(path.into()),
        Some(_) => bail!("{uri} is in a store that there is not"),
        None => Ok(uri.into()),
    }
}

/// What is in a file, or in the files of a directory.
fn content_of(uri: &str) -> Result<String> {
    let path = path_of(uri)?;
    let mut files = Vec::new();
    collect(&path, &path, &mut files).with_context(|| format!("{uri} cannot be read"))?;
    files.sort();
    Ok(files.join(", "))
}

fn collect(root: &Path, path: &Path, files: &mut Vec<String>) -> Result<()> {
    if !path.is_dir() {
        let bytes = fs::read(path)?;
        let hash = Sha256::digest(&bytes);
        let hash: String = hash
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let name = path.strip_prefix(root)?.display().to_string();
        files.push(format!("{name}: {} bytes, {hash}", bytes.len()));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(root, &entry?.path(), files)?;
    }
    Ok(())
}

/// Integers in structs as floats, as clients in Go write them.
pub(crate) fn as_from_go(literal: &mut core::Literal) -> Result<()> {
    match &mut literal.value {
        Some(Value::Collection(list)) => list.literals.iter_mut().try_for_each(as_from_go),
        Some(Value::Map(map)) => map.literals.values_mut().try_for_each(as_from_go),
        Some(Value::Scalar(scalar)) => match &mut scalar.value {
            Some(scalar::Value::Binary(binary)) if binary.tag == "msgpack" => {
                let (mut rest, mut written) = (&*binary.value, Vec::new());
                floats(&mut rest, &mut written)?;
                binary.value = written;
                Ok(())
            }
            Some(scalar::Value::Union(union)) => union
                .value
                .as_mut()
                .map_or(Ok(()), |value| as_from_go(value)),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Copies one value of MessagePack, with floats in the place of integers.
fn floats(rest: &mut &[u8], written: &mut Vec<u8>) -> Result<()> {
    let before = *rest;
    let [first] = take::<1>(rest)?;
    let float = |number: f64, written: &mut Vec<u8>| {
        written.push(0xcb);
        written.extend(number.to_be_bytes());
    };
    let mut copied = None;
    let mut copy = |head: usize, body: usize, written: &mut Vec<u8>| {
        let (part, after) = before
            .split_at_checked(head + body)
            .context("the MessagePack ends early")?;
        written.extend(part);
        copied = Some(after);
        anyhow::Ok(())
    };
    let items = match first {
        0x00..=0x7f => {
            float(first.into(), written);
            0
        }
        0xe0..=0xff => {
            float(i8::from_be_bytes([first]).into(), written);
            0
        }
        0xcc => {
            float(u8::from_be_bytes(take(rest)?).into(), written);
            0
        }
        0xcd => {
            float(u16::from_be_bytes(take(rest)?).into(), written);
            0
        }
        0xce => {
            float(u32::from_be_bytes(take(rest)?).into(), written);
            0
        }
        0xcf => {
            float(u64::from_be_bytes(take(rest)?) as f64, written);
            0
        }
        0xd0 => {
            float(i8::from_be_bytes(take(rest)?).into(), written);
            0
        }
        0xd1 => {
            float(i16::from_be_bytes(take(rest)?).into(), written);
            0
        }
        0xd2 => {
            float(i32::from_be_bytes(take(rest)?).into(), written);
            0
        }
        0xd3 => {
            float(i64::from_be_bytes(take(rest)?) as f64, written);
            0
        }
        0x80..=0x8f => {
            copy(1, 0, written)?;
            2 * usize::from(first & 0x0f)
        }
        0x90..=0x9f => {
            copy(1, 0, written)?;
            usize::from(first & 0x0f)
        }
        0xa0..=0xbf => {
            copy(1, usize::from(first & 0x1f), written)?;
            0
        }
        0xc0 | 0xc2 | 0xc3 => {
            copy(1, 0, written)?;
            0
        }
        0xca => {
            copy(5, 0, written)?;
            0
        }
        0xcb => {
            copy(9, 0, written)?;
            0
        }
        0xc4 | 0xd9 => {
            let length = u8::from_be_bytes(take(rest)?);
            copy(2, length.into(), written)?;
            0
        }
        0xc5 | 0xda => {
            let length = u16::from_be_bytes(take(rest)?);
            copy(3, length.into(), written)?;
            0
        }
        0xdc => {
            let items = u16::from_be_bytes(take(rest)?);
            copy(3, 0, written)?;
            items.into()
        }
        0xde => {
            let items = u16::from_be_bytes(take(rest)?);
            copy(3, 0, written)?;
            2 * usize::from(items)
        }
        other => bail!("MessagePack that no case has: {other:#x}"),
    };
    if let Some(after) = copied {
        *rest = after;
    }
    (0..items).try_for_each(|_| floats(rest, written))
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N]> {
    let (taken, after) = rest
        .split_first_chunk()
        .context("the MessagePack ends early")?;
    *rest = after;
    Ok(*taken)
}
