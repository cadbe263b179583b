//! Files and directories that only this user can access, and safe ways to open them.
//!
//! Inputs and outputs of runs are private, and a lock file that other users cannot open is one that they cannot hold.
//! Files are opened so that a pipe in place of a file does not block and a link is not followed.

use std::{
    ffi::OsStr,
    fmt,
    fs::{self, File, FileType, Metadata, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

pub use crate::system::{is_open, openness};
use crate::{random::random_hex, system};

/// The prefix of a file or directory that is being written.
const PARTIAL: &str = ".flyte-partial-";

/// The age after which a file that is being written counts as abandoned.
const LEFT: Duration = Duration::from_secs(3600);

/// Whether a name is that of a file or directory that is being written, perhaps by a process that has ended.
pub fn is_partial(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(PARTIAL.as_bytes())
}

/// A name in `dir` for something that is being written.
pub fn partial_in(dir: &Path) -> PathBuf {
    dir.join(format!("{PARTIAL}{}", random_hex()))
}

/// The path is not that of a file.
#[derive(Debug)]
struct NotAFile(&'static str);

impl fmt::Display for NotAFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is {}, and not a file", self.0)
    }
}

impl std::error::Error for NotAFile {}

fn not_a_file(kind: FileType) -> io::Error {
    let what = match system::special(kind) {
        Some(special) => special,
        None if kind.is_symlink() => "a link",
        None if kind.is_dir() => "a directory",
        None => "something else",
    };
    io::Error::new(io::ErrorKind::InvalidData, NotAFile(what))
}

/// Whether an error says that the path is not that of a file.
pub fn is_not_a_file(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<NotAFile>())
}

/// Makes a file private that an earlier release has left readable for other users.
pub fn close(file: &File, metadata: &Metadata) {
    system::close_file(file, metadata);
}

fn open_with(options: &OpenOptions, path: &Path) -> io::Result<File> {
    match options.open(path) {
        Ok(file) => match file.metadata()?.file_type() {
            kind if kind.is_file() => Ok(file),
            kind => Err(not_a_file(kind)),
        },
        // Opening a link, a socket or a pipe without a reader fails.
        Err(error) => match fs::symlink_metadata(path) {
            Ok(there) if !there.is_file() && !there.is_dir() => Err(not_a_file(there.file_type())),
            _ => Err(error),
        },
    }
}

/// Opens a file for reading.
pub fn open(path: &Path) -> io::Result<File> {
    open_with(system::private_options(false).read(true), path)
}

/// Opens a file for reading, and follows a link to it.
pub fn open_followed(path: &Path) -> io::Result<File> {
    open_with(system::private_options(true).read(true), path)
}

/// Reads a file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file for reading and appending.
pub fn open_to_add(path: &Path) -> io::Result<File> {
    open_with(system::private_options(false).read(true).append(true), path)
}

/// Creates a new file for appending.
pub fn create(path: &Path) -> io::Result<File> {
    system::private_options(false)
        .read(true)
        .append(true)
        .create_new(true)
        .open(path)
}

/// Opens a lock file or a mark, and creates it if it does not exist.
pub fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = system::private_options(false);
    let file = open_with(
        options.read(true).write(true).create(true).truncate(false),
        path,
    )?;
    close(&file, &file.metadata()?);
    Ok(file)
}

/// Writes a file so that concurrent readers see either the old or the new one. If writing fails, nothing is left.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let aside = partial_in(path.parent().unwrap_or(Path::new("")));
    let mut file = create(&aside)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        let _ = fs::remove_file(&aside);
    }
    written
}

/// Removes files from a directory that processes left when they were killed in [`replace`].
pub fn remove_left(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if is_partial(&entry.file_name()) && entry.metadata().is_ok_and(|left| is_left(&left)) {
            // Only files are written there; a directory stays.
            let _removed = fs::remove_file(entry.path());
        }
    }
}

/// Whether a file that is being written is abandoned.
pub fn is_left(metadata: &Metadata) -> bool {
    let changed = metadata.modified();
    changed.is_ok_and(|changed| {
        let age = SystemTime::now().duration_since(changed);
        age.is_ok_and(|age| age > LEFT)
    })
}

/// Creates a private directory and its missing parents. Existing directories do not change.
pub fn make(path: &Path) -> io::Result<()> {
    system::private_builder().recursive(true).create(path)
}

/// Creates a new private directory.
pub fn make_new(path: &Path) -> io::Result<()> {
    system::private_builder().create(path)
}

/// Creates a directory whose name belongs to this library. An existing one is made private, because an earlier release
/// left it accessible to other users; the text says why they may still have access.
///
/// A link stays, and what it leads to: a user has put it there on purpose.
///
/// # Errors
///
/// When it cannot be made, or belongs to another user, who could look into it and change what is there.
pub fn make_own(path: &Path) -> io::Result<Option<String>> {
    match fs::symlink_metadata(path) {
        Ok(there) if there.is_dir() => system::close_directory(path, &there),
        _ => make(path).map(|()| None),
    }
}

/// What is at the path of a directory whose files are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// Nothing.
    Absent,
    /// A directory that only this user can change.
    Own,
    /// Something else; the text says what, after the path.
    Foreign(&'static str),
}

/// What is at the path of a directory whose files are run. A link is not followed: another user may have put it there.
///
/// # Errors
///
/// When it cannot be looked at.
pub fn ownership(path: &Path) -> io::Result<Ownership> {
    let there = match fs::symlink_metadata(path) {
        Ok(there) => there,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ownership::Absent),
        Err(error) => return Err(error),
    };
    let problem = match there.is_dir() {
        true => system::foreignness(&there),
        false => Some("is not a directory"),
    };
    Ok(problem.map_or(Ownership::Own, Ownership::Foreign))
}
