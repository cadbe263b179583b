//! The gates that are known of an entity before it runs.

use std::collections::BTreeSet;

use flyte_core::{
    graph::{BranchElse, Graph, Node, NodeTarget, entity::EntityDescriptor},
    no_other_variant,
};

/// The names of the gates in the graph of an entity and in the graphs that this contains. What a dynamic task or an
/// eager one asks is known only when it runs.
pub(super) fn of(entity: &'static EntityDescriptor) -> BTreeSet<String> {
    let mut found = Found::default();
    found.entity(entity);
    found.gates
}

#[derive(Default)]
struct Found {
    gates: BTreeSet<String>,
    /// The names of the entities that were looked into.
    seen: BTreeSet<&'static str>,
}

impl Found {
    fn entity(&mut self, entity: &'static EntityDescriptor) {
        if self.seen.insert(entity.name())
            && let Ok(graph) = entity.graph()
        {
            self.graph(&graph);
        }
    }

    fn graph(&mut self, graph: &Graph) {
        graph.nodes().iter().for_each(|node| self.node(node));
        graph
            .failure_node()
            .into_iter()
            .for_each(|node| self.node(node));
    }

    fn node(&mut self, node: &Node) {
        match node.target() {
            NodeTarget::Gate(_) => {
                let gate = node.gate().map(|gate| gate.name().to_owned());
                self.gates.extend(gate);
            }
            NodeTarget::Task(entity)
            | NodeTarget::Workflow(entity)
            | NodeTarget::LaunchPlan(entity) => self.entity(entity),
            NodeTarget::Map(map) => self.entity(map.entity()),
            NodeTarget::Inlined(graph) => self.graph(graph),
            NodeTarget::Branch(branch) => {
                let cases = branch.cases().iter();
                cases.for_each(|case| self.node(case.then.node()));
                if let BranchElse::Node(case) = branch.default() {
                    self.node(case.node());
                }
            }
            _ => no_other_variant!(NodeTarget),
        }
    }
}
