//! Checks node ids as a cluster forms them: the node of a case has the id of its branch and its own.

use std::collections::HashSet;

use super::{Rule, Walk, graph::Template};
use crate::lower::NodePath;
use flyte_core::graph::{Graph, Node, NodeTarget};

impl Walk<'_> {
    /// Finds nodes of a graph whose id a cluster would also give to the node of a case.
    pub(super) fn ids(&mut self, template: &Template<'_>, graph: &Graph) {
        let mut cases = HashSet::new();
        for node in graph.nodes().iter().chain(graph.failure_node()) {
            ids_of_cases(node, node.id(), &mut cases);
        }
        for node in graph.nodes() {
            if cases.contains(node.id()) {
                let id = node.id();
                let reason = format!(
                    "a cluster calls the node of a case of a branch `{id}`, too: it is registered, and no run can begin"
                );
                let at: NodePath = template.at(node);
                let instead = "give it another `node_name`";
                let finding = template
                    .subject
                    .finding(Rule::IdOfCase, &at, reason, instead);
                self.find(finding);
            }
        }
    }
}

fn ids_of_cases(node: &Node, id: &str, found: &mut HashSet<String>) {
    if let NodeTarget::Branch(branch) = node.target() {
        for case in branch.case_nodes() {
            let id = format!("{id}-{}", case.node().id());
            ids_of_cases(case.node(), &id, found);
            found.insert(id);
        }
    }
}
