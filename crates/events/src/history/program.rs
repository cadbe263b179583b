//! What a run was a run of, so that it is resumed with nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Names;
use flyte_core::{
    graph::{Graph, Node, NodeTarget, entity::EntityDescriptor},
    no_other_variant,
};

/// The interfaces and graphs that a run uses. Bodies are not part of it: a task that failed may be mended before its
/// run is resumed. Neither is what nodes are bound to: a node whose inputs are others than before runs again.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Program {
    /// The interface of every entity.
    entities: Names,
    /// The nodes of every workflow, with what each runs.
    workflows: BTreeMap<String, Names>,
}

impl Program {
    /// That of the graph of an entity.
    pub(super) fn of(graph: &Graph) -> Self {
        let mut program = Self::default();
        program.entity(graph.entity());
        program.graph(graph);
        program
    }

    fn entity(&mut self, entity: &EntityDescriptor) {
        if self.entities.contains_key(entity.name()) {
            return;
        }
        let inputs = entity.inputs().iter();
        let inputs: Vec<_> = inputs
            .map(|input| format!("{}: {}", input.name, input.info.literal_type()))
            .collect();
        let outputs = entity.outputs().iter();
        let outputs: Vec<_> = outputs
            .map(|output| format!("{}: {}", output.name, output.info.literal_type()))
            .collect();
        let interface = format!("({}) -> ({})", inputs.join(", "), outputs.join(", "));
        self.entities.insert(entity.name().to_owned(), interface);
    }

    fn graph(&mut self, graph: &Graph) {
        let workflow = graph.entity().name().to_owned();
        if self.workflows.contains_key(&workflow) {
            return;
        }
        self.workflows.insert(workflow.clone(), Names::new());
        let mut nodes = Names::new();
        self.nodes(graph, "", &mut nodes);
        self.workflows.insert(workflow, nodes);
    }

    /// The nodes of a graph, and of those that are no workflows of their own.
    fn nodes(&mut self, graph: &Graph, around: &str, nodes: &mut Names) {
        for node in graph.nodes().iter().chain(graph.failure_node()) {
            self.node(node, around, nodes);
        }
    }

    fn node(&mut self, node: &Node, around: &str, nodes: &mut Names) {
        let id = format!("{around}{}", node.id());
        let runs = match node.target() {
            NodeTarget::Branch(branch) => {
                for (number, case) in branch.case_nodes().enumerate() {
                    self.node(case.node(), &format!("{id}[{number}]/"), nodes);
                }
                "branch".to_owned()
            }
            // A case that is more than one node.
            NodeTarget::Inlined(graph) => {
                self.nodes(graph, &format!("{id}[0]/"), nodes);
                "branch".to_owned()
            }
            NodeTarget::Map(map) => {
                self.used(map.entity());
                format!("map of {}", map.entity().name())
            }
            NodeTarget::Task(entity)
            | NodeTarget::Workflow(entity)
            | NodeTarget::LaunchPlan(entity)
            | NodeTarget::Gate(entity) => {
                self.used(entity);
                entity.name().to_owned()
            }
            _ => no_other_variant!(NodeTarget),
        };
        nodes.insert(id, runs);
    }

    /// An entity that a node runs.
    fn used(&mut self, entity: &'static EntityDescriptor) {
        self.entity(entity);
        // What runs has been compiled.
        if entity.has_graph()
            && let Ok(graph) = entity.graph()
        {
            self.graph(&graph);
        }
    }

    /// The first difference, told as what it was and what it is.
    pub(super) fn difference(&self, now: &Self) -> Option<String> {
        for (name, interface) in &self.entities {
            // One that is gone is told as the node that it was.
            match now.entities.get(name) {
                Some(other) if other != interface => {
                    return Some(format!("`{name}` was {interface} and is {other}"));
                }
                _ => {}
            }
        }
        for (workflow, nodes) in &self.workflows {
            let none = Names::new();
            let others = now.workflows.get(workflow).unwrap_or(&none);
            for (id, runs) in nodes {
                match others.get(id) {
                    Some(other) if other != runs => {
                        return Some(format!(
                            "node `{id}` of `{workflow}` ran `{runs}` and runs `{other}` now"
                        ));
                    }
                    Some(_) => {}
                    None => {
                        return Some(format!(
                            "`{workflow}` has no node `{id}` any more, which ran `{runs}`"
                        ));
                    }
                }
            }
            if let Some((id, runs)) = others.iter().find(|(id, _)| !nodes.contains_key(*id)) {
                return Some(format!(
                    "`{workflow}` has a new node `{id}`, which runs `{runs}`"
                ));
            }
        }
        None
    }
}
