//! The effect of options in a local run.

use std::fmt;

/// How a local run handles an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LocalEffect {
    /// It does what the option says.
    Enforced,
    /// It keeps the option for a cluster, and reports once per run that it has no effect here.
    Recorded,
    /// It refuses to run an entity with the option.
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

/// One option of a task, a workflow, a launch plan or a node, and its effect in a local run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LocalOption {
    /// Its key.
    pub name: &'static str,
    /// Its effect in a run.
    pub effect: LocalEffect,
    /// Its effect in a run that isolates tasks: `Runner::isolate`.
    pub isolated: LocalEffect,
    /// Whether it is set here.
    pub is_set: bool,
    /// What that means in a run.
    pub meaning: &'static str,
    /// Its effect on a Flyte 1 cluster.
    pub flyte1: &'static str,
    /// Its effect on a Flyte 2 cluster.
    pub flyte2: &'static str,
}

impl LocalOption {
    /// Adds the effects on clusters.
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
