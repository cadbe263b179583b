//! The end of an execution: either outputs or an error, never both.

use std::{
    error::Error,
    sync::Mutex,
    time::{SystemTime, UNIX_EPOCH},
};

#[cfg(unix)]
use super::Executed;
use super::{Arguments, Dialect};
use crate::transfer::{put, with_causes};
use flyte_config::config::Environment;
use flyte_context::storage::FileAccessProvider;
use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind},
    lock::lock,
    panic::Panic,
    text::start_of,
    types::wire::{ContainerError, ErrorOrigin, encode_error},
};
use flyte_engine::{
    error::{FailureCause, NodeFailure, RunError},
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
    /// An error that the user has to fix.
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

    /// An error that may not occur on another attempt.
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

    /// A panic of user code outside of the task, handled like one inside.
    pub(super) fn of_panic(entity: &EntityDescriptor, panic: Panic) -> Self {
        let cause = FailureCause::from(panic);
        Self {
            recoverable: is_retried(entity, &cause),
            ..Self::user_text("USER:RuntimeError", cause.to_string())
        }
    }

    /// A panic of user code when no task runs.
    pub(super) fn of_panic_outside(panic: Panic) -> Self {
        Self::user_text("USER:RuntimeError", FailureCause::from(panic).to_string())
    }

    /// The task's process died before it could write a result.
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

    /// The container is being terminated.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there is no SIGTERM"))]
    pub(super) fn terminated() -> Self {
        Self {
            code: "SYSTEM:Unavailable",
            ..Self::system_text("the container was terminated (SIGTERM)".to_owned())
        }
    }

    /// The error of a task's run. `to_run` is whether a run of the same program reads it; that run has everything but
    /// the text of the task's own error.
    pub(super) fn of_run(entity: &EntityDescriptor, error: RunError, to_run: bool) -> Self {
        match error {
            RunError::Failed(failure) => Self::of_failure(entity, &failure.first, to_run),
            RunError::Compile(error) => Self::user("USER:CompileError", &error),
            error => Self::user("USER:RuntimeError", &error),
        }
    }

    fn of_failure(entity: &EntityDescriptor, failure: &NodeFailure, to_run: bool) -> Self {
        let is_task = entity.kind() == EntityKind::Task;
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
            // The same tasks would have the same ends.
            recoverable: is_task && is_retried(entity, &failure.cause),
            origin: ErrorOrigin::User,
        }
    }

    #[cfg(unix)]
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    fn document(&self, dialect: Dialect, worker: String) -> Vec<u8> {
        let origin = match (dialect, self.origin) {
            // Flyte 2 never counts attempts that fail because of the system.
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

/// The maximum length in bytes of an error message that Flyte 1 reads whole. It cuts a longer one at half of its own
/// limit, at a byte; if that is in the middle of a character, the error and its retry are lost.
const LONGEST_MESSAGE: usize = 48 * 1024;

/// A message that is short enough not to be cut.
fn shortened(message: &str) -> String {
    if message.len() <= LONGEST_MESSAGE {
        return message.to_owned();
    }
    let kept = start_of(message, LONGEST_MESSAGE - 100);
    let cut = message.len() - kept.len();
    format!("{kept}\n… {cut} more bytes are left out")
}

/// Whether another attempt may follow, if any are left.
fn is_retried(entity: &EntityDescriptor, cause: &FailureCause) -> bool {
    let retry_on = entity.task_options().map(|options| options.retry_on);
    is_tried_again(retry_on.unwrap_or_default(), cause)
}

/// Whether a task said that there is nothing to write.
pub(super) fn ignores_outputs(error: &RunError) -> bool {
    match error {
        RunError::Failed(failure) => match &failure.first.cause {
            FailureCause::Error(error) => error.said().ignores_outputs,
            _ => false,
        },
        _ => false,
    }
}

/// Writes the end of the execution, once.
#[derive(Debug)]
pub(super) struct Ending {
    files: FileAccessProvider,
    prefix: String,
    error_file: String,
    worker: String,
    dialect: Dialect,
    /// Whether it is written; a thread that finds it unwritten holds the lock until it has written it.
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
        // Several workers of one task write into one directory, so each has its own file.
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

    /// Removes the error of an attempt that wrote into the same directory. Flyte 2 restarts an attempt with the same
    /// directory, and would find the error beside the outputs.
    pub(super) fn begin(&self) -> Result<(), Problem> {
        if self.dialect == Dialect::Flyte1 {
            return Ok(());
        }
        let before = format!("{}/{}", self.prefix.trim_end_matches('/'), self.error_file);
        self.files
            .remove_file(&before)
            .map_err(|error| Problem::system(&error))
    }

    /// Whether the cluster would find a result: a process may die between writing it and reporting it.
    #[cfg(unix)]
    pub(super) fn is_there(&self) -> Option<Executed> {
        let is_there = |name: &str| {
            let path = format!("{}/{name}", self.prefix.trim_end_matches('/'));
            self.files.exists(&path).unwrap_or(false)
        };
        // The error may be from an earlier attempt that wrote into the same directory.
        if self.dialect == Dialect::Flyte1 && is_there(&self.error_file) {
            return Some(Executed::Failed);
        }
        let made = is_there("outputs.pb") || is_there("futures.pb");
        made.then_some(Executed::Done)
    }

    /// Writes the outputs, or the graph that computes them.
    pub(super) fn succeed(&self, name: &str, outputs: &[u8]) -> Result<(), Problem> {
        self.once(|| put(&self.files, &self.prefix, name, outputs))
            .map(drop)
            .map_err(|reason| {
                Problem::system_text(format!("the outputs cannot be written: {reason}"))
            })
    }

    /// Writes the error, unless a result is already written; returns whether it was written.
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
