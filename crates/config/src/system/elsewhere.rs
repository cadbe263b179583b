//! The functions of `unix` on a system that does without them, or refuses by name what it cannot do.

use std::{
    ffi::{OsStr, OsString},
    fs::{DirBuilder, File, FileType, Metadata, OpenOptions, Permissions},
    io::{self, Write as _},
    path::Path,
    process::{self, Command, ExitStatus},
};

/// Nothing of that kind is known.
pub fn special(_: FileType) -> Option<&'static str> {
    None
}

/// Pipes have no names among files.
pub fn is_pipe(_: &Metadata) -> bool {
    false
}

/// Files have no modes.
pub fn private_options(_follow: bool) -> OpenOptions {
    OpenOptions::new()
}

/// Directories have no modes.
pub fn private_builder() -> DirBuilder {
    DirBuilder::new()
}

/// What is in a user's directories is the user's.
pub fn is_open(_: &Metadata) -> bool {
    false
}

/// There is nothing to take away.
pub fn close_file(_: &File, _: &Metadata) {}

/// There is nothing to take away.
///
/// # Errors
///
/// None.
pub fn close_directory(_: &Path, _: &Metadata) -> io::Result<Option<String>> {
    Ok(None)
}

/// Directories have no modes.
pub fn openness(_: &Path) -> Option<String> {
    None
}

/// Archives for such a system have nothing of this kind.
///
/// # Errors
///
/// None.
pub fn open_for_owner(_: &Path) -> io::Result<Option<Permissions>> {
    Ok(None)
}

/// A file that is open cannot be removed.
pub fn is_same(_: &File, _: &Path) -> bool {
    true
}

/// A value for the environment of a process.
///
/// # Errors
///
/// When it is not text.
pub fn os_str(bytes: &[u8]) -> io::Result<&OsStr> {
    let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(text.as_ref())
}

/// What the system has is not bytes; text comes as UTF-8.
pub fn bytes_of(value: OsString) -> Vec<u8> {
    value.into_encoded_bytes()
}

/// Results and what tasks print cannot be told apart.
///
/// # Errors
///
/// Always.
pub fn take_stdout() -> io::Result<File> {
    io::stdout().flush()?;
    Err(unsupported("standard output for results alone"))
}

/// What was typed stays.
pub fn drop_what_is_typed() {}

/// Waits for the command and ends with its exit code. Comes back only with an error.
pub fn become_command(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Signals do not end processes.
pub fn signal_of(_: ExitStatus) -> Option<i32> {
    None
}

/// There are no groups; a process is killed alone, by the `Child` that has started it.
pub fn join_group(_: &mut Command, _group: u32) {}

/// There are no groups.
pub fn kill_group(_group: u32) {}

/// A process is killed by the `Child` that has started it.
pub fn kill(_process: u32) {}

/// What only Unix can do, as an error that names it.
pub fn unsupported(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        format!("{what} needs Unix; run the program there, or in a container"),
    )
}
