//! The errors that end a run.

use std::{borrow::Cow, error::Error, fmt, sync::OnceLock, time::Duration};

use flyte_check::check::{Finding, refused};
use flyte_core::{
    error::Said,
    graph::{
        CompileError, NotBuilt,
        entity::{EntityDescriptor, EntityKind, Location, UnknownEntity},
    },
    panic::Panic,
    text::{bounded, hanging},
    types::TypeError,
};
use flyte_events::history::{HistoryError, ResumeError};
use flyte_grammar::duration;

pub use flyte_core::{attempt_error::AttemptError, error::BoxError, rendered::RenderedError};

/// Why a run has no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The workflow cannot be compiled; nothing ran.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The entity does not exist; nothing ran.
    #[error(transparent)]
    Unknown(#[from] UnknownEntity),
    /// An input is missing or of the wrong type; nothing ran.
    #[error("input `{name}` of `{entity}`: {reason}")]
    Input {
        /// The entity's name.
        entity: String,
        /// The input's name.
        name: String,
        /// What is wrong with it.
        reason: InputError,
    },
    /// A call by name expects other outputs than the entity has; nothing ran.
    #[error("the outputs of `{entity}`: {error}")]
    Outputs {
        /// The entity's name.
        entity: String,
        /// The declared outputs and the expected ones.
        error: TypeError,
    },
    /// A cluster would refuse the entity, and the run is [strict](crate::Runner::strict); nothing ran.
    #[error("`{entity}`: {}", refused(.findings))]
    Refused {
        /// The entity that was started.
        entity: String,
        /// The findings: first those for which a cluster would refuse it, then warnings.
        findings: Vec<Finding>,
    },
    /// A task failed.
    #[error(transparent)]
    Failed(#[from] Box<RunFailure>),
    /// The history of the run cannot be written; nothing ran.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The run cannot be resumed; nothing ran.
    #[error(transparent)]
    Resume(#[from] ResumeError),
    /// The run was cancelled before it ended.
    #[error("the run of `{entity}` was cancelled")]
    Cancelled {
        /// The entity that was run.
        entity: String,
    },
    /// The run exceeded its time limit and was cancelled.
    #[error("the run of `{entity}` was not done within {}", duration::format(*.after))]
    TimedOut {
        /// The entity that was run.
        entity: String,
        /// The time limit.
        after: Duration,
    },
    /// Too many sync tasks were still running after their time limit, and each left a thread behind; the run was
    /// cancelled.
    #[error(
        "the run of `{entity}` has left more than {most} threads behind, each with a sync task that goes on although its \
         time is over, the last at node {node}: let `{task}` ask `flyte_runtime::is_cancelled()` while it works, or \
         isolate tasks with `--isolate` or `Runner::isolate(true)`, so that their processes are killed; \
         `Runner::max_abandoned_threads` allows more"
    )]
    TooManyAbandoned {
        /// The entity that was run.
        entity: String,
        /// The largest number of threads that may be left behind at once.
        most: usize,
        /// The last task that was left behind.
        task: String,
        /// The ids of the nodes from the outermost workflow down to the task, joined by `/`.
        node: String,
    },
    /// Tasks started runs inside each other to this depth; the innermost did not start.
    #[error(
        "the run of `{entity}` would be nested in {depth} others; a task that runs itself needs a base case"
    )]
    TooDeep {
        /// The entity that was started.
        entity: String,
        /// The number of runs around it.
        depth: u32,
    },
    /// The program was built with `panic = "abort"`, which would let one failing task end the process.
    #[error(
        "this program is built with `panic = \"abort\"`, so a panic in one task would end them all; remove the setting from the \
         profile in Cargo.toml, or isolate tasks from one another with `Runner::isolate` or `--isolate`"
    )]
    PanicAbort,
    /// Attempts cannot run in processes of their own; nothing ran.
    #[error("tasks cannot be isolated: {0}")]
    Isolation(&'static str),
    /// An internal invariant was violated.
    #[error("{0}; this is a bug in flyte-runtime")]
    Internal(&'static str),
}

/// What the report of a failed run says in addition to its text; `None` if the error is not such a report.
pub fn report_of(error: &(dyn Error + 'static)) -> Option<Said> {
    let failure = match error.downcast_ref() {
        Some(RunError::Cancelled { .. }) => {
            return Some(Said {
                cancelled: true,
                ..Said::default()
            });
        }
        Some(RunError::Failed(failure)) => Some(&**failure),
        Some(_) => None,
        None => Some(error.downcast_ref::<RunFailure>()?),
    };
    let said = failure.and_then(|failure| failure.first.cause.said());
    Some(said.unwrap_or_default())
}

/// What is wrong with an input passed from outside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// It is required but was not passed.
    #[error("it is required and was not given")]
    Missing,
    /// It was passed but does not exist.
    #[error("there is no such input")]
    Unknown,
    /// Its value has another type.
    #[error(transparent)]
    Type(Box<TypeError>),
}

impl From<TypeError> for InputError {
    fn from(error: TypeError) -> Self {
        Self::Type(Box::new(error))
    }
}

/// How many failures after the first a report shows in full.
const SHOWN: usize = 9;

/// A run that ended because tasks failed.
///
/// `Display` is the report, and so is `{:?}`, which `unwrap` and a `main` that returns the error show; `{:#?}` shows
/// the fields. The texts were made when the tasks failed, so showing them calls no code of user errors. If dropping a
/// user error panics, the panic is logged and stops there.
#[non_exhaustive]
pub struct RunFailure {
    /// The entity that was started.
    pub entity: String,
    /// The failure that ended the run: the first one.
    pub first: NodeFailure,
    /// Failures of other nodes that were running or could still run.
    pub others: Vec<NodeFailure>,
    /// The number of nodes that did not run because of the failure.
    pub skipped: usize,
    /// The report. Each nested run fails with the inner run's report inside its own, and each asks for it more than
    /// once.
    pub(crate) report: OnceLock<String>,
}

impl fmt::Display for RunFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.report.get_or_init(|| Report(self).to_string()))
    }
}

struct Report<'a>(&'a RunFailure);

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.tell(f)
    }
}

impl fmt::Debug for RunFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `Debug` of a string would escape the text, and again for each outer run.
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("RunFailure")
            .field("entity", &self.entity)
            .field("first", &self.first)
            .field("others", &self.others)
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
    }
}

impl RunFailure {
    /// The outputs cannot be returned to the caller.
    pub(crate) fn of_outputs(entity: &'static EntityDescriptor, cause: FailureCause) -> Box<Self> {
        Box::new(Self {
            entity: entity.name().to_owned(),
            first: NodeFailure::of_outputs(entity, String::new(), cause),
            others: Vec::new(),
            skipped: 0,
            report: OnceLock::new(),
        })
    }

    fn tell(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        for other in self.others.iter().take(SHOWN) {
            write!(f, "\nalso {other}")?;
        }
        match self.others.len().saturating_sub(SHOWN) {
            0 => {}
            1 => f.write_str("\nand 1 node more failed")?,
            more => write!(f, "\nand {more} nodes more failed")?,
        }
        match self.skipped {
            0 => Ok(()),
            1 => f.write_str("\n1 node did not run"),
            count => write!(f, "\n{count} nodes did not run"),
        }
    }
}

impl Error for RunFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.first.cause.source()
    }
}

/// A failed node and what is known about it.
#[derive(Debug)]
#[non_exhaustive]
pub struct NodeFailure {
    /// A task, or a workflow if its own outputs could not be made.
    pub kind: EntityKind,
    /// The name of the task.
    pub entity: String,
    /// The ids of the nodes from the outermost workflow down to the task, joined by `/`.
    pub node: String,
    /// The name of the workflow the node is in.
    pub workflow: String,
    /// The number of the last attempt, counted from zero as in Flyte.
    pub attempt: u32,
    /// The causes of the first nine failed attempts before the last.
    pub earlier: Vec<FailureCause>,
    /// The inputs by name, each cut to 80 characters.
    pub inputs: Vec<(&'static str, String)>,
    /// Where the task is defined.
    pub location: Location,
    /// What went wrong.
    pub cause: FailureCause,
}

impl NodeFailure {
    /// The outputs of an entity could not be made from its result.
    pub(crate) fn of_outputs(
        entity: &'static EntityDescriptor,
        node: String,
        cause: FailureCause,
    ) -> Self {
        Self {
            kind: entity.kind(),
            entity: entity.name().to_owned(),
            node,
            workflow: entity.name().to_owned(),
            attempt: 0,
            earlier: Vec::new(),
            inputs: Vec::new(),
            location: entity.location(),
            cause,
        }
    }
}

impl fmt::Display for NodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let branch = self.cause.branch();
        match branch {
            Some(branch) => write!(f, "branch `{branch}` failed")?,
            None => write!(f, "{} `{}` failed", self.kind, self.entity)?,
        }
        if self.attempt > 0 {
            write!(f, " in each of {} attempts", u64::from(self.attempt) + 1)?;
        }
        if self.workflow != self.entity || branch.is_some() {
            write!(f, " (node {} of `{}`)", self.node, self.workflow)?;
        }
        let rendered = self.cause.rendered();
        write!(f, ": {}", hanging(rendered.message()))?;
        for text in rendered.sources() {
            write!(f, "\n  caused by: {}", hanging(text))?;
        }
        for (attempt, cause) in self.earlier.iter().enumerate() {
            write!(
                f,
                "\n  attempt {attempt}: {}",
                hanging(cause.rendered().message())
            )?;
        }
        if !self.inputs.is_empty() {
            f.write_str("\n  with: ")?;
            for (index, (name, value)) in self.inputs.iter().enumerate() {
                let separator = if index == 0 { "" } else { ", " };
                write!(f, "{separator}{name} = {}", hanging(value))?;
            }
        }
        match branch {
            Some(_) => write!(f, "\n  branch at {}", self.location),
            None => write!(f, "\n  {} at {}", self.kind, self.location),
        }
    }
}

/// What went wrong in a task.
#[derive(Debug)]
#[non_exhaustive]
pub enum FailureCause {
    /// It returned an error.
    Error(AttemptError),
    /// It panicked.
    Panic {
        /// The message of the panic.
        message: String,
        /// `file:line:column` of the panic.
        place: String,
    },
    /// It exceeded a time limit.
    TimedOut {
        /// The time limit.
        after: Duration,
        /// What the limit applies to.
        limit: TimeLimit,
        /// It could not be stopped, so its thread was left behind and runs until the task ends. Its result is then
        /// dropped.
        detached: bool,
    },
    /// A part of an input does not exist, such as an element past the end of a list.
    Input {
        /// The input's name.
        name: &'static str,
        /// What is wrong.
        error: TypeError,
    },
    /// A part of the value for a workflow's output does not exist.
    Output {
        /// The output's name.
        name: Cow<'static, str>,
        /// What is wrong.
        error: Box<TypeError>,
    },
    /// No case of a branch matched, and its `else` fails: `fail("…")`.
    Branch {
        /// The name of the branch.
        name: String,
        /// The message of the `fail`.
        message: String,
    },
    /// A condition of a branch could not be evaluated, such as one on an element past the end of a list.
    Condition {
        /// The name of the branch.
        name: String,
        /// What is wrong.
        error: Box<TypeError>,
    },
}

/// What a time limit applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeLimit {
    /// One attempt: the option `timeout`.
    Attempt,
    /// All attempts together, with the waits between them: the option `deadline`.
    Deadline,
    /// The deadline, because it leaves no time for another attempt: the next one would begin after it.
    NoTimeLeft,
}

impl fmt::Display for FailureCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => error.fmt(f),
            Self::Panic { message, place } => write!(f, "panicked at {place}: {message}"),
            Self::TimedOut {
                after,
                limit,
                detached,
            } => {
                let after = duration::format(*after);
                match limit {
                    TimeLimit::Attempt => write!(f, "timed out after {after}")?,
                    TimeLimit::Deadline => write!(f, "not done by its deadline of {after}")?,
                    TimeLimit::NoTimeLeft => {
                        write!(
                            f,
                            "its deadline of {after} leaves no time for another attempt"
                        )?;
                    }
                }
                if *detached {
                    f.write_str("; its thread goes on until it ends by itself")?;
                }
                Ok(())
            }
            Self::Input { name, error } => write!(f, "input `{name}`: {error}"),
            Self::Output { name, error } => write!(f, "output `{name}`: {error}"),
            Self::Branch { message, .. } => f.write_str(message),
            Self::Condition { error, .. } => write!(f, "its condition: {error}"),
        }
    }
}

impl From<BoxError> for FailureCause {
    fn from(error: BoxError) -> Self {
        Self::Error(AttemptError::new(error, report_of))
    }
}

impl From<NotBuilt> for FailureCause {
    fn from(reason: NotBuilt) -> Self {
        match reason {
            NotBuilt::Panicked(panic) => Self::from(panic),
            NotBuilt::Failed(error) => Self::from(error),
            NotBuilt::Wrong(error) => Self::error(error),
        }
    }
}

impl From<Panic> for FailureCause {
    fn from(Panic { message, place }: Panic) -> Self {
        Self::Panic { message, place }
    }
}

impl FailureCause {
    /// The branch that failed, if the failure is not that of a task or workflow.
    fn branch(&self) -> Option<&str> {
        match self {
            Self::Branch { name, .. } | Self::Condition { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The text of the failure, and of its causes.
    pub fn rendered(&self) -> RenderedError {
        match self {
            Self::Error(error) => error.rendered().clone(),
            Self::Panic { place, .. } => RenderedError::of_text(self.to_string(), Some(place)),
            cause => match cause.source() {
                Some(source) => RenderedError::of_cause(&cause.to_string(), source, report_of),
                None => RenderedError::of_text(bounded(cause), None),
            },
        }
    }

    /// Makes a cause of any error.
    pub fn error(error: impl Into<BoxError>) -> Self {
        Self::from(error.into())
    }

    /// What the error says in addition to its text; `None` if the cause is not an error.
    pub(crate) fn said(&self) -> Option<Said> {
        match self {
            Self::Error(error) => Some(error.said()),
            _ => None,
        }
    }

    pub(crate) fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Error(error) => Some(&**error as &(dyn Error + 'static)),
            Self::Panic { .. } | Self::TimedOut { .. } | Self::Branch { .. } => None,
            Self::Input { error, .. } => Some(error),
            Self::Output { error, .. } | Self::Condition { error, .. } => Some(&**error),
        }
    }
}
