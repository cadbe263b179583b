//! A run that is one attempt of a task, which a cluster has started in a container.

use crate::identifier::ActionId;

/// What is different in a container: the task is told what the parameters around the run say, and it is the cluster that
/// makes another attempt.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    /// What identifies the attempt's execution in Flyte 2's words.
    pub(crate) action: ActionId,
}
