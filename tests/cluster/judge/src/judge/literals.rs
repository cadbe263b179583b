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

/// Literals with what is kept beside them: large ones are read from their files, and a file is known by what is in it instead of where
/// it is.
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
