//! The execution parameters of a task.

use std::{
    any::Any,
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::SystemTime,
};

use super::{ExecutionState, ExecutionStateError, FlyteContext};
use crate::{
    checkpoint::{AsyncCheckpoint, Checkpoint, SyncCheckpoint},
    deck::{Deck, Decks, TimelineDeck},
    directories::{
        checkpoint::is_finished,
        run::{CHECKPOINT, Sandbox},
    },
    secrets::SecretsManager,
    stats::Stats,
};
use flyte_config::{
    config::{Config, ConfigError, Environment, Origin, SecretsConfig},
    identifier::{Identifier, WorkflowExecutionIdentifier},
};

/// The execution parameters of the running code: those of its task, or local ones outside of a task.
///
/// Corresponds to `flytekit.current_context()`.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn who() -> String {
///     flyte_runtime::compat::current_context().task_id().name().to_owned()
/// }
///
/// assert!(who::run()?.ends_with("who"));
/// assert_eq!(flyte_runtime::compat::current_context().execution_id().to_string(), "ex:local:local:local");
/// # Ok::<(), flyte_runtime::RunError>(())
/// ```
pub fn current_context() -> ExecutionParameters {
    FlyteContext::with_current(|context| context.user_space_params().cloned())
        .unwrap_or_else(ExecutionParameters::local)
}

/// The execution parameters of a task. Cheap to clone; clones share all state.
///
/// Corresponds to flytekit's `ExecutionParameters`.
#[derive(Clone, Debug)]
pub struct ExecutionParameters {
    inner: Arc<Inner>,
}

#[derive(Clone, Debug)]
struct Inner {
    execution_id: WorkflowExecutionIdentifier,
    execution_date: SystemTime,
    task_id: Identifier,
    attempt_number: u32,
    working_directory: WorkingDirectory,
    /// Whether code runs that could be resumed.
    in_task: bool,
    raw_output_prefix: Option<String>,
    output_metadata_prefix: Option<String>,
    logging: OnceLock<tracing::Span>,
    /// The workflow that contains the task.
    workflow: Option<String>,
    enable_deck: bool,
    decks: Decks,
    given: Given,
    made: Made,
    attributes: BTreeMap<String, Attribute>,
}

/// Values given to a builder; tasks of a run started here inherit them.
#[derive(Clone, Debug, Default)]
struct Given {
    stats: Option<Stats>,
    secrets: Option<SecretsManager>,
    checkpoint: Option<Arc<dyn Checkpoint>>,
}

/// Values made on first use, for one attempt.
#[derive(Clone, Debug, Default)]
struct Made {
    stats: OnceLock<Stats>,
    secrets: OnceLock<SecretsManager>,
    checkpoint: OnceLock<Arc<dyn Checkpoint>>,
    /// The checkpoint of an earlier attempt.
    checkpoint_source: Option<PathBuf>,
}

#[derive(Clone, Debug)]
enum WorkingDirectory {
    Given(PathBuf),
    /// Made on first use, removed with the run.
    Sandbox(Sandbox),
}

#[derive(Clone)]
struct Attribute {
    value: Arc<dyn Any + Send + Sync>,
    type_name: &'static str,
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.type_name)
    }
}

/// An attribute with this name and type does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnknownAttributeError {
    /// No attribute has this name.
    #[error("{name} is not available as a parameter in the Flyte context; {}", known(.available))]
    Name {
        /// The name in upper case, as attributes are stored.
        name: String,
        /// The existing names.
        available: Vec<String>,
    },
    /// The attribute with this name has another type.
    #[error(
        "{name} is there as a parameter in the Flyte context, and its type is `{found}`, not `{expected}`; ask for \
         `{found}`"
    )]
    Type {
        /// The name in upper case, as attributes are stored.
        name: String,
        /// The requested Rust type.
        expected: &'static str,
        /// The attribute's Rust type.
        found: &'static str,
    },
}

/// A checkpoint is not available.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoCheckpointError {
    /// No code runs that could be resumed.
    #[error(
        "checkpointing is not available outside of a task; call this in a task, or set one with \
         `ExecutionParameters::builder()`"
    )]
    OutsideOfTask,
    /// Its directory cannot be created.
    #[error("checkpointing is not available: {reason}")]
    Directory {
        /// The system's error.
        reason: String,
    },
}

/// Metrics for the server in the configuration; discarded if there is none or the configuration cannot be read.
fn configured_stats() -> Stats {
    let config = match Config::auto(None) {
        Ok(config) => config.stats,
        Err(error) => {
            tracing::warn!(%error, "metrics are dropped: the configuration cannot be read");
            return Stats::none();
        }
    };
    let named = [config.host.origin(), config.port.origin()]
        .iter()
        .any(|origin| **origin != Origin::Default);
    if named {
        Stats::from_config(&config, "")
    } else {
        Stats::none()
    }
}

fn known(available: &[String]) -> String {
    match available {
        [] => "this kind of task sets no attributes".to_owned(),
        names => format!("there are {}", names.join(", ")),
    }
}

impl ExecutionParameters {
    /// The parameters outside of a task: local ids, the current time, and no particular directory.
    pub(crate) fn local() -> Self {
        Self {
            inner: Arc::new(Inner {
                execution_id: WorkflowExecutionIdentifier::local(),
                execution_date: SystemTime::now(),
                task_id: Identifier::local(),
                attempt_number: 0,
                working_directory: WorkingDirectory::Sandbox(Sandbox::standalone()),
                in_task: false,
                raw_output_prefix: None,
                output_metadata_prefix: None,
                logging: OnceLock::new(),
                workflow: None,
                enable_deck: false,
                decks: Decks::new(),
                given: Given::default(),
                made: Made::default(),
                attributes: BTreeMap::new(),
            }),
        }
    }

    /// An empty builder; values that are not set are as outside of a task.
    pub fn builder() -> ExecutionParametersBuilder {
        ExecutionParametersBuilder {
            inner: (*Self::local().inner).clone(),
        }
    }

    /// A builder that starts from these parameters. Changes do not affect these.
    pub fn new_builder(&self) -> ExecutionParametersBuilder {
        ExecutionParametersBuilder {
            inner: (*self.inner).clone(),
        }
    }

    /// A builder with a new working directory, made on first use.
    ///
    /// Unlike flytekit's, the directory is removed when the last parameters that refer to it are dropped.
    pub fn with_task_sandbox(&self) -> ExecutionParametersBuilder {
        let mut builder = self.new_builder();
        builder.inner.given.checkpoint = None;
        builder.inner.made.checkpoint = OnceLock::new();
        builder.sandbox(Sandbox::standalone())
    }

    /// A builder with decks switched on or off.
    pub fn with_enable_deck(&self, enable: bool) -> ExecutionParametersBuilder {
        self.new_builder().enable_deck(enable)
    }

    /// The execution of the task; `ex:local:local:local` in a local run.
    pub fn execution_id(&self) -> &WorkflowExecutionIdentifier {
        &self.inner.execution_id
    }

    /// When the run started; the same for all its tasks.
    pub fn execution_date(&self) -> SystemTime {
        self.inner.execution_date
    }

    /// The identifier of the task.
    pub fn task_id(&self) -> &Identifier {
        &self.inner.task_id
    }

    /// The number of the attempt, counted from zero.
    pub fn attempt_number(&self) -> u32 {
        self.inner.attempt_number
    }

    /// A directory for the task's own files, initially empty. It is removed when the run ends, except for files that
    /// outputs refer to. Outside of a run it is removed with the last parameters that refer to it.
    ///
    /// # Errors
    ///
    /// When it cannot be created, or its run has ended.
    pub fn working_directory(&self) -> io::Result<&Path> {
        match &self.inner.working_directory {
            WorkingDirectory::Given(path) => Ok(path),
            WorkingDirectory::Sandbox(sandbox) => sandbox.path(),
        }
    }

    /// The directory for the task's own files, if it exists; this call does not create it.
    pub(crate) fn existing_working_directory(&self) -> Option<&Path> {
        match &self.inner.working_directory {
            WorkingDirectory::Given(path) => Some(path),
            WorkingDirectory::Sandbox(sandbox) => sandbox.existing(),
        }
    }

    /// The prefix for offloaded outputs.
    pub fn raw_output_prefix(&self) -> Option<&str> {
        self.inner.raw_output_prefix.as_deref()
    }

    /// The prefix for outputs and decks; `None` in a local run.
    pub fn output_metadata_prefix(&self) -> Option<&str> {
        self.inner.output_metadata_prefix.as_deref()
    }

    /// The span of the task; events inside `logging().in_scope(..)` carry its ids.
    pub fn logging(&self) -> &tracing::Span {
        if let Some(span) = self.inner.logging.get() {
            return span;
        }
        // Made outside of the initialisation, because a subscriber is notified of the span and may read these
        // parameters.
        let span = tracing::info_span!(
            "task",
            task = self.task_id().name(),
            attempt = self.attempt_number()
        );
        self.inner.logging.get_or_init(|| span)
    }

    /// The metrics of the task.
    ///
    /// In a task they have the prefix `<project>.<domain>.<task>.user_stats` in lower case and the tags `exec_project`,
    /// `exec_domain`, `exec_workflow` and `api_version`, as flytekit's in a container. They go to the sink that a
    /// builder set around the run, otherwise to the statsd server in the [`Config`]. They are discarded if it names
    /// none or says `disabled`: locally, flytekit's default of `localhost:8125` is not used.
    pub fn stats(&self) -> &Stats {
        self.inner.made.stats.get_or_init(|| {
            if !self.inner.in_task {
                return self.inner.given.stats.clone().unwrap_or_default();
            }
            let stats = self.inner.given.stats.clone();
            let (task, execution) = (self.task_id(), self.execution_id());
            let prefix = format!(
                "{}.{}.{}.user_stats",
                task.project(),
                task.domain(),
                task.name()
            );
            let stats = stats
                .unwrap_or_else(configured_stats)
                .scope(&prefix.to_lowercase())
                .tagged("exec_project", execution.project())
                .tagged("exec_domain", execution.domain())
                .tagged("api_version", env!("CARGO_PKG_VERSION"));
            match &self.inner.workflow {
                Some(workflow) => stats.tagged("exec_workflow", workflow),
                None => stats,
            }
        })
    }

    /// Whether decks are enabled.
    pub fn enable_deck(&self) -> bool {
        self.inner.enable_deck
    }

    /// The decks of the execution: pages that it writes for users.
    ///
    /// Every execution of a task has its own. When a run ends, the code that started it finds the decks of its tasks
    /// here, beside its own; they replace those of runs that were over before it began. See [`Decks::tasks`] and
    /// [`FlyteContext::get_deck`].
    pub fn decks(&self) -> &Decks {
        &self.inner.decks
    }

    /// The deck for contents that do not have their own. Unlike flytekit's, it keeps everything that is appended.
    pub fn default_deck(&self) -> Deck {
        self.inner.decks.default_deck()
    }

    /// The deck with the durations of the task's steps.
    pub fn timeline_deck(&self) -> TimelineDeck {
        self.inner.decks.timeline_deck()
    }

    /// The task's checkpoint, which keeps data for an attempt after a failure.
    ///
    /// Every attempt has its own. Its source is the checkpoint of the newest attempt that saved one: in this process,
    /// in an isolated one, or in an earlier process of a resumed run. Data that an attempt was still saving when it was
    /// stopped does not count. A checkpoint set on a builder is shared by all tasks of the runs below it.
    ///
    /// # Errors
    ///
    /// Outside of a task, unless a builder set a checkpoint, and when its directory cannot be created.
    pub fn checkpoint(&self) -> Result<&dyn Checkpoint, NoCheckpointError> {
        self.shared_checkpoint().map(|checkpoint| &**checkpoint)
    }

    /// The task's checkpoint for async code.
    ///
    /// # Errors
    ///
    /// As [`checkpoint`](Self::checkpoint).
    pub fn async_checkpoint(&self) -> Result<AsyncCheckpoint, NoCheckpointError> {
        let checkpoint = self.shared_checkpoint()?;
        Ok(AsyncCheckpoint::shared(Arc::clone(checkpoint)))
    }

    fn shared_checkpoint(&self) -> Result<&Arc<dyn Checkpoint>, NoCheckpointError> {
        let made = &self.inner.made;
        if let Some(checkpoint) = self
            .inner
            .given
            .checkpoint
            .as_ref()
            .or(made.checkpoint.get())
        {
            return Ok(checkpoint);
        }
        if !self.inner.in_task {
            return Err(NoCheckpointError::OutsideOfTask);
        }
        let directory = self
            .working_directory()
            .map_err(|error| NoCheckpointError::Directory {
                reason: error.to_string(),
            })?;
        let mut checkpoint = SyncCheckpoint::new(directory.join(CHECKPOINT));
        if let WorkingDirectory::Sandbox(sandbox) = &self.inner.working_directory {
            checkpoint = checkpoint.of(sandbox.clone());
        }
        if let Some(source) = &made.checkpoint_source {
            checkpoint = checkpoint.with_source(source);
        }
        Ok(made.checkpoint.get_or_init(|| Arc::new(checkpoint)))
    }

    /// Whether these belong to a task.
    pub(crate) fn is_in_task(&self) -> bool {
        self.inner.in_task
    }

    /// The checkpoint, if one was completely saved.
    pub(crate) fn saved_checkpoint(&self) -> Option<PathBuf> {
        let saved = self.existing_working_directory()?.join(CHECKPOINT);
        is_finished(&saved).then_some(saved)
    }

    /// The checkpoint of an earlier attempt.
    pub fn checkpoint_source(&self) -> Option<&Path> {
        self.inner.made.checkpoint_source.as_deref()
    }

    /// The secrets of the task: from variables and files, as the configuration says.
    ///
    /// In a local task a variable without the prefix is used too.
    ///
    /// # Errors
    ///
    /// When the configuration file cannot be read.
    pub fn secrets(&self) -> Result<&SecretsManager, ConfigError> {
        let made = &self.inner.made.secrets;
        if let Some(secrets) = self.inner.given.secrets.as_ref().or(made.get()) {
            return Ok(secrets);
        }
        let local = FlyteContext::with_current(|context| {
            context
                .execution_state()
                .is_none_or(ExecutionState::is_local_execution)
        });
        let manager = SecretsManager::new(SecretsConfig::auto(None)?, Environment::process())
            .allow_unprefixed(local);
        Ok(made.get_or_init(|| manager))
    }

    /// An attribute that this kind of task provides, such as a session; the case of the name does not matter.
    ///
    /// # Errors
    ///
    /// When no attribute has this name, or it has another type.
    pub fn get<T: Any + Send + Sync>(&self, name: &str) -> Result<Arc<T>, UnknownAttributeError> {
        let name = name.to_uppercase();
        let Some(attribute) = self.inner.attributes.get(&name) else {
            return Err(UnknownAttributeError::Name {
                name,
                available: self.inner.attributes.keys().cloned().collect(),
            });
        };
        let found = attribute.type_name;
        let expected = std::any::type_name::<T>();
        Arc::clone(&attribute.value)
            .downcast()
            .map_err(|_| UnknownAttributeError::Type {
                name,
                expected,
                found,
            })
    }

    /// Whether an attribute with this name exists, of any type.
    pub fn has_attr(&self, name: &str) -> bool {
        self.inner.attributes.contains_key(&name.to_uppercase())
    }
}

/// Makes [`ExecutionParameters`]. Corresponds to flytekit's `ExecutionParameters.Builder`.
#[derive(Clone, Debug)]
#[must_use]
pub struct ExecutionParametersBuilder {
    inner: Inner,
}

impl ExecutionParametersBuilder {
    /// Sets the execution.
    pub fn execution_id(mut self, id: WorkflowExecutionIdentifier) -> Self {
        self.inner.execution_id = id;
        self
    }

    /// Sets when the run started.
    pub fn execution_date(mut self, date: SystemTime) -> Self {
        self.inner.execution_date = date;
        self
    }

    /// Sets the task.
    pub fn task_id(mut self, id: Identifier) -> Self {
        self.inner.task_id = id;
        self
    }

    /// Sets the number of the attempt, counted from zero.
    pub fn attempt_number(mut self, attempt: u32) -> Self {
        self.inner.attempt_number = attempt;
        self
    }

    /// Sets the directory for the task's own files, which is not removed afterwards.
    ///
    /// # Errors
    ///
    /// When the path is empty.
    pub fn working_directory(
        mut self,
        directory: impl Into<PathBuf>,
    ) -> Result<Self, ExecutionStateError> {
        let directory = directory.into();
        if directory.as_os_str().is_empty() {
            return Err(ExecutionStateError::EmptyWorkingDir);
        }
        self.inner.working_directory = WorkingDirectory::Given(directory);
        Ok(self)
    }

    /// Drops the state of another attempt; this one resumes from `checkpoint_source`.
    pub fn for_attempt(mut self, checkpoint_source: Option<PathBuf>) -> Self {
        self.inner.made = Made {
            checkpoint_source,
            ..Made::default()
        };
        self.inner.logging = OnceLock::new();
        self
    }

    /// Sets the workflow that contains the task.
    pub fn workflow(mut self, name: &str) -> Self {
        self.inner.workflow = Some(name.to_owned());
        self
    }

    /// Marks the parameters as those of a task.
    pub fn in_task(mut self) -> Self {
        self.inner.in_task = true;
        self
    }

    /// Sets the task's directory, which is made on first use.
    pub fn sandbox(mut self, sandbox: Sandbox) -> Self {
        self.inner.working_directory = WorkingDirectory::Sandbox(sandbox);
        self.inner.in_task = true;
        self
    }

    /// Sets the prefix for offloaded outputs.
    pub fn raw_output_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.inner.raw_output_prefix = Some(prefix.into());
        self
    }

    /// Sets the prefix for outputs and decks.
    pub fn output_metadata_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.inner.output_metadata_prefix = Some(prefix.into());
        self
    }

    /// Sets the task's span.
    pub fn logging(mut self, span: tracing::Span) -> Self {
        self.inner.logging = OnceLock::from(span);
        self
    }

    /// Sets the metrics. Tasks of runs below add their own prefix and tags.
    pub fn stats(mut self, stats: Stats) -> Self {
        self.inner.given.stats = Some(stats);
        self.inner.made.stats = OnceLock::new();
        self
    }

    /// Switches decks on or off.
    pub fn enable_deck(mut self, enable: bool) -> Self {
        self.inner.enable_deck = enable;
        self
    }

    /// Sets the decks.
    pub fn decks(mut self, decks: Decks) -> Self {
        self.inner.decks = decks;
        self
    }

    /// Sets the checkpoint; all tasks of runs below share it.
    pub fn checkpoint(mut self, checkpoint: impl Checkpoint + 'static) -> Self {
        self.inner.given.checkpoint = Some(Arc::new(checkpoint));
        self
    }

    /// Sets the secrets manager.
    pub fn secrets(mut self, secrets: SecretsManager) -> Self {
        self.inner.given.secrets = Some(secrets);
        self
    }

    /// Adds an attribute; the case of the name does not matter.
    pub fn add_attr<T: Any + Send + Sync>(mut self, name: &str, value: T) -> Self {
        let attribute = Attribute {
            value: Arc::new(value),
            type_name: std::any::type_name::<T>(),
        };
        self.inner.attributes.insert(name.to_uppercase(), attribute);
        self
    }

    /// Builds the parameters. Creates no directory.
    pub fn build(self) -> ExecutionParameters {
        ExecutionParameters {
            inner: Arc::new(self.inner),
        }
    }
}
