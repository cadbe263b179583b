//! Workflows that contain themselves.

use std::collections::HashSet;

use super::{CompileError, CompileProblem, Graph, Node, NodeTarget, entity::EntityDescriptor};

/// What is wrong with a workflow that contains itself, directly or through others, if it does.
///
/// Only what is called is looked at: what is wrong with it otherwise, a run tells.
pub(crate) fn circle(entity: &'static EntityDescriptor) -> Option<CompileError> {
    let mut done = HashSet::new();
    let mut path = vec![(entity, callees(entity))];
    while let Some((current, waiting)) = path.last_mut() {
        let Some(next) = waiting.pop() else {
            done.insert(std::ptr::from_ref(*current));
            path.pop();
            continue;
        };
        let around = path
            .iter()
            .position(|(around, _)| std::ptr::eq(*around, next));
        if let Some(start) = around {
            let names = path[start..]
                .iter()
                .map(|(entity, _)| *entity)
                .chain([next]);
            let names = names.map(|entity| entity.name().to_owned()).collect();
            return Some(CompileError {
                workflow: entity.name().to_owned(),
                location: entity.location(),
                problems: vec![CompileProblem::Recursion { path: names }],
            });
        }
        if !done.contains(&std::ptr::from_ref(next)) {
            path.push((next, callees(next)));
        }
    }
    None
}

/// The workflows and launch plans that an entity calls.
fn callees(entity: &'static EntityDescriptor) -> Vec<&'static EntityDescriptor> {
    let mut callees = Vec::new();
    if let Ok(graph) = entity.graph() {
        of_graph(&graph, &mut callees);
    }
    callees
}

fn of_graph(graph: &Graph, callees: &mut Vec<&'static EntityDescriptor>) {
    for node in graph.nodes().iter().chain(graph.failure_node()) {
        of_node(node, callees);
    }
}

fn of_node(node: &Node, callees: &mut Vec<&'static EntityDescriptor>) {
    match node.target() {
        NodeTarget::Task(_) | NodeTarget::Gate(_) => {}
        NodeTarget::Workflow(entity) | NodeTarget::LaunchPlan(entity) => called(entity, callees),
        NodeTarget::Map(map) => called(map.entity(), callees),
        NodeTarget::Inlined(graph) => of_graph(graph, callees),
        NodeTarget::Branch(branch) => {
            for case in branch.case_nodes() {
                of_node(case.node(), callees);
            }
        }
    }
}

fn called(entity: &'static EntityDescriptor, callees: &mut Vec<&'static EntityDescriptor>) {
    if entity.has_graph() {
        callees.push(entity);
    }
}
