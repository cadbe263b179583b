//! What can go wrong with the process of an attempt.

use std::{io, process::ExitStatus};

use crate::error::FailureCause;
use flyte_core::error::BoxError;

/// Why an attempt in a process of its own has not ended as the task's code ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IsolationError {
    /// The process could not be started, or what it needs not be written.
    #[error("the process of the attempt could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It was ended by a signal, as by a segmentation fault or by somebody who has killed it.
    #[error("the process of the attempt was ended by signal {signal}{}", name_of(*.signal))]
    Signal {
        /// The number of the signal.
        signal: i32,
    },
    /// It had more memory than it may have, and was killed.
    #[error(
        "the process of the attempt had {used} bytes of memory, more than the {limit} that the task asks for, and was killed; raise \
         `limits(mem = ..)`, or `requests(mem = ..)` when there is no limit"
    )]
    Memory {
        /// What it had, in bytes.
        used: u64,
        /// What it may have: the option `limits(mem = ..)`, else `requests(mem = ..)`.
        limit: u64,
    },
    /// It has ended without a word.
    #[error(
        "the process of the attempt ended with {status} and has left neither outputs nor an error; a program whose tasks are isolated \
         returns `flyte_runtime::main()` from its `main`"
    )]
    Nothing {
        /// How it ended.
        status: ExitStatus,
    },
    /// What it has left cannot be read.
    #[error("what the process of the attempt has left cannot be read: {0}")]
    Unreadable(#[source] BoxError),
}

/// What a signal means, in brackets behind its number.
pub fn name_of(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL: an instruction that there is not)",
        6 => " (SIGABRT: it has given up, as by a panic that aborts or a stack overflow)",
        7 => " (SIGBUS: an access to memory that is not there)",
        8 => " (SIGFPE: an error in arithmetic)",
        9 => " (SIGKILL: somebody has killed it, often the system's out-of-memory killer)",
        11 => " (SIGSEGV: a segmentation fault)",
        15 => " (SIGTERM: somebody has ended it)",
        _ => "",
    }
}

impl From<IsolationError> for FailureCause {
    fn from(error: IsolationError) -> Self {
        Self::error(error)
    }
}
