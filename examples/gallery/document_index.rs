//! Builds an index of the words of all documents in a folder, several files at a time, and answers a question with it.
//! The index is cached: a second question does not read the files again, unless one has changed.
//!
//! ```console
//! $ cargo run --example document_index -- run ask --folder gallery --containing '["checkpoint", "retries"]'
//! README.md: [..]
//! ```

use std::collections::BTreeMap;

use flyte_runtime::{
    BoxError,
    files::{DataError, FlyteDirectory, FlyteFile},
    prelude::*,
};

/// The Markdown files in a folder.
#[task]
fn documents(folder: &FlyteDirectory) -> Result<Vec<FlyteFile>, DataError> {
    let mut documents = folder.walk()?;
    documents.retain(|file| file.name().ends_with(".md"));
    documents.sort_by_key(FlyteFile::name);
    Ok(documents)
}

/// How often each word is in a document. A file is known by its content, so only a changed one is read again.
#[task(cache = "1")]
fn words(document: &FlyteFile) -> Result<BTreeMap<String, u64>, BoxError> {
    let text = document.read_to_string()?.to_lowercase();
    let mut words = BTreeMap::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2)
    {
        *words.entry(word.to_owned()).or_insert(0) += 1;
    }
    Ok(words)
}

/// For each word the documents that have it, by name.
#[task]
fn invert(
    documents: &[FlyteFile],
    words: &[BTreeMap<String, u64>],
) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut index: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (document, words) in documents.iter().zip(words) {
        for (word, count) in words {
            index
                .entry(word.clone())
                .or_default()
                .insert(document.name(), *count);
        }
    }
    index
}

/// The documents that have all words, the one that has them most often first.
#[task]
fn answer(
    index: &BTreeMap<String, BTreeMap<String, u64>>,
    words: &[String],
) -> Result<String, String> {
    let mut found: Option<BTreeMap<String, u64>> = None;
    for word in words {
        let counts = index.get(&word.to_lowercase());
        let counts = counts.ok_or_else(|| format!("no document has `{word}`"))?;
        found = Some(match found {
            None => counts.clone(),
            Some(before) => before
                .into_iter()
                .filter_map(|(name, count)| counts.get(&name).map(|more| (name, count + more)))
                .collect(),
        });
    }
    let mut found: Vec<_> = found.unwrap_or_default().into_iter().collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let lines = found.iter().map(|(name, count)| format!("{name}: {count}"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Finds the documents in a folder that have all of these words.
#[workflow]
fn ask(folder: FlyteDirectory, containing: Vec<String>) -> String {
    let documents = documents(folder);
    let counted = documents.map(|document| words(document));
    answer(invert(documents, counted), containing)
}

fn main() -> ExitCode {
    flyte_runtime::main()
}
