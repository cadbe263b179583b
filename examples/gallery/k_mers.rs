//! Counts the words of length k in a genome: divides it into overlapping pieces, counts them at the same time, and
//! merges the counts. A motif that was planted is found.
//!
//! ```console
//! $ cargo run --example k_mers -- run frequent
//! GATTACAG 60
//! ```

use std::collections::{BTreeMap, HashMap};

use flyte_runtime::prelude::*;

const MOTIF: &str = "GATTACAG";

/// A genome made at random, with the motif every thousand letters.
#[task(cache = "1")]
fn genome(length: usize) -> String {
    let mut state = 42_u64;
    let mut genome: Vec<u8> = (0..length)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            b"ACGT"[(state >> 62) as usize]
        })
        .collect();
    for start in (500..length.saturating_sub(MOTIF.len())).step_by(1000) {
        genome[start..start + MOTIF.len()].copy_from_slice(MOTIF.as_bytes());
    }
    genome.into_iter().map(char::from).collect()
}

// ANCHOR: divide
/// Pieces that overlap by k - 1 letters, so that each word is in exactly one of them.
#[task]
fn divide(genome: &str, k: usize, pieces: usize) -> Vec<String> {
    let words = (genome.len() + 1).saturating_sub(k);
    let step = words.div_ceil(pieces).max(1);
    let piece = |start: usize| genome[start..(start + step + k - 1).min(genome.len())].to_owned();
    (0..words).step_by(step).map(piece).collect()
}
// ANCHOR_END: divide

/// The words of a piece that occur more than once, and how often.
#[task]
fn count(piece: &str, k: usize) -> BTreeMap<String, u64> {
    let mut counts: HashMap<&[u8], u64> = HashMap::new();
    for word in piece.as_bytes().windows(k) {
        *counts.entry(word).or_default() += 1;
    }
    let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    counts
        .into_iter()
        .map(|(word, count)| (text(word), count))
        .collect()
}

/// The word that occurs most often.
#[task]
fn most_frequent(counts: Vec<BTreeMap<String, u64>>) -> Option<String> {
    let mut all: HashMap<String, u64> = HashMap::new();
    for (word, count) in counts.into_iter().flatten() {
        *all.entry(word).or_default() += count;
    }
    let most = all
        .into_iter()
        .max_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0)))?;
    Some(format!("{} {}", most.0, most.1))
}

// ANCHOR: frequent
/// Finds the most frequent word of a genome.
#[workflow]
fn frequent(
    #[default(60_000)] length: usize,
    #[default(8)] k: usize,
    #[default(6)] pieces: usize,
) -> Option<String> {
    let pieces = divide(genome(length), k, pieces);
    most_frequent(pieces.map(|piece| count(piece, k)))
}
// ANCHOR_END: frequent

fn main() -> ExitCode {
    flyte_runtime::main()
}
