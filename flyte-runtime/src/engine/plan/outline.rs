//! A plan as others see it: which nodes there are and what each runs.

use super::{Action, Arg, Computed, DefaultPlan, Plan, PlanNode};
use crate::{entity::EntityDescriptor, types::TypeError};

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

    /// What a slot has, as people call it: an input of the graph, or the output of a node, as in `n0.o0`.
    #[cold]
    pub(in crate::engine) fn slot_name(&self, slot: u32) -> String {
        let inputs = &self.graph.interface().inputs;
        if let Some(input) = inputs.get(slot as usize) {
            return input.name.to_string();
        }
        let after = self.nodes.partition_point(|node| node.first_slot <= slot);
        let found = after.checked_sub(1).and_then(|index| {
            let node = self.graph.nodes().get(index)?;
            let output = slot - self.nodes[index].first_slot;
            let name = node.target().output_name(output as usize);
            Some(format!("{}.{name}", node.id()))
        });
        found.unwrap_or_default()
    }

    /// An error in the value of an argument, with what it came from.
    #[cold]
    pub(in crate::engine) fn error_of(&self, arg: &Arg, error: TypeError) -> TypeError {
        match arg {
            Arg::Slot(slot) => error.at(self.slot_name(*slot)),
            Arg::Computed(computed) => match &**computed {
                Computed::Part { slot, path } => {
                    let steps = path.iter().map(|(step, _)| step.to_string());
                    error.at(self.slot_name(*slot) + &steps.collect::<String>())
                }
                _ => error,
            },
            _ => error,
        }
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
