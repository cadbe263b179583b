//! The program of a run, to make sure that a run is resumed with the same program.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Names;
use flyte_core::{
    graph::{Graph, Node, NodeTarget, entity::EntityDescriptor},
    no_other_variant,
};

/// The interfaces and graphs that a run uses. Bodies are not included, so that a task that failed can be fixed before
/// its run is resumed. Bindings of nodes are not included either: a node with other inputs than before runs again.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Program {
    /// The interface of every entity.
    entities: Names,
    /// The nodes of every workflow, each with its entity.
    workflows: BTreeMap<String, Names>,
}

impl Program {
    /// The program of an entity's graph.
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

    /// The nodes of a graph, including nested ones that do not belong to another workflow.
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
            // A case with more than one node.
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

    /// Adds an entity that a node runs.
    fn used(&mut self, entity: &'static EntityDescriptor) {
        self.entity(entity);
        // An entity that runs has been compiled.
        if entity.has_graph()
            && let Ok(graph) = entity.graph()
        {
            self.graph(&graph);
        }
    }

    /// The first difference, described as before and after.
    pub(super) fn difference(&self, now: &Self) -> Option<String> {
        for (name, interface) in &self.entities {
            // A missing entity is reported through the node that ran it.
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
