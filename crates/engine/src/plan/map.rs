//! The plan of a map node.

use std::sync::Arc;

use super::{Action, Plan, PlanNode};
use flyte_core::{
    graph::{Collect, Graph, ListType, MapNode, Successes, entity::RunTask},
    options::FailurePolicy,
};

/// A map node, ready to be started.
pub(crate) struct MapPlan {
    /// The one node that each element is.
    pub(crate) element: Arc<Plan>,
    /// For each input which list its elements are of, if it is not bound.
    pub(crate) lists: Vec<Option<ListType>>,
    pub(crate) names: Vec<&'static str>,
    pub(crate) collect: Option<Collect>,
    pub(crate) successes: Successes,
    pub(crate) concurrency: Option<usize>,
    /// Whether elements run on the worker from their beginning to their end.
    pub(crate) stays: bool,
}

impl MapPlan {
    pub(super) fn new(map: &MapNode, graph: &Arc<Graph>, element: PlanNode) -> Self {
        let stays = matches!(element.action, Action::Task(RunTask::Sync(_)));
        Self {
            element: Arc::new(Plan {
                graph: Arc::clone(graph),
                tasks: element.tasks(),
                nodes: vec![element],
                roots: Vec::new(),
                // Each element is one; a frame counts those that there are.
                last_nodes: 1,
                slot_uses: Vec::new(),
                outputs: Vec::new(),
                // A map that cannot succeed any more starts no other element.
                failure_policy: FailurePolicy::FailImmediately,
                on_failure: None,
                notices: Default::default(),
            }),
            lists: map.inputs.iter().map(|input| input.list).collect(),
            names: map.inputs.iter().map(|input| input.name).collect(),
            collect: map.collect,
            successes: map.successes,
            concurrency: map.concurrency,
            stays,
        }
    }

    /// The one node that each element is.
    pub(crate) fn element(&self) -> &Plan {
        &self.element
    }
}
