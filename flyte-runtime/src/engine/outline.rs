//! A plan as others see it: which nodes there are and what each runs.

use super::{
    branches::DefaultPlan,
    plan::{Action, Plan, PlanNode},
};
use crate::entity::EntityDescriptor;

/// A node of a plan.
pub(crate) struct Outline<'p> {
    pub(crate) id: &'p str,
    pub(crate) runs: PlannedNode<'p>,
}

/// What a node of a plan runs.
pub(crate) enum PlannedNode<'p> {
    Task(&'static EntityDescriptor),
    Workflow(&'static EntityDescriptor, &'p Plan),
    /// What runs for each element, and its graph if it has one.
    Map(&'static EntityDescriptor, Option<&'p Plan>),
    /// Graphs without a name: the cases of a branch, or what stands in one.
    Cases(Vec<&'p Plan>),
}

impl Plan {
    /// All nodes, the failure handler at the end.
    pub(crate) fn outline(&self) -> impl Iterator<Item = Outline<'_>> {
        let ids = self.graph.nodes().iter().chain(self.graph.failure_node());
        let nodes = self.nodes.iter().chain(&self.on_failure);
        ids.zip(nodes).map(|(node, planned)| Outline {
            id: node.id(),
            runs: self.runs(planned),
        })
    }

    fn runs<'p>(&self, node: &'p PlanNode) -> PlannedNode<'p> {
        match &node.action {
            Action::Task(_) => PlannedNode::Task(node.entity),
            // A graph of this workflow's own stands in place of one node.
            Action::Workflow(plan) if std::ptr::eq(node.entity, self.graph.entity()) => {
                PlannedNode::Cases(vec![plan])
            }
            Action::Workflow(plan) => PlannedNode::Workflow(node.entity, plan),
            Action::Map(map) => PlannedNode::Map(node.entity, map.graph()),
            Action::Branch(branch) => {
                let cases = branch.cases.iter().map(|(_, case)| case);
                let default = match &branch.default {
                    DefaultPlan::Case(case) => Some(case),
                    DefaultPlan::Fail(_) => None,
                };
                PlannedNode::Cases(cases.chain(default).map(|case| &*case.plan).collect())
            }
        }
    }
}
