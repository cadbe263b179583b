//! What a run was a run of, so that it is resumed with nothing else.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Names;
use crate::{
    engine::{Plan, PlannedNode},
    entity::EntityDescriptor,
};

/// The interfaces and graphs that a run uses. Bodies are not part of it: a task that failed may be mended before its run is
/// resumed. Neither is what nodes are bound to: a node whose inputs are others than before runs again.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Program {
    /// The interface of every entity.
    entities: Names,
    /// The nodes of every workflow, with what each runs.
    workflows: BTreeMap<String, Names>,
}

impl Program {
    pub(super) fn of(entity: &EntityDescriptor, plan: &Plan) -> Self {
        let mut program = Self::default();
        program.entity(entity);
        program.graph(plan);
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

    fn graph(&mut self, plan: &Plan) {
        let workflow = plan.graph.entity().name().to_owned();
        if self.workflows.contains_key(&workflow) {
            return;
        }
        self.workflows.insert(workflow.clone(), Names::new());
        let mut nodes = Names::new();
        self.nodes(plan, "", &mut nodes);
        self.workflows.insert(workflow, nodes);
    }

    /// The nodes of a graph, and of those that are no workflows of their own.
    fn nodes(&mut self, plan: &Plan, around: &str, nodes: &mut Names) {
        for node in plan.outline() {
            let id = format!("{around}{}", node.id);
            match node.runs {
                PlannedNode::Task(entity) => {
                    self.entity(entity);
                    nodes.insert(id, entity.name().to_owned());
                }
                PlannedNode::Map(entity, elements) => {
                    self.entity(entity);
                    nodes.insert(id, format!("map of {}", entity.name()));
                    if let Some(elements) = elements {
                        self.graph(elements);
                    }
                }
                PlannedNode::Workflow(entity, inner) => {
                    self.entity(entity);
                    nodes.insert(id, entity.name().to_owned());
                    self.graph(inner);
                }
                PlannedNode::Cases(cases) => {
                    for (number, case) in cases.iter().enumerate() {
                        self.nodes(case, &format!("{id}[{number}]/"), nodes);
                    }
                    nodes.insert(id, "branch".to_owned());
                }
            }
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
