//! Owners and permissions of files, standard streams, signals and process groups.

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
    process::{Command, ExitStatus, Stdio},
};

use nix::{
    libc::{O_NOFOLLOW, O_NONBLOCK},
    sys::{
        signal::{self, Signal},
        termios::{FlushArg, tcflush},
    },
    unistd::{Pid, dup2_stdout, getegid, geteuid},
};

/// Names the kind of a file that is neither a regular file nor a directory nor a link.
pub fn special(kind: FileType) -> Option<&'static str> {
    match () {
        () if kind.is_fifo() => Some("a pipe"),
        () if kind.is_socket() => Some("a socket"),
        () if kind.is_block_device() || kind.is_char_device() => Some("a device"),
        () => None,
    }
}

/// Whether it is a named pipe.
pub fn is_pipe(metadata: &Metadata) -> bool {
    metadata.file_type().is_fifo()
}

/// Options that never block, do not follow a link unless `follow` is set, and create private files.
pub fn private_options(follow: bool) -> OpenOptions {
    let links = if follow { 0 } else { O_NOFOLLOW };
    let mut options = OpenOptions::new();
    options.mode(0o600).custom_flags(O_NONBLOCK | links);
    options
}

/// A builder of private directories.
pub fn private_builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Whether other users can read or change a file or a directory.
pub fn is_open(metadata: &Metadata) -> bool {
    metadata.mode() & 0o077 != 0
}

/// Why another user can change what is in a directory.
pub fn foreignness(metadata: &Metadata) -> Option<&'static str> {
    match metadata.mode() & 0o022 {
        _ if metadata.uid() != geteuid().as_raw() => Some("belongs to another user"),
        0 => None,
        _ => Some("can be changed by other users"),
    }
}

/// Makes a file private.
pub fn close_file(file: &File, metadata: &Metadata) {
    if is_open(metadata) {
        // A file of another user stays as it is; it was not created here.
        let _done = file.set_permissions(Permissions::from_mode(0o600));
    }
}

/// Makes a directory private; the text says why other users may still have access.
///
/// # Errors
///
/// When it belongs to another user, who could read and change its contents.
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

/// Why other users could replace files in a directory that the user has chosen. The directory is not changed.
///
/// A group whose only member is this user, as on many systems, does not count as another user.
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

/// Makes a directory writable for its owner, and returns the permissions to restore at the end.
///
/// # Errors
///
/// When it cannot be read or changed.
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

/// Whether an open file still has this name.
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
/// None here; on other systems the value must be text.
pub fn os_str(bytes: &[u8]) -> io::Result<&OsStr> {
    Ok(OsStr::from_bytes(bytes))
}

/// The bytes of a value from the environment.
pub fn bytes_of(value: OsString) -> Vec<u8> {
    value.into_vec()
}

/// Redirects this process's standard output to standard error, and returns the original standard output for the
/// results. So the output of tasks, here or in child processes, does not mix with the results. It cannot be separated
/// later, so the redirection lasts until the process ends.
///
/// # Errors
///
/// When the system reports an error.
pub fn take_stdout() -> io::Result<File> {
    io::stdout().flush()?;
    let results = io::stdout().as_fd().try_clone_to_owned()?;
    dup2_stdout(io::stderr())?;
    Ok(results.into())
}

/// Discards input that was typed on the terminal but not entered.
pub fn drop_what_is_typed() {
    // Standard input may no longer be a terminal.
    let _kept = tcflush(io::stdin(), FlushArg::TCIFLUSH);
}

/// The columns and rows of the terminal that standard error is, if it is one.
///
/// The command `stty` is asked: the system's call for it is not safe code, which this workspace forbids.
pub fn terminal_size() -> Option<(usize, usize)> {
    let terminal = io::stderr().as_fd().try_clone_to_owned().ok()?;
    let asked = Command::new("stty")
        .arg("size")
        .stdin(terminal)
        .stderr(Stdio::null())
        .output();
    let answer = String::from_utf8(asked.ok()?.stdout).ok()?;
    let (rows, columns) = answer.trim().split_once(' ')?;
    let size = (columns.parse().ok()?, rows.parse().ok()?);
    // A terminal that does not know its size says zero.
    (size.0 > 0 && size.1 > 0).then_some(size)
}

/// Replaces this process by a command, so that signals reach the command and its exit code is that of the process.
/// Returns only with an error.
pub fn become_command(command: &mut Command) -> io::Error {
    command.exec()
}

/// The signal that ended a process.
pub fn signal_of(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Adds a child process to a group, or makes it the leader of a new one if `group` is 0.
pub fn join_group(command: &mut Command, group: u32) {
    command.process_group(group.try_into().unwrap_or(0));
}

/// A process id in the system's type.
pub fn pid(number: u32) -> Option<Pid> {
    Some(Pid::from_raw(number.try_into().ok()?))
}

/// Kills a process group. It is not an error if the group has already ended.
pub fn kill_group(group: u32) {
    if let Some(group) = pid(group) {
        let _gone = signal::killpg(group, Signal::SIGKILL);
    }
}

/// Kills a process. It is not an error if the process has already ended.
pub fn kill(process: u32) {
    if let Some(process) = pid(process) {
        let _gone = signal::kill(process, Signal::SIGKILL);
    }
}

/// Asks a process to end. It is not an error if the process has already ended.
pub fn terminate(process: u32) {
    if let Some(process) = pid(process) {
        let _gone = signal::kill(process, Signal::SIGTERM);
    }
}
