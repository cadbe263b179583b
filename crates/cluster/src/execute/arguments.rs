//! What a container is started with, in the words of Flyte 1 and of Flyte 2.

use std::{path::Path, time::SystemTime};

use super::{Executed, report::Reporter};
use flyte_config::settings::FastSerializationSettings;
use flyte_context::{
    checkpoint::SyncCheckpoint, directories::checkpoint::is_finished, storage::FileAccessProvider,
};
use flyte_core::types::time::{Instant, from_iso};

/// In whose words the arguments are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// Flyte 1's, as `pyflyte-execute` has them.
    #[default]
    Flyte1,
    /// Flyte 2's, as `a0` has them.
    Flyte2,
}

impl Dialect {
    /// What the page of the decks is called.
    pub(super) fn deck_file(self) -> &'static str {
        match self {
            Self::Flyte1 => "deck.html",
            Self::Flyte2 => "report.html",
        }
    }
}

/// What a container is started with.
///
/// What a backend has left as a template (`{{.checkpointOutputPrefix}}`), and what it renders as nothing (two quotation
/// marks), is nothing.
///
/// ```
/// use flyte_runtime::remote::execute::Arguments;
///
/// let arguments = Arguments::new("reports.daily", "s3://bucket/outputs")?
///     .with_inputs("s3://bucket/inputs.pb")
///     .with_checkpoint("{{.checkpointOutputPrefix}}", "\"\"");
/// assert_eq!(arguments.task(), "reports.daily");
/// assert!(Arguments::new("reports.daily", "{{.outputPrefix}}").is_err());
/// # Ok::<(), flyte_runtime::remote::execute::ArgumentsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Arguments {
    dialect: Dialect,
    task: String,
    output_prefix: String,
    inputs: Option<String>,
    raw_output_prefix: Option<String>,
    checkpoint: Option<String>,
    previous_checkpoint: Option<String>,
    element: Option<Element>,
    distribution: Option<FastSerializationSettings>,
    version: Option<String>,
    run_name: Option<String>,
    action_name: Option<String>,
    run_start_time: Option<SystemTime>,
    is_isolated: bool,
    built_in: Option<String>,
    reporter: Option<Reporter>,
}

/// The task is one of those of a map task: its inputs are lists, of which it gets an element, except those that are
/// bound.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) bound: Vec<String>,
}

/// What a container cannot be started with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentsError {
    /// Nobody says where the outputs go.
    #[error("`--output-prefix` is {found:?}; it must say where `outputs.pb` or `error.pb` goes")]
    OutputPrefix {
        /// What it says.
        found: String,
    },
    /// The start of the run is no time.
    #[error("`--run-start-time` is {found:?}; write a time such as `2026-01-31T23:59:59Z`")]
    RunStartTime {
        /// What it says.
        found: String,
    },
}

impl Arguments {
    /// Executes a task, and writes under a prefix what came of it.
    ///
    /// # Errors
    ///
    /// When the prefix says nothing.
    pub fn new(
        task: impl Into<String>,
        output_prefix: impl Into<String>,
    ) -> Result<Self, ArgumentsError> {
        let found = output_prefix.into();
        let Some(output_prefix) = said(found.clone()) else {
            return Err(ArgumentsError::OutputPrefix { found });
        };
        Ok(Self {
            dialect: Dialect::default(),
            task: task.into(),
            output_prefix,
            inputs: None,
            raw_output_prefix: None,
            checkpoint: None,
            previous_checkpoint: None,
            element: None,
            distribution: None,
            version: None,
            run_name: None,
            action_name: None,
            run_start_time: None,
            is_isolated: false,
            built_in: None,
            reporter: None,
        })
    }

    /// In whose words they were given.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Where `inputs.pb` is.
    #[must_use]
    pub fn with_inputs(mut self, inputs: impl Into<String>) -> Self {
        self.inputs = said(inputs.into());
        self
    }

    /// Where offloaded data goes.
    #[must_use]
    pub fn with_raw_output_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.raw_output_prefix = said(prefix.into());
        self
    }

    /// Where the task keeps its checkpoint, and where the attempt before has kept its.
    #[must_use]
    pub fn with_checkpoint(
        mut self,
        checkpoint: impl Into<String>,
        previous: impl Into<String>,
    ) -> Self {
        self.checkpoint = said(checkpoint.into());
        self.previous_checkpoint = said(previous.into());
        self
    }

    /// Makes it one of the tasks of a map task: of each input, which is a list then, it gets the element whose number
    /// the environment says; of those that are `bound`, the whole.
    #[must_use]
    pub fn with_map(mut self, bound: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let bound = bound.into_iter().map(Into::into).collect();
        self.element = Some(Element { bound });
        self
    }

    /// Where the code that was unpacked for this task is fetched from, and to which directory: the tasks that a dynamic
    /// task makes need it as well.
    #[must_use]
    pub fn with_distribution(
        mut self,
        location: impl Into<String>,
        directory: impl Into<String>,
    ) -> Self {
        let directory = said(directory.into());
        self.distribution = said(location.into()).map(|location| {
            let mut settings = FastSerializationSettings::default()
                .enabled(true)
                .distribution_location(location);
            settings.destination_dir = directory;
            settings
        });
        self
    }

    /// The version of the task, when the environment does not say it.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = said(version.into());
        self
    }

    /// Flyte 2's names of the run and of the action.
    #[must_use]
    pub fn with_action(mut self, run: impl Into<String>, action: impl Into<String>) -> Self {
        self.run_name = said(run.into());
        self.action_name = said(action.into());
        self
    }

    /// When the run started, as Flyte 2 says it; UTC, if it says no offset.
    ///
    /// # Errors
    ///
    /// When it is no time.
    pub fn with_run_start_time(mut self, time: impl Into<String>) -> Result<Self, ArgumentsError> {
        if let Some(text) = said(time.into()) {
            let Ok(time) = from_iso(&text).and_then(Instant::to_system_time) else {
                return Err(ArgumentsError::RunStartTime { found: text });
            };
            self.run_start_time = Some(time);
        }
        Ok(self)
    }

    /// Does what this says, as the arguments of a task have it that a graph got for a cluster, instead of running a
    /// task of the program.
    #[must_use]
    pub fn with_built_in(mut self, told: impl Into<String>) -> Self {
        self.built_in = Some(told.into());
        self
    }

    pub(super) fn built_in(&self) -> Option<&str> {
        self.built_in.as_deref()
    }

    /// The process belongs to a run of the same program on this machine.
    pub fn isolated(mut self) -> Self {
        self.is_isolated = true;
        self
    }

    /// The process has a parent that is told how the attempt has ended.
    #[cfg(unix)]
    pub fn reported_by(mut self, reporter: Reporter) -> Self {
        self.reporter = Some(reporter);
        self
    }

    /// Tells the parent, if there is one, how the attempt has ended; with nothing if that could not be written.
    pub(super) fn report(&self, ended: Option<Executed>) {
        if let Some(reporter) = &self.reporter {
            reporter.report(ended);
        }
    }

    pub(super) fn is_isolated(&self) -> bool {
        self.is_isolated
    }

    /// The name of the task.
    pub fn task(&self) -> &str {
        &self.task
    }

    /// Where the outputs go.
    pub fn output_prefix(&self) -> &str {
        &self.output_prefix
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) fn inputs(&self) -> Option<&str> {
        self.inputs.as_deref()
    }

    pub(super) fn raw_output_prefix(&self) -> Option<&str> {
        self.raw_output_prefix.as_deref()
    }

    pub(super) fn element(&self) -> Option<&Element> {
        self.element.as_ref()
    }

    pub(super) fn distribution(&self) -> Option<&FastSerializationSettings> {
        self.distribution.as_ref()
    }

    pub(super) fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    pub(super) fn run_name(&self) -> Option<&str> {
        self.run_name.as_deref()
    }

    pub(super) fn action_name(&self) -> Option<&str> {
        self.action_name.as_deref()
    }

    pub(super) fn run_start_time(&self) -> SystemTime {
        self.run_start_time.unwrap_or_else(SystemTime::now)
    }

    /// The checkpoint, if the backend has a place for it.
    pub(super) fn checkpoint(&self, files: &FileAccessProvider) -> Option<SyncCheckpoint> {
        let checkpoint =
            SyncCheckpoint::new(self.checkpoint.as_ref()?).with_file_access(files.clone());
        // The backend names the place of every attempt before, also of one that has kept nothing there.
        let is_there = |path: &&String| FileAccessProvider::is_remote(path) || is_kept_in(path);
        Some(match self.previous_checkpoint.as_ref().filter(is_there) {
            Some(previous) => checkpoint.with_source(previous),
            None => checkpoint,
        })
    }
}

fn is_kept_in(path: &str) -> bool {
    is_finished(Path::new(FileAccessProvider::strip_file_header(path)))
}

/// An argument that says something: no template that was left, and not the quotation marks that stand for nothing.
fn said(argument: String) -> Option<String> {
    let nothing = argument.is_empty()
        || argument == "\"\""
        || argument.contains("{{.")
        || argument.contains("{{ .");
    (!nothing).then_some(argument)
}
