//! What can go wrong with scripts and containers.

use std::{io, path::PathBuf, process::ExitStatus};

use flyte_context::{secrets::SecretError, storage::DataError};
use flyte_core::types::TypeError;

/// Why a shell or container task has failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The program cannot be started.
    #[error("`{program}` cannot be started: {error}")]
    NotStarted {
        /// The shell or the container engine.
        program: String,
        /// What the system said.
        error: io::Error,
    },
    /// The program has failed.
    #[error("`{program}` ended with {status}{}", told(.last))]
    Failed {
        /// The shell or the container engine.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The last that it said on standard error.
        last: String,
    },
    /// The attempt was not wanted any more: its run was cancelled, or something else in it has failed.
    #[error("`{program}` was killed, with all that it had started, since its run ends")]
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
    /// A secret that the task asks for was there before it started, and is not any more.
    #[error(transparent)]
    Secret(SecretError),
    /// An input has no text.
    #[error("input `{name}` cannot be written as text: {error}")]
    Input {
        /// The input's name.
        name: &'static str,
        /// Why.
        error: TypeError,
    },
    /// The file or the directory that an input names cannot be had.
    #[error("input `{name}`: {error}")]
    InputFile {
        /// The input's name.
        name: &'static str,
        /// Why.
        error: DataError,
    },
    /// An input has a zero byte in it, where the system ends what a program is told.
    #[error(
        "input `{name}` has a zero byte in it, which no program can be told; take it as a `FlyteFile`"
    )]
    ZeroByte {
        /// The input's name.
        name: &'static str,
    },
    /// An input is longer than the arguments of a program can be.
    #[error(
        "input `{name}` is {length} bytes long, more than the system takes in the arguments of a program; read it from the file \
         `{file}`, or take it as a `FlyteFile`"
    )]
    TooLong {
        /// The input's name.
        name: &'static str,
        /// Its length as text, in bytes.
        length: usize,
        /// Where the container finds it, too.
        file: String,
    },
    /// Nothing was written for an output.
    #[error("nothing was written for the output `{output}`; its place is `{}`", .path.display())]
    NotWritten {
        /// The output's name.
        output: &'static str,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// What was written for an output cannot be read.
    #[error("output `{output}` cannot be read from `{}`: {error}", .path.display())]
    Unreadable {
        /// The output's name.
        output: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// An input would have an output be read from a place that is not the task's.
    #[error(
        "input `{input}` is {value:?}, which leads the output `{output}` to `{}`, outside of `{}`; give a path without \
         a `/` at its start, without `..`, and without links that lead out", .path.display(), .within.display()
    )]
    Outside {
        /// The output's name.
        output: &'static str,
        /// The input that is a part of the place.
        input: &'static str,
        /// The beginning of its value.
        value: String,
        /// The place.
        path: PathBuf,
        /// The directory in which it has to be.
        within: PathBuf,
    },
    /// A container has left a link that leads out of its directory.
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
    /// What was written for an output is no value of its type.
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
        /// The names there are.
        known: String,
    },
    /// A directory or a file of the attempt cannot be made.
    #[error("the files of the task cannot be prepared: {0}")]
    Files(#[source] io::Error),
    /// The task says nothing to run.
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
