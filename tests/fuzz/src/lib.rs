//! What is fed to the targets, and what has to hold.

mod mutate;
mod targets;

use std::path::PathBuf;

use anyhow::Context;

pub use mutate::Mutator;
pub use targets::{TARGETS, Target};

/// The inputs that are kept for a target.
///
/// # Errors
///
/// When the file is not there, or a line is no hexadecimal.
pub fn corpus(target: &Target) -> anyhow::Result<Vec<Vec<u8>>> {
    let path =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/{}.txt", target.name));
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(unhex).collect()
}

fn unhex(line: &str) -> anyhow::Result<Vec<u8>> {
    let pair = |index| {
        let digits = line.get(index..index + 2).context("half a byte")?;
        u8::from_str_radix(digits, 16).with_context(|| line.to_owned())
    };
    (0..line.len()).step_by(2).map(pair).collect()
}

/// A line for the corpus.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
