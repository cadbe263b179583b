//! How an execution ends: with outputs or with an error, and only with one of them.

use std::{
    error::Error,
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

#[cfg(unix)]
use super::Executed;
use super::{Arguments, Dialect, put};
use flyte_config::config::Environment;
use flyte_context::storage::FileAccessProvider;
use flyte_core::{
    graph::entity::EntityDescriptor,
    lock::lock,
    panic::Panic,
    rendered::RenderedError,
    text::start_of,
    types::wire::{ContainerError, ErrorOrigin, encode_error},
};
use flyte_engine::{
    error::{FailureCause, NodeFailure, RunError, report_of},
    is_tried_again,
};

/// Why there are no outputs.
#[derive(Debug)]
pub(super) struct Problem {
    code: &'static str,
    message: String,
    recoverable: bool,
    origin: ErrorOrigin,
}

impl Problem {
    /// The user has to change something.
    pub(super) fn user(code: &'static str, error: &(dyn Error + 'static)) -> Self {
        Self::user_text(code, with_causes(error))
    }

    pub(super) fn user_text(code: &'static str, message: String) -> Self {
        Self {
            code,
            message,
            recoverable: false,
            origin: ErrorOrigin::User,
        }
    }

    /// It may go well another time.
    pub(super) fn system(error: &(dyn Error + 'static)) -> Self {
        Self::system_text(with_causes(error))
    }

    pub(super) fn system_text(message: String) -> Self {
        Self {
            code: "SYSTEM",
            message,
            recoverable: true,
            origin: ErrorOrigin::System,
        }
    }

    /// The user's code has panicked outside of the task: as if it had been inside.
    pub(super) fn of_panic(entity: &EntityDescriptor, panic: Panic) -> Self {
        let cause = FailureCause::from(panic);
        Self {
            recoverable: is_retried(entity, &cause),
            ..Self::user_text("USER:RuntimeError", cause.to_string())
        }
    }

    /// Something of the user's panicked where no task of theirs runs.
    pub(super) fn of_panic_outside(panic: Panic) -> Self {
        Self::user_text("USER:RuntimeError", FailureCause::from(panic).to_string())
    }

    /// The process of the task ended before it could write how.
    #[cfg(unix)]
    pub(super) fn of_death(entity: Option<&EntityDescriptor>, how: String) -> Self {
        let cause = FailureCause::error(std::io::Error::other(how.clone()));
        let (message, recoverable) = match entity {
            Some(entity) => (
                format!("task `{}` failed: {how}", entity.name()),
                is_retried(entity, &cause),
            ),
            None => (how, true),
        };
        Self {
            recoverable,
            ..Self::user_text("USER:ProcessDied", message)
        }
    }

    /// The container is being taken away.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is no SIGTERM"))]
    pub(super) fn terminated() -> Self {
        Self {
            code: "SYSTEM:Unavailable",
            ..Self::system_text("the container was terminated (SIGTERM)".to_owned())
        }
    }

    /// What a run of a task says; `to_run` is whether a run of the same program reads it, which has all but the text of
    /// the task's own error.
    pub(super) fn of_run(entity: &EntityDescriptor, error: RunError, to_run: bool) -> Self {
        match error {
            RunError::Failed(failure) => Self::of_failure(entity, &failure.first, to_run),
            RunError::Compile(error) => Self::user("USER:CompileError", &error),
            error => Self::user("USER:RuntimeError", &error),
        }
    }

    fn of_failure(entity: &EntityDescriptor, failure: &NodeFailure, to_run: bool) -> Self {
        let marked = match &failure.cause {
            FailureCause::Error(error) => error.said().recoverable,
            _ => None,
        };
        Self {
            code: match (marked, &failure.cause) {
                (Some(true), _) => "USER:Recoverable",
                (_, FailureCause::TimedOut { .. }) => "USER:TimedOut",
                _ => "USER:RuntimeError",
            },
            message: match to_run {
                true => failure.cause.rendered().message().to_owned(),
                false => failure.to_string(),
            },
            recoverable: is_retried(entity, &failure.cause),
            origin: ErrorOrigin::User,
        }
    }

    #[cfg(unix)]
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    fn document(&self, dialect: Dialect, worker: String) -> Vec<u8> {
        let origin = match (dialect, self.origin) {
            // Flyte 2 never counts an attempt that the system is to blame for.
            (Dialect::Flyte2, ErrorOrigin::System) if self.recoverable => ErrorOrigin::Unknown,
            (_, origin) => origin,
        };
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        encode_error(&ContainerError {
            code: self.code.to_owned(),
            message: shortened(&self.message),
            is_recoverable: self.recoverable,
            origin,
            time: since_1970
                .ok()
                .map(|time| (time.as_secs() as i64, time.subsec_nanos() as i32)),
            worker,
        })
    }
}

/// The longest message of an error that an engine reads whole, in bytes. Flyte 1's cuts a longer one at half of its own
/// limit, at a byte: in the middle of a letter that leaves nothing of the error, and no retry.
const LONGEST_MESSAGE: usize = 48 * 1024;

/// A message that an engine need not cut.
fn shortened(message: &str) -> String {
    if message.len() <= LONGEST_MESSAGE {
        return message.to_owned();
    }
    let kept = start_of(message, LONGEST_MESSAGE - 100);
    let cut = message.len() - kept.len();
    format!("{kept}\n… {cut} more bytes are left out")
}

/// Whether another attempt may follow, if there are any left.
fn is_retried(entity: &EntityDescriptor, cause: &FailureCause) -> bool {
    let retry_on = entity.task_options().map(|options| options.retry_on);
    is_tried_again(retry_on.unwrap_or_default(), cause)
}

/// Whether a task has said that there is nothing to write.
pub(super) fn ignores_outputs(error: &RunError) -> bool {
    match error {
        RunError::Failed(failure) => match &failure.first.cause {
            FailureCause::Error(error) => error.said().ignores_outputs,
            _ => false,
        },
        _ => false,
    }
}

/// An error with those that caused it, each told once.
pub(super) fn with_causes(error: &(dyn Error + 'static)) -> String {
    RenderedError::of(error, report_of).joined()
}

/// Writes how the execution ended, once.
#[derive(Debug)]
pub(super) struct Ending {
    files: FileAccessProvider,
    prefix: String,
    error_file: String,
    worker: String,
    dialect: Dialect,
    /// Whether it is written; who finds that it is not holds this until it is.
    is_written: Mutex<bool>,
}

impl Ending {
    pub(super) fn new(
        files: FileAccessProvider,
        arguments: &Arguments,
        environment: &Environment,
    ) -> Self {
        let var = |names: [&str; 2]| {
            let mut values = names.iter().filter_map(|name| environment.var(name));
            values.find(|value| !value.is_empty())
        };
        // Several workers of one task write into one directory, so each has a file of its own.
        let error_file = match var(["FLYTE_INTERNAL_DIST_ERROR_STRATEGY", "_F_DES"]) {
            Some(_) => format!("error-{}.pb", flyte_config::random::random_hex()),
            None => "error.pb".to_owned(),
        };
        Self {
            files,
            prefix: arguments.output_prefix().to_owned(),
            error_file,
            dialect: arguments.dialect(),
            worker: var(["FLYTE_INTERNAL_WORKER_NAME", "_F_WN"]).unwrap_or_default(),
            is_written: Mutex::new(false),
        }
    }

    /// Removes the error of an attempt that wrote into the same directory. Flyte 2 starts an attempt again where it
    /// was, and would read the error beside the outputs.
    pub(super) fn begin(&self) -> Result<(), Problem> {
        if self.dialect == Dialect::Flyte1 {
            return Ok(());
        }
        let before = format!("{}/{}", self.prefix.trim_end_matches('/'), self.error_file);
        self.files
            .remove_file(&before)
            .map_err(|error| Problem::system(&error))
    }

    /// Whether something is there that the cluster reads: a process may end between writing it and saying so.
    #[cfg(unix)]
    pub(super) fn is_there(&self) -> Option<Executed> {
        let is_there = |name: &str| {
            let path = format!("{}/{name}", self.prefix.trim_end_matches('/'));
            self.files.exists(&path).unwrap_or(false)
        };
        // An error may be that of an attempt that wrote into the same directory before.
        if self.dialect == Dialect::Flyte1 && is_there(&self.error_file) {
            return Some(Executed::Failed);
        }
        let made = is_there("outputs.pb") || is_there("futures.pb");
        made.then_some(Executed::Done)
    }

    /// Writes the outputs, or what the cluster is to run for them.
    pub(super) fn succeed(&self, name: &str, outputs: &[u8]) -> Result<(), Problem> {
        self.once(|| put(&self.files, &self.prefix, name, outputs))
            .map(drop)
            .map_err(|reason| {
                Problem::system_text(format!("the outputs cannot be written: {reason}"))
            })
    }

    /// Writes the error, unless there is another ending; returns whether it was written.
    pub(super) fn fail(&self, problem: &Problem) -> Result<bool, String> {
        let document = problem.document(self.dialect, self.worker.clone());
        self.once(|| put(&self.files, &self.prefix, &self.error_file, &document))
            .map_err(|reason| {
                format!(
                    "{}\n{} cannot be written: {reason}",
                    problem.message, self.error_file
                )
            })
    }

    fn once(&self, write: impl FnOnce() -> Result<(), String>) -> Result<bool, String> {
        let mut is_written = lock(&self.is_written);
        if *is_written {
            return Ok(false);
        }
        write()?;
        *is_written = true;
        Ok(true)
    }
}
