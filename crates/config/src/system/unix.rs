//! Owners and permissions of files, standard streams, signals and groups of processes.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, DirBuilder, File, FileType, Metadata, OpenOptions, Permissions},
    io::{self, Write as _},
    os::{
        fd::AsFd as _,
        unix::{
            ffi::{OsStrExt as _, OsStringExt as _},
            fs::{
                DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _,
                PermissionsExt as _,
            },
            process::{CommandExt as _, ExitStatusExt as _},
        },
    },
    path::Path,
    process::{Command, ExitStatus},
};

use nix::{
    libc::{O_NOFOLLOW, O_NONBLOCK},
    sys::{
        signal::{self, Signal},
        termios::{FlushArg, tcflush},
    },
    unistd::{Pid, dup2_stdout, getegid, geteuid},
};

/// What is neither a file nor a directory nor a link.
pub fn special(kind: FileType) -> Option<&'static str> {
    match () {
        () if kind.is_fifo() => Some("a pipe"),
        () if kind.is_socket() => Some("a socket"),
        () if kind.is_block_device() || kind.is_char_device() => Some("a device"),
        () => None,
    }
}

/// Whether it is a pipe with a name.
pub fn is_pipe(metadata: &Metadata) -> bool {
    metadata.file_type().is_fifo()
}

/// Opens nothing that waits, nor a link unless it is to be followed, and makes files for this user.
pub fn private_options(follow: bool) -> OpenOptions {
    let links = if follow { 0 } else { O_NOFOLLOW };
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags(O_NONBLOCK | links);
    options
}

/// Makes directories for this user.
pub fn private_builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Whether others may look into a file or a directory, or change it.
pub fn is_open(metadata: &Metadata) -> bool {
    metadata.mode() & 0o077 != 0
}

/// Takes a file away from others.
pub fn close_file(file: &File, metadata: &Metadata) {
    if is_open(metadata) {
        // One of another user stays as it is, and was not made here.
        let _done = file.set_permissions(Permissions::from_mode(0o600));
    }
}

/// Takes a directory away from others; the text says why they may still look into it.
///
/// # Errors
///
/// When it belongs to another user, who could look into it and change what is there.
pub fn close_directory(path: &Path, metadata: &Metadata) -> io::Result<Option<String>> {
    const ROOT: u32 = 0;
    let (user, owner) = (geteuid().as_raw(), metadata.uid());
    if owner != user && owner != ROOT && user != ROOT {
        let text = format!("{} belongs to another user", path.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
    }
    if !is_open(metadata) {
        return Ok(None);
    }
    let closed = fs::set_permissions(path, Permissions::from_mode(0o700));
    let why = match closed.and_then(|()| fs::symlink_metadata(path)) {
        Ok(now) if !is_open(&now) => return Ok(None),
        Ok(_) => "its file system has no permissions".to_owned(),
        Err(error) => error.to_string(),
    };
    let path = path.display();
    Ok(Some(format!(
        "others may look into {path}, and it cannot be kept from them: {why}"
    )))
}

/// Why others could put something of theirs in the place of what is made in a directory that the user has named,
/// which stays as it is.
///
/// A group that only this user is in, as many systems give one to each, is nobody else.
pub fn openness(path: &Path) -> Option<String> {
    const STICKY: u32 = 0o1000;
    let metadata = fs::metadata(path).ok()?;
    let (mode, is_own_group) = (metadata.mode(), metadata.gid() == getegid().as_raw());
    let others = if is_own_group { 0o002 } else { 0o022 };
    (mode & others != 0 && mode & STICKY == 0).then(|| {
        let path = path.display();
        format!("others may replace what is in {path}; `chmod go-w {path}` keeps them from it")
    })
}

/// Lets files be put into a directory that does not let its owner do so, and returns what it has to be set to in the
/// end.
///
/// # Errors
///
/// When it cannot be looked at or changed.
pub fn open_for_owner(directory: &Path) -> io::Result<Option<Permissions>> {
    const ALL: u32 = 0o700;
    let permissions = fs::metadata(directory)?.permissions();
    let mode = permissions.mode();
    if mode & ALL == ALL {
        return Ok(None);
    }
    fs::set_permissions(directory, Permissions::from_mode(mode | ALL))?;
    Ok(Some(permissions))
}

/// Whether a file that is open is still the one of this name.
pub fn is_same(file: &File, path: &Path) -> bool {
    let id = |metadata: Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata().map(id), fs::metadata(path).map(id)) {
        (Ok(opened), Ok(named)) => opened == named,
        _ => false,
    }
}

/// A value for the environment of a process.
///
/// # Errors
///
/// None here; elsewhere it has to be text.
pub fn os_str(bytes: &[u8]) -> io::Result<&OsStr> {
    Ok(OsStr::from_bytes(bytes))
}

/// The bytes of a value of the environment.
pub fn bytes_of(value: OsString) -> Vec<u8> {
    value.into_vec()
}

/// From now on what is printed in this process goes to standard error, and what comes back is standard output, for
/// the results: a task that prints, here or in a process that it starts, does not write into them. Nobody can tell
/// its prints from ours later, so it stays like this until the process ends.
///
/// # Errors
///
/// When the system refuses it.
pub fn take_stdout() -> io::Result<File> {
    io::stdout().flush()?;
    let results = io::stdout().as_fd().try_clone_to_owned()?;
    dup2_stdout(io::stderr())?;
    Ok(results.into())
}

/// Forgets what was typed on the terminal and not entered.
pub fn drop_what_is_typed() {
    // It may have become something else than a terminal.
    let _kept = tcflush(io::stdin(), FlushArg::TCIFLUSH);
}

/// A command takes this process over, so that signals reach it and its exit code is the process's. Comes back only
/// with an error.
pub fn become_command(command: &mut Command) -> io::Error {
    command.exec()
}

/// The signal that has ended a process.
pub fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Has what is started be of a group, or lead a new one, which is group 0.
pub fn join_group(command: &mut Command, group: u32) {
    command.process_group(group.try_into().unwrap_or(0));
}

/// The number of a process as the system wants it.
pub fn pid(number: u32) -> Option<Pid> {
    Some(Pid::from_raw(number.try_into().ok()?))
}

/// Kills a group of processes. That it is gone already is not an error.
pub fn kill_group(group: u32) {
    if let Some(group) = pid(group) {
        let _gone = signal::killpg(group, Signal::SIGKILL);
    }
}

/// Kills a process. That it is gone already is not an error.
pub fn kill(process: u32) {
    if let Some(process) = pid(process) {
        let _gone = signal::kill(process, Signal::SIGKILL);
    }
}

/// Asks a process to end. That it is gone already is not an error.
pub fn terminate(process: u32) {
    if let Some(process) = pid(process) {
        let _gone = signal::kill(process, Signal::SIGTERM);
    }
}
