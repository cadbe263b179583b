//! The errors of an attempt's process.

use std::{io, process::ExitStatus};

use crate::error::FailureCause;
use flyte_core::error::BoxError;

/// Why an attempt in its own process ended otherwise than through the task's code.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IsolationError {
    /// The process could not be started, or its files could not be written.
    #[error("the process of the attempt could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// A signal ended it, for example after a segmentation fault, or because another process killed it.
    #[error("the process of the attempt was ended by signal {signal}{}", name_of(*.signal))]
    Signal {
        /// The number of the signal.
        signal: i32,
    },
    /// It used more memory than its limit and was killed.
    #[error(
        "the process of the attempt had {used} bytes of memory, more than the {limit} that the task asks for, and was killed; raise \
         `limits(mem = ..)`, or `requests(mem = ..)` when there is no limit"
    )]
    Memory {
        /// The memory that it used, in bytes.
        used: u64,
        /// Its limit: the option `limits(mem = ..)`, otherwise `requests(mem = ..)`.
        limit: u64,
    },
    /// It ended without a result.
    #[error(
        "the process of the attempt ended with {status} and has left neither outputs nor an error; a program whose tasks are isolated \
         returns `flyte_runtime::main()` from its `main`"
    )]
    Nothing {
        /// Its exit status.
        status: ExitStatus,
    },
    /// Its result cannot be read.
    #[error("the results of the attempt's process cannot be read: {0}")]
    Unreadable(#[source] BoxError),
}

/// The name of a signal, in brackets, to follow its number.
pub fn name_of(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL: an illegal instruction)",
        6 => " (SIGABRT: it aborted, for example after a stack overflow or a panic that aborts)",
        7 => " (SIGBUS: an access to memory that does not exist)",
        8 => " (SIGFPE: an error in arithmetic)",
        9 => " (SIGKILL: it was killed, often by the system's out-of-memory killer)",
        11 => " (SIGSEGV: a segmentation fault)",
        15 => " (SIGTERM: it was told to end)",
        _ => "",
    }
}

impl From<IsolationError> for FailureCause {
    fn from(error: IsolationError) -> Self {
        Self::error(error)
    }
}
