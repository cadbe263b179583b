//! Standard output for the results alone.

use std::{
    fs::File,
    io::{self, Write as _},
};

/// From now on what is printed in this process goes to standard error, and what comes back is standard output, for
/// the results: a task that prints, here or in a process that it starts, does not write into them. Nobody can tell
/// its prints from ours later, so it stays like this until the process ends.
#[cfg(unix)]
pub(super) fn take_stdout() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    io::stdout().flush()?;
    let results = io::stdout().as_fd().try_clone_to_owned()?;
    nix::unistd::dup2_stdout(io::stderr())?;
    Ok(results.into())
}

/// There is no way to do it here.
#[cfg(not(unix))]
pub(super) fn take_stdout() -> io::Result<File> {
    io::stdout().flush()?;
    Err(io::ErrorKind::Unsupported.into())
}
