//! The functions of `unix` for other systems: they do nothing or return an error that names what is missing.

use std::{
    ffi::{OsStr, OsString},
    fs::{DirBuilder, File, FileType, Metadata, OpenOptions, Permissions},
    io::{self, Write as _},
    path::Path,
    process::{self, Command, ExitStatus},
};

/// Special files are not distinguished.
pub fn special(_: FileType) -> Option<&'static str> {
    None
}

/// Named pipes do not exist as files.
pub fn is_pipe(_: &Metadata) -> bool {
    false
}

/// Files do not have modes.
pub fn private_options(_follow: bool) -> OpenOptions {
    OpenOptions::new()
}

/// Directories do not have modes.
pub fn private_builder() -> DirBuilder {
    DirBuilder::new()
}

/// A user's directories are private.
pub fn is_open(_: &Metadata) -> bool {
    false
}

/// A user's directories are private.
pub fn foreignness(_: &Metadata) -> Option<&'static str> {
    None
}

/// There are no permissions to remove.
pub fn close_file(_: &File, _: &Metadata) {}

/// There are no permissions to remove.
///
/// # Errors
///
/// None.
pub fn close_directory(_: &Path, _: &Metadata) -> io::Result<Option<String>> {
    Ok(None)
}

/// Directories do not have modes.
pub fn openness(_: &Path) -> Option<String> {
    None
}

/// Archives for such a system do not contain modes.
///
/// # Errors
///
/// None.
pub fn open_for_owner(_: &Path) -> io::Result<Option<Permissions>> {
    Ok(None)
}

/// An open file cannot be removed, so this is not needed.
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

/// The system's values are not bytes; text is returned as UTF-8.
pub fn bytes_of(value: OsString) -> Vec<u8> {
    value.into_encoded_bytes()
}

/// Results cannot be separated from the output of tasks.
///
/// # Errors
///
/// Always.
pub fn take_stdout() -> io::Result<File> {
    io::stdout().flush()?;
    Err(unsupported("standard output for results alone"))
}

/// Typed input is kept.
pub fn drop_what_is_typed() {}

/// The size of a terminal is not known.
pub fn terminal_size() -> Option<(usize, usize)> {
    None
}

/// Waits for the command and exits with its exit code. Returns only with an error.
pub fn become_command(command: &mut Command) -> io::Error {
    match command.status() {
        Ok(status) => process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Processes are not ended by signals.
pub fn signal_of(_: ExitStatus) -> Option<i32> {
    None
}

/// Process groups do not exist; the `Child` that has started a process kills it alone.
pub fn join_group(_: &mut Command, _group: u32) {}

/// Process groups do not exist.
pub fn kill_group(_group: u32) {}

/// The `Child` that has started a process kills it.
pub fn kill(_process: u32) {}

/// An error for an operation that only Unix supports.
pub fn unsupported(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::Unsupported,
        format!("{what} needs Unix; run the program there, or in a container"),
    )
}
