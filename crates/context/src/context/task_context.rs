//! The running task, as in Flyte 2.

use std::{collections::BTreeMap, io, path::Path, time::SystemTime};

use super::{ExecutionParameters, FlyteContext, Mode, NoCheckpointError, with_current};
use crate::{
    checkpoint::{AsyncCheckpoint, Checkpoint},
    deck::{Deck, Decks, TimelineDeck},
    secrets::SecretsManager,
    stats::Stats,
};
use flyte_config::{
    config::ConfigError,
    identifier::{ActionId, Identifier, WorkflowExecutionIdentifier},
};

/// The running task, or `None` outside of one. Corresponds to Flyte 2's `flyte.ctx()`.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn attempt() -> Option<u32> {
///     Some(ctx()?.attempt_number())
/// }
///
/// assert_eq!(attempt::run()?, Some(0));
/// assert!(ctx().is_none());
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
pub fn ctx() -> Option<TaskContext> {
    with_current(|context| context.and_then(TaskContext::of))
}

/// Where a task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunMode {
    /// On this machine.
    Local,
    /// On a cluster.
    Remote,
}

/// No prefix for offloaded data is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "neither the task nor a context around it says where offloaded data goes; set it with `with_raw_data_path`"
)]
pub struct RawDataPathError;

/// The running task. Corresponds to Flyte 2's `TaskContext`.
#[derive(Clone, Debug)]
pub struct TaskContext {
    action: ActionId,
    parameters: ExecutionParameters,
    mode: RunMode,
    raw_data_path: Option<String>,
    group: Option<String>,
    custom_context: BTreeMap<String, String>,
    data: BTreeMap<String, String>,
}

impl TaskContext {
    fn of(context: &FlyteContext) -> Option<Self> {
        let state = context.execution_state()?;
        let mode = match state.mode() {
            Some(Mode::TaskExecution) => RunMode::Remote,
            _ => RunMode::Local,
        };
        let parameters = context.user_space_params()?.clone();
        let action = match state.attempt() {
            Some(attempt) => attempt.of().action(),
            // A context made by hand for tests.
            None if parameters.is_in_task() && state.mode().is_some() => {
                ActionId::new("test").expect("a plain word is the name of an action")
            }
            None => return None,
        };
        Some(Self {
            action,
            raw_data_path: parameters
                .raw_output_prefix()
                .or(context.raw_data_path())
                .map(str::to_owned),
            parameters,
            mode,
            group: context.group().map(str::to_owned),
            custom_context: context.custom_context().clone(),
            data: context.data().clone(),
        })
    }

    /// The identifier of this execution of the task.
    pub fn action(&self) -> &ActionId {
        &self.action
    }

    /// The execution of the task; `ex:local:local:local` in a local run.
    pub fn execution_id(&self) -> &WorkflowExecutionIdentifier {
        self.parameters.execution_id()
    }

    /// The task's project, domain, name and version; in a local run all but the name are `local`.
    pub fn task_id(&self) -> &Identifier {
        self.parameters.task_id()
    }

    /// The version of the task; `local` in a local run.
    pub fn version(&self) -> &str {
        self.parameters.task_id().version()
    }

    /// The number of the attempt, counted from zero; includes local retries.
    pub fn attempt_number(&self) -> u32 {
        self.parameters.attempt_number()
    }

    /// Where the task runs.
    pub fn mode(&self) -> RunMode {
        self.mode
    }

    /// When the run started; the same for all its tasks.
    pub fn run_start_time(&self) -> SystemTime {
        self.parameters.execution_date()
    }

    /// The prefix for offloaded data: the task's own, otherwise that of an outer context.
    ///
    /// # Errors
    ///
    /// When neither is set.
    pub fn raw_data_path(&self) -> Result<&str, RawDataPathError> {
        self.raw_data_path.as_deref().ok_or(RawDataPathError)
    }

    /// The group of the action.
    pub fn group(&self) -> Option<&str> {
        self.group.as_deref()
    }

    /// The custom context of the enclosing scopes; see [`custom_context`](super::custom_context).
    pub fn custom_context(&self) -> &BTreeMap<String, String> {
        &self.custom_context
    }

    /// The data that outer contexts attached with `with_data`.
    pub fn data(&self) -> &BTreeMap<String, String> {
        &self.data
    }

    /// A copy with more data; for the same key the new entry counts. Corresponds to `TaskContext.replace(data=..)`.
    #[must_use]
    pub fn replace_data<K: Into<String>, V: Into<String>>(
        mut self,
        data: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.data.extend(
            data.into_iter()
                .map(|(key, value)| (key.into(), value.into())),
        );
        self
    }

    /// The task's checkpoint, which keeps data for an attempt after a failure.
    ///
    /// # Errors
    ///
    /// When its directory cannot be created.
    pub fn checkpoint(&self) -> Result<&dyn Checkpoint, NoCheckpointError> {
        self.parameters.checkpoint()
    }

    /// The task's checkpoint for async code.
    ///
    /// # Errors
    ///
    /// When its directory cannot be created.
    pub fn async_checkpoint(&self) -> Result<AsyncCheckpoint, NoCheckpointError> {
        self.parameters.async_checkpoint()
    }

    /// A directory for the task's own files, initially empty. It is removed when the run ends, except for files that
    /// outputs refer to.
    ///
    /// # Errors
    ///
    /// When it cannot be created, or its run has ended.
    pub fn working_directory(&self) -> io::Result<&Path> {
        self.parameters.working_directory()
    }

    /// The secrets of the task: from variables and files, as the configuration says.
    ///
    /// # Errors
    ///
    /// When the configuration file cannot be read.
    pub fn secrets(&self) -> Result<&SecretsManager, ConfigError> {
        self.parameters.secrets()
    }

    /// The decks of the task: pages that it writes for users.
    pub fn decks(&self) -> &Decks {
        self.parameters.decks()
    }

    /// The deck for contents that do not have their own.
    pub fn default_deck(&self) -> Deck {
        self.parameters.default_deck()
    }

    /// The deck with the durations of the task's steps.
    pub fn timeline_deck(&self) -> TimelineDeck {
        self.parameters.timeline_deck()
    }

    /// The span of the task; events inside `logging().in_scope(..)` carry its ids.
    pub fn logging(&self) -> &tracing::Span {
        self.parameters.logging()
    }

    /// The metrics of the task.
    pub fn stats(&self) -> &Stats {
        self.parameters.stats()
    }

    /// The same in flytekit's words, for the engine; programs that come from there ask for
    /// `compat::current_context`.
    #[doc(hidden)]
    pub fn parameters(&self) -> &ExecutionParameters {
        &self.parameters
    }
}
