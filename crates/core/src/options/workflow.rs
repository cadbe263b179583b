//! What is declared about a workflow, and what a run on this machine does about it.

use serde::{Deserialize, Serialize};

use super::{
    Documentation, LocalOption,
    declare::options,
    is_false,
    local_effects::{NOT_YET, enforced, recorded},
};

options! {
    /// What `#[workflow(..)]` declares; like [`TaskOptions`](super::TaskOptions), made of [`new`](Self::new).
    ///
    /// The failure handler is not among them: it is an entity, and belongs to the graph.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
    pub struct WorkflowOptions as WorkflowOptionsFields;

    /// What `#[workflow]` without arguments declares.
    new();

    /// What happens to the other nodes when one fails.
    #[serde(skip_serializing_if = "FailurePolicy::is_default")]
    failure_policy: [FailurePolicy] = FailurePolicy::FailImmediately,
    /// Whether tasks that do not say so themselves may run on machines that can be taken away.
    #[serde(skip_serializing_if = "is_false")]
    interruptible: [bool] = false,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    docs: [Option<Documentation>] = None,
}

impl WorkflowOptions {
    /// No options at all, for generated code: evaluated once and not for each entity.
    #[doc(hidden)]
    pub const NONE: &'static Self = &Self::new();

    /// What a run on this machine does about each option.
    pub fn local_effects(&self) -> Vec<LocalOption> {
        let Self {
            failure_policy,
            interruptible,
            docs,
        } = self;
        vec![
            enforced(
                "failure_policy",
                *failure_policy != FailurePolicy::FailImmediately,
                "after a failure, either no other node starts, or all nodes that still can start do",
            )
            .on_clusters("enforced", NOT_YET),
            recorded(
                "interruptible",
                *interruptible,
                "this machine is not interruptible",
            )
            .on_clusters("sent: runs on interruptible machines", NOT_YET),
            enforced("docs", docs.is_some(), "`describe` shows it").on_clusters("sent", NOT_YET),
        ]
    }
}

/// What happens to the other nodes when one fails. The numbers are those of the Flyte protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailurePolicy {
    /// The workflow fails at once.
    #[default]
    FailImmediately = 0,
    /// Nodes that do not need the failed one still run.
    FailAfterExecutableNodesComplete = 1,
}

impl FailurePolicy {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
