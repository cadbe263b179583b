//! The ids that a cluster gives to nodes, which differ from those of a run on this machine.

use std::collections::BTreeSet;

use flyte_events::events::{NodeInfo, NodeKind};

/// What is known of the nodes of an execution.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// Launch plans, whose workflows have no nodes of their own on a cluster; the empty path is the execution itself.
    plans: BTreeSet<String>,
    /// Those workflows.
    inner: BTreeSet<String>,
    branches: BTreeSet<String>,
}

impl Paths {
    /// Those of an execution of a launch plan, or of something else.
    pub(super) fn of(is_plan: bool) -> Self {
        Self {
            plans: is_plan.then(String::new).into_iter().collect(),
            ..Self::default()
        }
    }

    /// Learns of a node. `false` if a cluster has none for it.
    pub(super) fn add(&mut self, info: &NodeInfo, is_plan: bool) -> bool {
        let path = &info.path;
        if self.plans.contains(info.parent().unwrap_or_default()) {
            self.inner.insert(path.clone());
            return false;
        }
        if is_plan {
            self.plans.insert(path.clone());
        }
        if info.kind == NodeKind::Branch {
            self.branches.insert(path.clone());
        }
        true
    }

    /// The path of the node around, on a cluster.
    pub(super) fn parent(&self, info: &NodeInfo) -> Option<String> {
        let parent = info.parent()?;
        match self.inner.contains(parent) {
            true => parent.rsplit_once('/').map(|(around, _)| around.to_owned()),
            false => Some(parent.to_owned()),
        }
    }

    /// The id of a node in its workflow, on a cluster: the case of a branch has the id of the branch, too.
    pub(super) fn spec_id(&self, path: &str) -> String {
        match path.rsplit_once('/') {
            None => path.to_owned(),
            Some((around, id)) => match self.branches.contains(around) {
                true => format!("{}-{id}", self.spec_id(around)),
                false => id.to_owned(),
            },
        }
    }
}
