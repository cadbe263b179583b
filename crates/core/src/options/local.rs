//! What options do in a run on this machine.

use std::fmt;

/// What a run on this machine does about an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LocalEffect {
    /// It does what the option says.
    Enforced,
    /// It keeps the option for a cluster, and says once a run that it has no effect here.
    Recorded,
    /// It does not run what has the option.
    Refused,
}

/// `enforced`, `recorded` or `refused`.
impl fmt::Display for LocalEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Enforced => "enforced",
            Self::Recorded => "recorded",
            Self::Refused => "refused",
        })
    }
}

/// One option of a task, a workflow, a launch plan or a node, and what a run on this machine does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalOption {
    /// Its key.
    pub name: &'static str,
    /// What a run does about it.
    pub effect: LocalEffect,
    /// What a run does about it whose tasks are isolated: `Runner::isolate`.
    pub isolated: LocalEffect,
    /// Whether it is said here.
    pub is_set: bool,
    /// How that shows.
    pub meaning: &'static str,
    /// What a cluster of Flyte 1 does about it.
    pub flyte1: &'static str,
    /// What a cluster of Flyte 2 does about it.
    pub flyte2: &'static str,
}

impl LocalOption {
    /// With what clusters do about it.
    pub(crate) fn on_clusters(self, flyte1: &'static str, flyte2: &'static str) -> Self {
        Self {
            flyte1,
            flyte2,
            ..self
        }
    }
}

/// The effect on Flyte 2 of an option that registration does not send yet.
pub(crate) const NOT_YET: &str = "not sent yet";

pub(crate) fn enforced(name: &'static str, is_set: bool, meaning: &'static str) -> LocalOption {
    LocalOption {
        name,
        effect: LocalEffect::Enforced,
        isolated: LocalEffect::Enforced,
        is_set,
        meaning,
        flyte1: "",
        flyte2: NOT_YET,
    }
}

pub(crate) fn recorded(name: &'static str, is_set: bool, meaning: &'static str) -> LocalOption {
    LocalOption {
        effect: LocalEffect::Recorded,
        isolated: LocalEffect::Recorded,
        ..enforced(name, is_set, meaning)
    }
}

pub(crate) fn enforced_isolated(
    name: &'static str,
    is_set: bool,
    meaning: &'static str,
) -> LocalOption {
    LocalOption {
        isolated: LocalEffect::Enforced,
        ..recorded(name, is_set, meaning)
    }
}

pub(crate) fn refused(name: &'static str, is_set: bool, meaning: &'static str) -> LocalOption {
    LocalOption {
        effect: LocalEffect::Refused,
        isolated: LocalEffect::Refused,
        ..enforced(name, is_set, meaning)
    }
}
