//! One process at a time renews a token.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::store::make_directory;
use flyte_config::private;

/// How often a lock is tried that another process has.
const PAUSE: Duration = Duration::from_millis(50);

/// A lock that is given back when it is dropped, or when the process ends.
#[derive(Debug)]
pub(super) struct ProcessLock {
    _file: Option<File>,
}

impl ProcessLock {
    /// The lock of a token that no other process knows.
    pub(super) fn none() -> Self {
        Self { _file: None }
    }
}

/// Why there is no lock: another process has had it for all the time.
#[derive(Debug)]
pub(super) struct Busy;

/// Takes the lock of a name in a directory. Where files cannot be locked, there is none to wait for.
pub(super) async fn lock(
    directory: Option<&Path>,
    name: &str,
    patience: Duration,
) -> Result<ProcessLock, Busy> {
    let Some(directory) = directory else {
        return Ok(ProcessLock::none());
    };
    let without = |error: io::Error| {
        tracing::warn!("other processes may sign in at the same time: {error}");
        Ok(ProcessLock::none())
    };
    let path = directory.join(format!("{name}.lock"));
    let file = match make_directory(directory).and_then(|()| private::open_lock(&path)) {
        Ok(file) => file,
        Err(error) => return without(error),
    };
    let end = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(ProcessLock { _file: Some(file) }),
            Err(TryLockError::WouldBlock) if Instant::now() < end => sleep(PAUSE).await,
            Err(TryLockError::WouldBlock) => return Err(Busy),
            Err(TryLockError::Error(error)) => return without(error),
        }
    }
}
