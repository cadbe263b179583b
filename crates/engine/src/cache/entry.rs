//! The file of one result.
//!
//! The first line has the format and the checksum of the rest: a line of JSON that identifies the result, and the bytes
//! of the outputs.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead as _, BufReader, Read},
    path::Path,
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::key::CacheKey;
use flyte_config::private;
use flyte_core::{
    hexadecimal::hexadecimal,
    types::{
        Literal,
        wire::{decode_map, encode_map},
    },
};

/// The start of each file. A release with another format does not find these results.
const FORMAT: &str = "flyte-cache 1 ";

/// The number of digits of the checksum.
const SUM: usize = 32;

/// The start of the files of every format.
const NAME: &str = "flyte-cache ";

/// What a result's file records besides the outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) task: String,
    pub(super) version: String,
    #[serde(default)]
    pub(super) salt: String,
    pub(super) interface: String,
    pub(super) inputs: Vec<(String, String)>,
    /// Seconds since 1970.
    pub(super) stored: u64,
    /// The files that the outputs refer to, relative to the directory of the result.
    #[serde(default)]
    pub(super) files: Vec<StoredFile>,
    /// The directory of the cache, if there are files: the outputs refer to them by absolute paths.
    #[serde(default)]
    root: String,
}

/// A file that a result refers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct StoredFile {
    path: String,
    sha256: String,
}

impl Head {
    pub(super) fn new(key: &CacheKey, files: Vec<StoredFile>, root: &Path) -> Self {
        let stored = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            task: key.task.clone(),
            version: key.version.clone(),
            salt: key.salt.clone(),
            interface: key.interface.clone(),
            inputs: key.inputs.clone(),
            stored: stored.unwrap_or_default().as_secs(),
            root: match files.is_empty() {
                true => String::new(),
                false => root.display().to_string(),
            },
            files,
        }
    }

    /// Whether this is the result of this call. The file name says so too, but a user may have renamed the file.
    pub(super) fn is_of(&self, key: &CacheKey) -> bool {
        self.task == key.task
            && self.version == key.version
            && self.salt == key.salt
            && self.interface == key.interface
            && self.inputs == key.inputs
    }

    /// The directories that hold the files, each below the result's own.
    pub(super) fn directories(&self) -> impl Iterator<Item = &Path> {
        let paths = self.files.iter().map(|file| Path::new(&file.path));
        paths.filter_map(|path| path.iter().next().map(Path::new))
    }

    /// Whether all files that the outputs refer to are in this directory: a cache may have been moved.
    pub(super) fn is_in(&self, root: &Path) -> bool {
        self.files.is_empty() || Path::new(&self.root) == root
    }

    pub(super) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Whether all files exist and are unchanged.
    pub(super) fn files_are_there(&self, directory: &Path) -> bool {
        let is_there = |file: &StoredFile| {
            hash_of(&directory.join(&file.path)).is_ok_and(|hash| hash == file.sha256)
        };
        self.files.iter().all(is_there)
    }
}

/// The bytes of the result's file.
pub(super) fn write<'a>(
    head: &Head,
    outputs: impl IntoIterator<Item = (&'a str, &'a Literal)>,
) -> io::Result<Vec<u8>> {
    // Large enough for most results.
    let mut bytes = Vec::with_capacity(1024);
    bytes.extend_from_slice(FORMAT.as_bytes());
    let sum = bytes.len()..bytes.len() + SUM;
    bytes.resize(sum.end, b'0');
    bytes.push(b'\n');
    let body = bytes.len();
    serde_json::to_writer(&mut bytes, head)?;
    bytes.push(b'\n');
    bytes.extend_from_slice(&encode_map(outputs));
    let checksum = checksum(&bytes[body..]);
    bytes[sum].copy_from_slice(checksum.as_bytes());
    Ok(bytes)
}

/// Why a result's file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// Another release wrote it.
    OtherFormat,
    /// It is incomplete or changed.
    Damaged,
}

/// Parses a result's file.
pub(super) fn read(bytes: &[u8]) -> Result<(Head, &[u8]), Unread> {
    let is_other = bytes.starts_with(NAME.as_bytes()) && !bytes.starts_with(FORMAT.as_bytes());
    let line = bytes.split(|&byte| byte == b'\n').next();
    let words = line.map(|line| line.split(|&byte| byte == b' ').nth(1));
    let number = words.flatten().filter(|number| !number.is_empty());
    if is_other && number.is_some_and(|number| number.iter().all(u8::is_ascii_digit)) {
        return Err(Unread::OtherFormat);
    }
    read_own(bytes).ok_or(Unread::Damaged)
}

fn read_own(bytes: &[u8]) -> Option<(Head, &[u8])> {
    let rest = bytes.strip_prefix(FORMAT.as_bytes())?;
    let end = rest.iter().position(|&byte| byte == b'\n')?;
    let (sum, body) = (&rest[..end], &rest[end + 1..]);
    if checksum(body).as_bytes() != sum {
        return None;
    }
    let end = body.iter().position(|&byte| byte == b'\n')?;
    let head = serde_json::from_slice(&body[..end]).ok()?;
    Some((head, &body[end + 1..]))
}

/// The longest head that is read without what follows it.
const LONGEST_HEAD: u64 = 1 << 16;

/// What is said about a result, without its outputs and without the checksum that they are part of.
pub(super) fn read_head(file: impl Read) -> Option<Head> {
    let mut lines = BufReader::new(file.take(LONGEST_HEAD)).split(b'\n');
    let first = lines.next()?.ok()?;
    let head = lines.next()?.ok()?;
    let is_own = first.starts_with(FORMAT.as_bytes());
    is_own.then(|| serde_json::from_slice(&head).ok())?
}

/// The outputs in a result's file.
pub(super) fn outputs(bytes: &[u8]) -> Option<BTreeMap<String, Literal>> {
    decode_map(bytes).ok()
}

fn checksum(body: &[u8]) -> String {
    hexadecimal(&Sha256::digest(body)[..SUM / 2])
}

/// The files at or below `inner`, each with its contents, by their paths relative to `directory` if they are below it.
pub(super) fn files_in(directory: &Path, inner: &Path) -> io::Result<Vec<StoredFile>> {
    let mut files = Vec::new();
    let mut file = |path: &Path| {
        let relative = path.strip_prefix(directory).unwrap_or(path);
        let Some(relative) = relative.to_str() else {
            let text = format!("`{}` is not UTF-8", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        };
        files.push(StoredFile {
            path: relative.to_owned(),
            sha256: hash_of(path)?,
        });
        Ok(())
    };
    if inner.is_file() {
        file(inner)?;
        return Ok(files);
    }
    let mut directories = vec![inner.to_owned()];
    while let Some(inner) = directories.pop() {
        let entries = match fs::read_dir(&inner) {
            // Most results have no files, and then there is no directory.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            match path.is_dir() {
                true => directories.push(path),
                false => file(&path)?,
            }
        }
    }
    Ok(files)
}

fn hash_of(path: &Path) -> io::Result<String> {
    // A file with an address of its own may be behind a link.
    let mut file = private::open_followed(path)?;
    let (mut sha, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&sha.finalize())),
            read => sha.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file changed by a crash, a disk or another program is never taken for a result.
    #[test]
    fn nothing_but_the_whole_file_is_read() {
        let head = Head {
            task: "m.task".to_owned(),
            version: "1".to_owned(),
            salt: String::new(),
            interface: "0a".to_owned(),
            inputs: vec![("x".to_owned(), "0b".to_owned())],
            stored: 1,
            files: Vec::new(),
            root: String::new(),
        };
        let output = Literal::string("some text");
        let bytes = write(&head, [("o0", &output)]).expect("it has a JSON form");
        let (read_head, rest) = read(&bytes).expect("it is whole");
        assert_eq!(read_head, head);
        assert_eq!(
            outputs(rest),
            Some(BTreeMap::from([("o0".to_owned(), output)]))
        );
        for end in 0..bytes.len() {
            assert!(read(&bytes[..end]).is_err(), "{end} bytes");
        }
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&flipped).is_err(), "bit {bit}");
        }
        let more = [bytes.as_slice(), b"x"].concat();
        assert!(read(&more).is_err());
        assert_eq!(
            read(b"flyte-cache 2 a\nb").expect_err("it is of another release"),
            Unread::OtherFormat
        );
    }
}
