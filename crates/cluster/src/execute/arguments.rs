//! The arguments of a container, in the dialects of Flyte 1 and Flyte 2.

use std::{path::Path, time::SystemTime};

use super::{Executed, report::Reporter};
use flyte_config::settings::FastSerializationSettings;
use flyte_context::{
    checkpoint::SyncCheckpoint, directories::checkpoint::is_finished, storage::FileAccessProvider,
};
use flyte_core::types::time::{Instant, from_iso};

/// The dialect of the arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// Flyte 1's, as for `pyflyte-execute`.
    #[default]
    Flyte1,
    /// Flyte 2's, as for `a0`.
    Flyte2,
}

impl Dialect {
    /// The file name of the deck's page.
    pub(super) fn deck_file(self) -> &'static str {
        match self {
            Self::Flyte1 => "deck.html",
            Self::Flyte2 => "report.html",
        }
    }
}

/// The arguments of a container.
///
/// Templates that a backend did not fill in (`{{.checkpointOutputPrefix}}`), and values that it renders as empty (two
/// quotation marks), count as missing.
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

/// For a task of a map task: its inputs are lists, and it takes one element of each, except of the bound ones.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) bound: Vec<String>,
}

/// Invalid arguments of a container.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArgumentsError {
    /// The output prefix is missing.
    #[error("`--output-prefix` is {found:?}; it must say where `outputs.pb` or `error.pb` goes")]
    OutputPrefix {
        /// The argument.
        found: String,
    },
    /// The start time of the run is not a time.
    #[error("`--run-start-time` is {found:?}; write a time such as `2026-01-31T23:59:59Z`")]
    RunStartTime {
        /// The argument.
        found: String,
    },
}

impl Arguments {
    /// Executes a task, and writes the result under a prefix.
    ///
    /// # Errors
    ///
    /// When the prefix is missing.
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

    /// Sets the dialect.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Sets the address of `inputs.pb`.
    #[must_use]
    pub fn with_inputs(mut self, inputs: impl Into<String>) -> Self {
        self.inputs = said(inputs.into());
        self
    }

    /// Sets the prefix for offloaded data.
    #[must_use]
    pub fn with_raw_output_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.raw_output_prefix = said(prefix.into());
        self
    }

    /// Sets where the task saves its checkpoint, and where the previous attempt saved its own.
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

    /// Marks it as one of the tasks of a map task. Each input is a list, of which the task takes the element with the
    /// index in the environment; inputs that are `bound` are taken as a whole.
    #[must_use]
    pub fn with_map(mut self, bound: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let bound = bound.into_iter().map(Into::into).collect();
        self.element = Some(Element { bound });
        self
    }

    /// Sets the address of the code that was unpacked for this task, and its directory: tasks that a dynamic task makes
    /// need them too.
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

    /// Sets the version of the task, used if the environment does not contain it.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = said(version.into());
        self
    }

    /// Sets Flyte 2's names of the run and the action.
    #[must_use]
    pub fn with_action(mut self, run: impl Into<String>, action: impl Into<String>) -> Self {
        self.run_name = said(run.into());
        self.action_name = said(action.into());
        self
    }

    /// Sets the start time of the run, from Flyte 2; in UTC if it does not have an offset.
    ///
    /// # Errors
    ///
    /// When it is not a time.
    pub fn with_run_start_time(mut self, time: impl Into<String>) -> Result<Self, ArgumentsError> {
        if let Some(text) = said(time.into()) {
            let Ok(time) = from_iso(&text).and_then(Instant::to_system_time) else {
                return Err(ArgumentsError::RunStartTime { found: text });
            };
            self.run_start_time = Some(time);
        }
        Ok(self)
    }

    /// Runs a built-in task, which lowering added to a graph, instead of a task of the program. `told` is its argument.
    #[must_use]
    pub fn with_built_in(mut self, told: impl Into<String>) -> Self {
        self.built_in = Some(told.into());
        self
    }

    pub(super) fn built_in(&self) -> Option<&str> {
        self.built_in.as_deref()
    }

    /// Marks the process as part of a local run of the same program.
    pub fn isolated(mut self) -> Self {
        self.is_isolated = true;
        self
    }

    /// Sets the reporter that tells the parent process how the attempt ended.
    #[cfg(unix)]
    pub fn reported_by(mut self, reporter: Reporter) -> Self {
        self.reporter = Some(reporter);
        self
    }

    /// Reports to the parent, if there is one, how the attempt ended; `None` if that could not be written.
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

    /// The prefix for outputs.
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

    /// The checkpoint, if the backend provides a place for it.
    pub(super) fn checkpoint(&self, files: &FileAccessProvider) -> Option<SyncCheckpoint> {
        let checkpoint =
            SyncCheckpoint::new(self.checkpoint.as_ref()?).with_file_access(files.clone());
        // The backend gives the address for every earlier attempt, even if that saved nothing.
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

/// An argument with a value: not an unfilled template, and not the quotation marks for an empty value.
fn said(argument: String) -> Option<String> {
    let nothing = argument.is_empty()
        || argument == "\"\""
        || argument.contains("{{.")
        || argument.contains("{{ .");
    (!nothing).then_some(argument)
}
