//! Texts from files and from standard input.

use std::{
    fs::{self, File},
    io::{self, Read},
};

use flyte_config::system::is_pipe;

/// The maximum number of bytes to read; a value needs several times as much memory.
const LIMIT: u64 = 1 << 30;
/// Some editors write it at the start of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The meaning of a word of the command line: `@FILE` for the contents of a file, without the line break that most
/// programs write at the end, and `@@text` for a text that begins with `@`.
///
/// # Errors
///
/// When the file cannot be read.
pub(super) fn of_word(word: &str) -> Result<String, String> {
    let Some(path) = word.strip_prefix('@') else {
        return Ok(word.to_owned());
    };
    if path.starts_with('@') {
        return Ok(path.to_owned());
    }
    let mut text = of_file(path).map_err(|error| {
        format!(
            "the file cannot be read: {error}; a text that begins with `@` is written `@{word}`"
        )
    })?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

/// Reads a file or a pipe, or standard input for `-`; drops a byte order mark.
///
/// # Errors
///
/// When it cannot be read, is endless, or is not text.
pub(super) fn of_source(name: &str) -> io::Result<String> {
    match name {
        "-" => read(io::stdin().lock(), LIMIT),
        name => of_file(name),
    }
}

fn of_file(path: &str) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() && !metadata.is_file() && !is_pipe(&metadata) {
        // Reading a device may never end.
        return Err(io::Error::other("it is neither a file nor a pipe"));
    }
    if metadata.is_file() && metadata.len() > LIMIT {
        return Err(too_large(LIMIT));
    }
    read(File::open(path)?, LIMIT)
}

fn read(source: impl Read, limit: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    source.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(limit));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        io::Error::other(format!("it is not UTF-8 after {place} bytes"))
    })?;
    if text.starts_with(BYTE_ORDER_MARK) {
        text.remove(0);
    }
    Ok(text)
}

fn too_large(limit: u64) -> io::Error {
    io::Error::other(format!("it has more than the {limit} bytes that are read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_ends_is_refused() {
        let error = read(io::repeat(0), 1000).expect_err("no end");
        assert_eq!(
            error.to_string(),
            "it has more than the 1000 bytes that are read"
        );
        let text = read("é".repeat(500).as_bytes(), 1000).expect("no more than that");
        assert_eq!(text.len(), 1000);
        assert!(read("é".repeat(501).as_bytes(), 1001).is_err());
    }
}
