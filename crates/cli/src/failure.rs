//! Errors of the command line, for users and for programs.

use std::path::Path;

use clap::error::ErrorKind;
use serde_json::{Map, Value as Json, json};

use super::Exit;
#[cfg(feature = "remote")]
use flyte_cluster::serialize::SerializeError;
#[cfg(feature = "cluster")]
use flyte_cluster::{
    flyte1::{ClusterError, ReferenceCheck},
    ship::ShipError,
};
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

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The arguments are wrong, or request help.
    Usage(clap::Error),
    /// The entity does not exist.
    Unknown(UnknownEntity),
    /// The run failed.
    Run(Box<RunError>),
    /// The cache reported an error.
    Cache(CacheError),
    /// No directory for a cache is known.
    NoCache,
    /// A run failed that this command resumed.
    Recorded(Box<RunError>, String),
    /// The requested run is not recorded, or cannot be read.
    History(HistoryError),
    /// The result does not have a printable form.
    Encode(String),
    /// A default cannot be computed.
    Default(String),
    /// An entity cannot be serialised.
    #[cfg(feature = "remote")]
    Serialize(SerializeError),
    /// A file cannot be written.
    Write(String),
    /// A cluster does not do what it was asked for.
    #[cfg(feature = "cluster")]
    Cluster(Box<ClusterError>),
    /// What is asked for is not done like that.
    #[cfg(feature = "cluster")]
    Refused(String),
    /// What is to be ended has ended already.
    #[cfg(feature = "cluster")]
    Over(String),
    /// A program is not shipped.
    #[cfg(feature = "cluster")]
    Ship(ShipError),
}

/// The error of a command that needs a history when there is none.
pub(super) fn no_history() -> Failure {
    Failure::Encode(
        "no runs are recorded: `FLYTE_HISTORY` says so, or the user has no directory; `FLYTE_LOCAL_STATE_DIR` gives \
         one".to_owned(),
    )
}

#[cfg(feature = "cluster")]
impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Self {
        match error {
            ClusterError::Serialize(error) => error.into(),
            error => Self::Cluster(Box::new(error)),
        }
    }
}

#[cfg(feature = "cluster")]
impl From<ShipError> for Failure {
    fn from(error: ShipError) -> Self {
        Self::Ship(error)
    }
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
    /// The failure to write a file or directory.
    pub(super) fn write(path: &Path, error: &std::io::Error) -> Self {
        Self::Write(format!("{} cannot be written: {error}", path.display()))
    }

    /// Checks that the defaults of an entity can be computed, because later code uses them repeatedly.
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

    /// The failure of a run, with how to resume it.
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

    /// Whether the same may succeed later, because a cluster does not answer now.
    pub(super) fn is_absence(&self) -> bool {
        match self {
            #[cfg(feature = "cluster")]
            Self::Cluster(error) => error.is_absence(),
            _ => false,
        }
    }

    /// The same for a run that is not recorded here, and may be one on a cluster.
    #[cfg(feature = "cluster")]
    pub(super) fn or_of_cluster(self, command: &str) -> Self {
        match self {
            Self::History(error @ HistoryError::NoRun { .. })
                if matches!(command, "show" | "logs" | "deck") =>
            {
                Self::Refused(format!("{error}, and `--remote` is for those on a cluster"))
            }
            other => other,
        }
    }

    /// What is said once while a cluster is waited for.
    pub(super) fn waiting(&self) -> String {
        format!("note: {}; still trying\n", hanging(&self.message()))
    }

    /// The help text, if help was requested.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::Usage(error) if !error.use_stderr() => Some(error.render().to_string()),
            _ => None,
        }
    }

    /// Whether the message is help, as of a program without arguments.
    pub(super) fn shows_help(&self) -> bool {
        let kind = ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        matches!(self, Self::Usage(error) if error.kind() == kind)
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
            // The image was given on the command line.
            #[cfg(feature = "remote")]
            Self::Serialize(SerializeError::Image { .. }) => Exit::Usage,
            #[cfg(feature = "remote")]
            Self::Serialize(_) => Exit::Failed,
            Self::Write(_) => Exit::Failed,
            #[cfg(feature = "cluster")]
            Self::Refused(_) | Self::Ship(ShipError::Reference(_)) => Exit::Usage,
            #[cfg(feature = "cluster")]
            Self::Ship(_) => Exit::Failed,
            #[cfg(feature = "cluster")]
            Self::Over(_) => Exit::Failed,
            #[cfg(feature = "cluster")]
            Self::Cluster(error) => match **error {
                ClusterError::Setting(_) | ClusterError::Config(_) | ClusterError::Taken { .. } => {
                    Exit::Usage
                }
                _ => Exit::Failed,
            },
        }
    }

    /// The text for standard error.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Usage(error) => error.render().to_string(),
            Self::Unknown(UnknownEntity::NotFound { .. }) => {
                let message = self.message();
                format!("error: {message}\n\nThe command 'list' shows all names.\n")
            }
            Self::Recorded(_, resume) => {
                let message = self.message();
                format!("error: {message}\n\nTo resume it, run '{resume}'.\n")
            }
            _ => format!("error: {}\n", self.indented()),
        }
    }

    /// The message, indented so that only the lines of the report itself look like the start of an error.
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
            #[cfg(feature = "cluster")]
            Self::Cluster(error) => {
                matches!(
                    **error,
                    ClusterError::Conflict(_) | ClusterError::References(_)
                )
            }
            _ => false,
        };
        match has_lines {
            true => self.message(),
            false => hanging(&self.message()).into_owned(),
        }
    }

    /// The message as a part of another text.
    #[cfg(feature = "cluster")]
    pub(super) fn told(&self) -> String {
        self.message()
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
            Self::NoCache => {
                "there is no home directory for the cache; write `--cache-dir DIR`, or set \
                              `FLYTE_LOCAL_STATE_DIR`"
                    .to_owned()
            }
            #[cfg(feature = "remote")]
            Self::Serialize(error) => error.to_string(),
            Self::Write(reason) => reason.clone(),
            #[cfg(feature = "cluster")]
            Self::Refused(reason) | Self::Over(reason) => reason.clone(),
            #[cfg(feature = "cluster")]
            Self::Ship(error) => error.to_string(),
            #[cfg(feature = "cluster")]
            Self::Cluster(error) => match &**error {
                ClusterError::Config(error) => error.to_string(),
                error => error.to_string(),
            },
        }
    }

    /// The error as data: `kind`, `message` and further fields.
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
            #[cfg(feature = "cluster")]
            Self::Refused(_) => "usage",
            #[cfg(feature = "cluster")]
            Self::Over(_) => "over",
            #[cfg(feature = "cluster")]
            Self::Ship(_) => "ship",
            #[cfg(feature = "cluster")]
            Self::Cluster(error) => match &**error {
                ClusterError::Unreachable { .. } => "unreachable",
                ClusterError::SignIn { .. } => "sign_in",
                ClusterError::Conflict(_) => "conflict",
                ClusterError::References(checks) => {
                    let checks = checks.iter().map(ReferenceCheck::to_json);
                    details.insert("references".to_owned(), checks.collect());
                    "references"
                }
                ClusterError::Absent { .. } | ClusterError::NoExecution { .. } => "absent",
                ClusterError::Ended(_) => "failed",
                ClusterError::Setting(_) | ClusterError::Config(_) => "setting",
                _ => "cluster",
            },
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
        // `Internal` is the last of this release's errors.
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
