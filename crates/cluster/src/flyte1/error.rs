//! What can go wrong between this machine and a cluster.

use std::{fmt, time::Duration};

use flyte_idl::tonic::{Code, Status};

use super::{diff::Difference, fetch, references::ReferenceCheck};
use crate::serialize::SerializeError;
use flyte_config::{
    config::{ConfigError, Origin},
    identifier::ResourceType,
};
use flyte_core::{graph::entity::EntityKind, no_other_variant};

/// Why a cluster did not do what it was asked for.
///
/// The text says which endpoint was asked, where that setting comes from, and what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// The settings cannot be read.
    #[error("the settings of the cluster cannot be read")]
    Config(#[from] ConfigError),
    /// A setting, an option or an input is not usable.
    #[error("{0}")]
    Setting(String),
    /// An entity has no message, or one that a cluster would refuse.
    #[error(transparent)]
    Serialize(#[from] SerializeError),
    /// The cluster does not answer.
    #[error(
        "no cluster answers at {endpoint} (from {origin}): {reason}; {advice}; `doctor` looks at each step"
    )]
    Unreachable {
        /// The address.
        endpoint: String,
        /// Where the address comes from.
        origin: Box<Origin>,
        /// What happened instead.
        reason: String,
        /// What to try.
        advice: &'static str,
    },
    /// No token could be had, or the one that was had is refused.
    #[error(
        "not signed in to {endpoint} with {mode} (from {origin}): {reason}; `doctor` looks at each step"
    )]
    SignIn {
        /// The address.
        endpoint: String,
        /// How it was tried.
        mode: String,
        /// Where the choice of that comes from.
        origin: Box<Origin>,
        /// Whether nobody has answered who could give a token, so that another try may succeed later.
        is_outage: bool,
        /// Why it failed, and what to do.
        reason: String,
    },
    /// The cluster refuses a call.
    #[error("{endpoint} (from {origin}) refuses {call}: {message} [{code}]{}", next(.code, .message, .mode))]
    Refused {
        /// The address.
        endpoint: String,
        /// Where the address comes from.
        origin: Box<Origin>,
        /// How this program signs in, and where the choice of that comes from.
        mode: String,
        /// The call, by the name that Flyte has for it.
        call: &'static str,
        /// The code of gRPC, such as `InvalidArgument`.
        code: String,
        /// What the cluster says.
        message: String,
    },
    /// Versions that are registered already have another structure.
    #[error("{}", conflicts(.0))]
    Conflict(Vec<Conflict>),
    /// An execution of this name is there already.
    #[error(
        "there is an execution {name} already, and starting another by its name would replace its inputs; \
         leave the name out, or give another"
    )]
    Taken {
        /// The name.
        name: String,
    },
    /// A file cannot be moved to or from the cluster's store.
    #[error("{what} cannot be moved: {reason}")]
    Transfer {
        /// Which file.
        what: String,
        /// Why not.
        reason: String,
    },
    /// An execution has ended without outputs.
    #[error("{0}")]
    Ended(Box<ExecutionEnd>),
    /// A task, workflow or launch plan is not registered.
    #[error("{0}")]
    Absent(Box<AbsentEntity>),
    /// There is no execution of this name.
    #[error(
        "{endpoint} (from {origin}) has no execution `{name}` in {place}; {}`runs list --remote` shows the last ones, \
         and `--project` and `--domain`, or `Remote::within`, lead to another place",
        meant(.near.as_deref())
    )]
    NoExecution {
        /// The address.
        endpoint: String,
        /// Where the address comes from.
        origin: Box<Origin>,
        /// Where it was looked for, as `project:domain`.
        place: String,
        /// The name.
        name: String,
        /// The name of one of the last executions that is nearest to it, if one is near.
        near: Option<String>,
    },
    /// References of the program do not fit what the cluster has.
    #[error("{}", references(.0))]
    References(Vec<ReferenceCheck>),
    /// An execution has not ended in the time that it was waited for.
    #[error(
        "execution {name} is {} after {} s; it goes on, and `runs watch {name} --remote` or `Remote::wait` waits for \
         its end",
        .status.name(), .waited.as_secs_f64()
    )]
    StillRunning {
        /// The name of the execution.
        name: String,
        /// How it stands.
        status: fetch::Status,
        /// How long it was waited for.
        waited: Duration,
    },
}

/// A task, workflow or launch plan that is not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AbsentEntity {
    /// The address of the cluster.
    pub endpoint: String,
    /// What was looked for.
    pub kind: EntityKind,
    /// Where it was looked for, as `project:domain`.
    pub place: String,
    /// The name.
    pub name: String,
    /// The version; `None` if any would do.
    pub version: Option<String>,
    /// Versions that are registered, the newest first.
    pub versions: Vec<String>,
    /// The registered name that is nearest to this one, if no version is registered and one is near.
    pub near: Option<String>,
}

impl fmt::Display for AbsentEntity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            endpoint,
            kind,
            place,
            name,
            ..
        } = self;
        write!(f, "{endpoint} has no {kind} `{name}`")?;
        if let Some(version) = &self.version {
            write!(f, " in version {version}")?;
        }
        write!(f, " in {place}; ")?;
        match (&self.versions[..], &self.version) {
            ([], _) => write!(
                f,
                "{}no version of it is registered there: a name is whole, as `list` of its program shows it, and \
                 `--project` and `--domain`, or `Remote::within`, lead to another place",
                meant(self.near.as_deref())
            ),
            (versions, Some(version)) => write!(
                f,
                "its latest versions are {}, and `register --version {version}` of its program registers this one",
                versions.join(", ")
            ),
            (versions, None) => write!(f, "its latest versions are {}", versions.join(", ")),
        }
    }
}

/// What was probably meant, in front of what to do otherwise.
fn meant(near: Option<&str>) -> String {
    near.map(|near| format!("did you mean `{near}`? "))
        .unwrap_or_default()
}

fn references(all: &[ReferenceCheck]) -> String {
    let mut text: String = all.iter().map(|one| format!("{one}\n\n")).collect();
    text += "nothing is sent: a cluster would refuse what uses them; change the signatures, or refer to versions \
             that fit";
    text
}

/// What to do about a refusal, behind what the cluster says itself.
fn next(code: &str, message: &str, mode: &str) -> String {
    match code {
        "PermissionDenied" => {
            format!("; this program signs in with {mode}, and `doctor` tells as whom")
        }
        "Unimplemented" => "; `doctor` tells which API the cluster has".to_owned(),
        _ if message.contains("failed to validate that project") => {
            "; `projects list` shows the projects, and `--project` gives another".to_owned()
        }
        _ if message.ends_with("is unrecognized by system") => {
            "; `projects list` shows the domains, and `--domain` gives another".to_owned()
        }
        _ => String::new(),
    }
}

/// `task`, `workflow` or `launch_plan`.
pub(super) fn kind_of(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::Task => "task",
        ResourceType::Workflow => "workflow",
        ResourceType::LaunchPlan => "launch_plan",
        _ => no_other_variant!(ResourceType),
    }
}

/// An entity that is registered already, under the same version and with another structure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// `task`, `workflow` or `launch_plan`.
    pub kind: &'static str,
    /// The name of the entity.
    pub name: String,
    /// The version of both.
    pub version: String,
    /// Where it is declared, if the program has it.
    pub location: Option<String>,
    /// What differs; empty if only the cluster knows.
    pub differences: Vec<Difference>,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.replace('_', " ");
        write!(
            f,
            "the {kind} `{}` is registered with another structure as {}",
            self.name, self.version
        )?;
        if let Some(location) = &self.location {
            write!(f, "\n  --> {location}")?;
        }
        for difference in &self.differences {
            write!(f, "\n{difference}")?;
        }
        if self.differences.is_empty() {
            write!(f, "\n  the cluster does not show in what it differs")?;
        }
        Ok(())
    }
}

fn conflicts(all: &[Conflict]) -> String {
    let mut text: String = all.iter().map(|one| format!("{one}\n\n")).collect();
    text += "versions never change: register as another `--version`, or leave it out for one that is made of the \
             content";
    text
}

/// How an execution ended that has no outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionEnd {
    /// The name of the execution.
    pub name: String,
    /// How it ended: `failed`, `aborted` or `timed out`.
    pub phase: &'static str,
    /// The cluster's code of the error, if there is one.
    pub code: Option<String>,
    /// What went wrong.
    pub message: String,
}

impl fmt::Display for ExecutionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "execution {} {}", self.name, self.phase)?;
        if let Some(code) = &self.code {
            write!(f, " [{code}]")?;
        }
        match self.message.trim() {
            "" => Ok(()),
            message => write!(f, ": {message}"),
        }
    }
}

impl ClusterError {
    /// Whether asking again later may help: the cluster, or who gives tokens for it, does not answer or is too busy to.
    pub fn is_absence(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::SignIn {
                    is_outage: true,
                    ..
                }
        )
    }

    /// Whether an absence may have come after what was asked for. Without a token nothing is sent.
    pub(super) fn may_be_done(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    pub(super) fn is_not_found(&self) -> bool {
        match self {
            Self::Refused { code, .. } => code == "NotFound",
            Self::Absent { .. } | Self::NoExecution { .. } => true,
            _ => false,
        }
    }

    pub(super) fn transfer(what: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::Transfer {
            what: what.into(),
            reason: reason.to_string(),
        }
    }
}

/// Whether a status says that nobody has answered: what comes from a server has no cause, what breaks on the way has.
pub(super) fn is_absence(status: &Status) -> bool {
    status.code() == Code::Unavailable || std::error::Error::source(status).is_some()
}

/// What an error says, with its causes.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text += &format!(": {cause_text}");
        }
        next = cause.source();
    }
    text
}
