//! The errors of scripts and containers.

use std::{io, path::PathBuf, process::ExitStatus};

use flyte_context::{secrets::SecretError, storage::DataError};
use flyte_core::types::TypeError;

/// Why a shell or container task failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The program could not be started.
    #[error("`{program}` cannot be started: {error}")]
    NotStarted {
        /// The shell or the container engine.
        program: String,
        /// The error of the system.
        error: io::Error,
    },
    /// The program failed.
    #[error("`{program}` ended with {status}{}", told(.last))]
    Failed {
        /// The shell or the container engine.
        program: String,
        /// Its exit status.
        status: ExitStatus,
        /// The last lines that it wrote to standard error.
        last: String,
    },
    /// The attempt was no longer needed: its run was cancelled, or another part of the attempt failed.
    #[error("`{program}` was killed with everything it had started, because its attempt ended")]
    Killed {
        /// The shell or the container engine.
        program: String,
    },
    /// There is neither docker nor podman.
    #[error(
        "a container task runs through `docker` or `podman` on this machine, and neither is in the PATH; install one of them, or mock \
         the task in a test"
    )]
    NoEngine,
    /// A secret that the task requests existed before the task started but does not any more.
    #[error(transparent)]
    Secret(SecretError),
    /// An input has no text form.
    #[error("input `{name}` cannot be written as text: {error}")]
    Input {
        /// The input's name.
        name: &'static str,
        /// The reason.
        error: TypeError,
    },
    /// The file or directory of an input cannot be obtained.
    #[error("input `{name}`: {error}")]
    InputFile {
        /// The input's name.
        name: &'static str,
        /// The reason.
        error: DataError,
    },
    /// An input contains a zero byte, which ends an argument or a variable of a program.
    #[error(
        "input `{name}` contains a zero byte, which cannot be passed to a program; take the input as a `FlyteFile`"
    )]
    ZeroByte {
        /// The input's name.
        name: &'static str,
    },
    /// An input is longer than the arguments of a program may be.
    #[error(
        "input `{name}` is {length} bytes long, more than the system takes in the arguments of a program; read it from the file \
         `{file}`, or take it as a `FlyteFile`"
    )]
    TooLong {
        /// The input's name.
        name: &'static str,
        /// Its length as text, in bytes.
        length: usize,
        /// The path at which the container finds it too.
        file: String,
    },
    /// The task wrote nothing for an output.
    #[error("the output `{output}` was not written; expected it at `{}`", .path.display())]
    NotWritten {
        /// The output's name.
        output: &'static str,
        /// The path where it was expected.
        path: PathBuf,
    },
    /// The file of an output cannot be read.
    #[error("output `{output}` cannot be read from `{}`: {error}", .path.display())]
    Unreadable {
        /// The output's name.
        output: &'static str,
        /// The file.
        path: PathBuf,
        /// The error of the system.
        error: io::Error,
    },
    /// Because of an input, an output would be read from a path outside the task's directory.
    #[error(
        "input `{input}` is {value:?}, which leads the output `{output}` to `{}`, outside of `{}`; give a path without \
         a `/` at its start, without `..`, and without links that lead out", .path.display(), .within.display()
    )]
    Outside {
        /// The output's name.
        output: &'static str,
        /// The input that is part of the path.
        input: &'static str,
        /// The start of its value.
        value: String,
        /// The path.
        path: PathBuf,
        /// The directory that must contain the path.
        within: PathBuf,
    },
    /// A container left a link that leads out of its directory.
    #[error(
        "output `{output}`: `{}` is a link that leads out of the directory of the outputs; the container has to leave \
         the file itself",
        .path.display()
    )]
    Link {
        /// The output's name.
        output: &'static str,
        /// The link.
        path: PathBuf,
    },
    /// The text written for an output is not a value of its type.
    #[error("output `{output}`: {error}")]
    Output {
        /// The output's name.
        output: &'static str,
        /// What is wrong with it.
        error: TypeError,
    },
    /// The script or the options name an output that the task does not have.
    #[error("this task has no output `{output}`; its outputs are: {known}")]
    UnknownOutput {
        /// The name.
        output: String,
        /// The outputs that the task has.
        known: String,
    },
    /// A directory or file of the attempt could not be created.
    #[error("the files of the task cannot be prepared: {0}")]
    Files(#[source] io::Error),
    /// The task has nothing to run.
    #[error("this task has no script and no container; this is a bug in flyte-runtime")]
    Nothing,
}

fn told(last: &str) -> String {
    if last.is_empty() {
        String::new()
    } else {
        format!(": {last}")
    }
}
