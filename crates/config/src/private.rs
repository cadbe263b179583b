//! Files and directories of this user alone, and files that are what they are taken for.
//!
//! What runs are given and give is nobody else's business, and a lock that nobody else can open is one that nobody else
//! can hold. What is opened here is a file: a pipe in its place is not waited for, and a link is not followed.

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

/// What the name of a file or directory begins with while it is being written.
const PARTIAL: &str = ".flyte-partial-";

/// After which time a file that is being written is one that nobody writes any more.
const LEFT: Duration = Duration::from_secs(3600);

/// Whether a name is that of something that was being written, perhaps by a process that is gone.
pub fn is_partial(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(PARTIAL.as_bytes())
}

/// A name for something in `dir` that is being written.
pub fn partial_in(dir: &Path) -> PathBuf {
    dir.join(format!("{PARTIAL}{}", random_hex()))
}

/// Something else is in the place of a file.
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

/// Whether an error says that something else is in the place of a file.
pub fn is_not_a_file(error: &io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<NotAFile>())
}

/// Takes a file away from others that an earlier release has left open to them.
pub fn close(file: &File, metadata: &Metadata) {
    system::close_file(file, metadata);
}

fn open_with(options: &OpenOptions, path: &Path) -> io::Result<File> {
    match options.open(path) {
        Ok(file) => match file.metadata()?.file_type() {
            kind if kind.is_file() => Ok(file),
            kind => Err(not_a_file(kind)),
        },
        // A link, a socket or a pipe that nobody reads cannot be opened.
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

/// Opens a file for reading to which a link may lead.
pub fn open_followed(path: &Path) -> io::Result<File> {
    open_with(system::private_options(true).read(true), path)
}

/// What is in a file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file for reading and for adding to it.
pub fn open_to_add(path: &Path) -> io::Result<File> {
    open_with(system::private_options(false).read(true).append(true), path)
}

/// Makes a file, which must not be there, for adding to it.
pub fn create(path: &Path) -> io::Result<File> {
    system::private_options(false)
        .read(true)
        .append(true)
        .create_new(true)
        .open(path)
}

/// Opens a file that is held, or that is a mark, and makes it if it is not there.
pub fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = system::private_options(false);
    let file = open_with(
        options.read(true).write(true).create(true).truncate(false),
        path,
    )?;
    close(&file, &file.metadata()?);
    Ok(file)
}

/// Writes a file so that who reads it meanwhile sees the old one or the new. One that cannot be written leaves nothing.
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

/// Removes from a directory what processes have left that were killed in [`replace`].
pub fn remove_left(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if is_partial(&entry.file_name()) && entry.metadata().is_ok_and(|left| is_left(&left)) {
            // A directory is not made there, and stays.
            let _removed = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody works any more on something that is being made.
pub fn is_left(metadata: &Metadata) -> bool {
    let changed = metadata.modified();
    changed.is_ok_and(|changed| {
        let age = SystemTime::now().duration_since(changed);
        age.is_ok_and(|age| age > LEFT)
    })
}

/// Makes a directory for this user, and those above it that are not there. What is there stays as it is.
pub fn make(path: &Path) -> io::Result<()> {
    system::private_builder().recursive(true).create(path)
}

/// Makes a directory for this user, which must not be there.
pub fn make_new(path: &Path) -> io::Result<()> {
    system::private_builder().create(path)
}

/// Makes a directory whose name is this library's own. One that is there is taken away from others, as an earlier
/// release has left it open to them; the text says why they may still look into it.
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
