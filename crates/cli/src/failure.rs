//! What can go wrong at a command line, for people and for programs.

use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::Exit;
#[cfg(feature = "remote")]
use flyte_cluster::serialize::SerializeError;
use flyte_core::{
    graph::{
        CompileError,
        entity::{EntityDescriptor, UnknownEntity},
    },
    panic,
    text::hanging,
};
use flyte_engine::{
    cache::CacheError,
    error::{FailureCause, NodeFailure, RunError, RunFailure},
};
use flyte_events::history::{HistoryError, ResumeError};

/// Why a command did not do what it was asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// The arguments are wrong, or ask for help.
    Usage(clap::Error),
    /// There is no such entity.
    Unknown(UnknownEntity),
    /// The run gave no result.
    Run(Box<RunError>),
    /// The cache cannot do what it was asked for.
    Cache(CacheError),
    /// No directory is known that a cache could be in.
    NoCache,
    /// The same for a run that this command goes on with.
    Recorded(Box<RunError>, String),
    /// What was asked for is not recorded, or cannot be read.
    History(HistoryError),
    /// The result is there and has no form that could be printed.
    Encode(String),
    /// A default cannot be made.
    Default(String),
    /// An entity cannot be told to a cluster.
    #[cfg(feature = "remote")]
    Serialize(SerializeError),
    /// A file cannot be written.
    Write(String),
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Usage(error)
    }
}

impl From<UnknownEntity> for Failure {
    fn from(error: UnknownEntity) -> Self {
        Self::Unknown(error)
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Self::Run(Box::new(error))
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}

impl From<CompileError> for Failure {
    fn from(error: CompileError) -> Self {
        Self::Run(Box::new(error.into()))
    }
}

#[cfg(feature = "remote")]
impl From<SerializeError> for Failure {
    fn from(error: SerializeError) -> Self {
        match error {
            SerializeError::Compile(error) => error.into(),
            error => Self::Serialize(error),
        }
    }
}

impl From<CacheError> for Failure {
    fn from(error: CacheError) -> Self {
        Self::Cache(error)
    }
}

impl Failure {
    /// A file or directory that cannot be written.
    pub(super) fn write(path: &Path, error: &std::io::Error) -> Self {
        Self::Write(format!("{} cannot be written: {error}", path.display()))
    }

    /// The defaults of an entity that can be made: what follows asks for them again and again.
    pub(super) fn of_defaults(entity: &EntityDescriptor) -> Result<(), Self> {
        for input in entity.inputs() {
            if let Err(panic) = panic::catch(|| input.missing()) {
                let (input, entity) = (input.name, entity.name());
                return Err(Self::Default(format!(
                    "the default of `{input}` of `{entity}` panicked at {}: {}",
                    panic.place, panic.message
                )));
            }
        }
        Ok(())
    }

    /// A run that gave no result, and how to go on with it.
    pub(super) fn run(error: RunError, resume: Option<String>) -> Self {
        match (error, resume) {
            (
                error @ (RunError::Failed(_)
                | RunError::Cancelled { .. }
                | RunError::TimedOut { .. }
                | RunError::TooManyAbandoned { .. }),
                Some(resume),
            ) => Self::Recorded(Box::new(error), resume),
            (error, _) => error.into(),
        }
    }

    /// The help text, if that is what was asked for.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::Usage(error) if !error.use_stderr() => Some(error.render().to_string()),
            _ => None,
        }
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_)
            | Self::Unknown(_)
            | Self::Cache(CacheError::NotCached { .. })
            | Self::History(HistoryError::NoRun { .. } | HistoryError::Ambiguous { .. }) => {
                Exit::Usage
            }
            Self::Run(error) | Self::Recorded(error, _) => match **error {
                RunError::Unknown(_) | RunError::Input { .. } | RunError::Resume(_) => Exit::Usage,
                RunError::Cancelled { .. } => Exit::Interrupted,
                _ => Exit::Failed,
            },
            Self::History(_)
            | Self::Encode(_)
            | Self::Default(_)
            | Self::Cache(_)
            | Self::NoCache => Exit::Failed,
            // Images come from the command line.
            #[cfg(feature = "remote")]
            Self::Serialize(SerializeError::Image { .. }) => Exit::Usage,
            #[cfg(feature = "remote")]
            Self::Serialize(_) => Exit::Failed,
            Self::Write(_) => Exit::Failed,
        }
    }

    /// What standard error gets.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Usage(error) => error.render().to_string(),
            Self::Unknown(UnknownEntity::NotFound { .. }) => {
                let message = self.message();
                format!("error: {message}\n\nThe command 'list' shows all names.\n")
            }
            Self::Recorded(_, resume) => {
                let message = self.message();
                format!("error: {message}\n\nTo go on where it ended, use '{resume}'.\n")
            }
            _ => format!("error: {}\n", self.indented()),
        }
    }

    /// The message, in which no line begins where an error does but those of a report.
    fn indented(&self) -> String {
        let has_lines = match self {
            Self::Usage(_) | Self::Unknown(_) => true,
            Self::Run(error) | Self::Recorded(error, _) => {
                matches!(
                    **error,
                    RunError::Failed(_) | RunError::Compile(_) | RunError::Refused { .. }
                )
            }
            #[cfg(feature = "remote")]
            Self::Serialize(_) => true,
            _ => false,
        };
        match has_lines {
            true => self.message(),
            false => hanging(&self.message()).into_owned(),
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Usage(error) => {
                let text = error.render().to_string();
                let message = text.split("\n\nUsage:").next().unwrap_or(&text);
                let message = message.split("\n\nFor more").next().unwrap_or(message);
                let message = message.strip_prefix("error: ").unwrap_or(message);
                message.trim_end().to_owned()
            }
            Self::Unknown(error) => error.to_string(),
            Self::Run(error) | Self::Recorded(error, _) => error.to_string(),
            Self::History(error) => error.to_string(),
            Self::Encode(reason) | Self::Default(reason) => reason.clone(),
            Self::Cache(error) => error.to_string(),
            Self::NoCache => "there is no home directory for the cache; write `--cache-dir DIR`, or set `FLYTE_LOCAL_STATE_DIR`".to_owned(),
            #[cfg(feature = "remote")]
            Self::Serialize(error) => error.to_string(),
            Self::Write(reason) => reason.clone(),
        }
    }

    /// The error as data: `kind`, `message` and what else is known.
    pub(super) fn to_json(&self) -> Json {
        let mut details = Map::new();
        let kind = match self {
            Self::Usage(_) => "usage",
            Self::Unknown(_) => "unknown_entity",
            Self::History(_) => "history",
            Self::Encode(_) => "output",
            Self::Default(_) => "default",
            Self::Cache(_) | Self::NoCache => "cache",
            #[cfg(feature = "remote")]
            Self::Serialize(SerializeError::Refused { findings }) => {
                details.insert("findings".to_owned(), json!(findings));
                "refused"
            }
            #[cfg(feature = "remote")]
            Self::Serialize(_) => "serialize",
            Self::Write(_) => "output",
            Self::Run(error) => run_details(error, &mut details),
            Self::Recorded(error, resume) => {
                details.insert("resume".to_owned(), resume.as_str().into());
                run_details(error, &mut details)
            }
        };
        details.insert("kind".to_owned(), kind.into());
        details.insert("message".to_owned(), self.message().into());
        Json::Object(details)
    }
}

fn run_details(error: &RunError, details: &mut Map<String, Json>) -> &'static str {
    match error {
        RunError::Compile(error) => {
            let problems = error.problems.iter().map(ToString::to_string);
            details.insert("entity".to_owned(), error.workflow.as_str().into());
            details.insert("location".to_owned(), error.location.to_string().into());
            details.insert("problems".to_owned(), problems.collect());
            "compile"
        }
        RunError::Unknown(_) => "unknown_entity",
        RunError::Input { entity, name, .. } => {
            details.insert("entity".to_owned(), entity.as_str().into());
            details.insert("input".to_owned(), name.as_str().into());
            "input"
        }
        RunError::Outputs { entity, .. } => {
            details.insert("entity".to_owned(), entity.as_str().into());
            "outputs"
        }
        RunError::Failed(failure) => {
            let RunFailure {
                entity,
                first,
                others,
                skipped,
                ..
            } = &**failure;
            let failures = std::iter::once(first).chain(others).map(node_details);
            details.insert("entity".to_owned(), entity.as_str().into());
            details.insert("failures".to_owned(), failures.collect());
            details.insert("skipped".to_owned(), (*skipped).into());
            "failed"
        }
        RunError::Refused { entity, findings } => {
            details.insert("entity".to_owned(), entity.as_str().into());
            details.insert("findings".to_owned(), json!(findings));
            "refused"
        }
        RunError::Cancelled { entity } => {
            details.insert("entity".to_owned(), entity.as_str().into());
            "cancelled"
        }
        RunError::History(_) => "history",
        RunError::Resume(error) => {
            if let ResumeError::Running { id } | ResumeError::Differs { id, .. } = error {
                details.insert("run".to_owned(), id.as_str().into());
            }
            "resume"
        }
        RunError::TimedOut { entity, .. } => {
            details.insert("entity".to_owned(), entity.as_str().into());
            "timed_out"
        }
        RunError::TooManyAbandoned {
            entity, task, node, ..
        } => {
            details.insert("entity".to_owned(), entity.as_str().into());
            details.insert("task".to_owned(), task.as_str().into());
            details.insert("node".to_owned(), node.as_str().into());
            "too_many_abandoned"
        }
        RunError::TooDeep { entity, .. } => {
            details.insert("entity".to_owned(), entity.as_str().into());
            "too_deep"
        }
        RunError::Isolation(_) => "isolation",
        RunError::PanicAbort => "panic_abort",
        // Of the errors of this release the last is `Internal`.
        _ => "internal",
    }
}

fn node_details(failure: &NodeFailure) -> Json {
    let inputs = failure.inputs.iter();
    let inputs: Map<_, _> = inputs
        .map(|(name, value)| ((*name).to_owned(), value.as_str().into()))
        .collect();
    let message = |cause: &FailureCause| cause.rendered().message().to_owned();
    let earlier = failure.earlier.iter().map(message);
    json!({
        "kind": failure.kind.to_string(),
        "entity": failure.entity,
        "workflow": failure.workflow,
        "node": failure.node,
        "attempt": failure.attempt,
        "earlier": earlier.collect::<Vec<_>>(),
        "inputs": inputs,
        "location": failure.location.to_string(),
        "cause": message(&failure.cause),
    })
}
