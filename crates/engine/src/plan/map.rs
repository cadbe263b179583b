//! The plan of a map node.

use std::sync::Arc;

use super::{Action, Plan, PlanNode};
use flyte_core::{
    graph::{Collect, Graph, ListType, MapNode, Successes, entity::RunTask},
    options::FailurePolicy,
};

/// A map node, ready to be started.
pub(crate) struct MapPlan {
    /// The plan with the one node that runs for each element.
    pub(crate) element: Arc<Plan>,
    /// For each input, the type of the list that its elements come from; `None` if the input is bound.
    pub(crate) lists: Vec<Option<ListType>>,
    pub(crate) names: Vec<&'static str>,
    pub(crate) collect: Option<Collect>,
    pub(crate) successes: Successes,
    pub(crate) concurrency: Option<usize>,
    /// Whether elements run on the worker from start to end.
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
                // This is the count for one element; a frame counts all elements.
                last_nodes: 1,
                slot_uses: Vec::new(),
                outputs: Vec::new(),
                // A map that can no longer succeed starts no further elements.
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

    /// The plan with the one node that runs for each element.
    pub(crate) fn element(&self) -> &Plan {
        &self.element
    }
}
