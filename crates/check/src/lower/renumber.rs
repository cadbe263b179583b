//! Inserts nodes into a graph and renumbers references to nodes.

pub(crate) use flyte_core::graph::{BindingData, Graph, Node, NodeRef, NodeTarget, RawReference};
use std::sync::Arc;

/// Inserts nodes before those at their indices. A reference to an added node uses the number of existing nodes plus the
/// index among the added ones.
pub(super) fn insert(graph: &mut Graph, added: Vec<(usize, Node)>) {
    if added.is_empty() {
        return;
    }
    let old = graph.nodes.len();
    let mut places = vec![0; old + added.len()];
    let mut nodes = Vec::with_capacity(places.len());
    let mut added: Vec<_> = added.into_iter().enumerate().collect();
    // Nodes with the same index keep their order.
    added.sort_by_key(|(_, (before, _))| *before);
    let mut added = added.into_iter().peekable();
    for (index, node) in std::mem::take(&mut graph.nodes).into_iter().enumerate() {
        while let Some((number, (_, new))) = added.next_if(|(_, (before, _))| *before <= index) {
            places[old + number] = nodes.len();
            nodes.push(new);
        }
        places[index] = nodes.len();
        nodes.push(node);
    }
    for (number, (_, new)) in added {
        places[old + number] = nodes.len();
        nodes.push(new);
    }
    graph.nodes = nodes;
    graph
        .nodes
        .iter_mut()
        .for_each(|node| renumber(node, &places));
    for binding in &mut graph.outputs {
        data(&mut binding.data, &places);
    }
    for part in &mut graph.parts {
        reference(&mut part.base, &places);
    }
}

fn renumber(node: &mut Node, places: &[usize]) {
    for binding in &mut node.bindings {
        data(&mut binding.data, places);
    }
    node.upstream
        .iter_mut()
        .for_each(|index| *index = places[*index]);
    if let NodeTarget::Branch(branch) = &mut node.target {
        let branch = Arc::make_mut(branch);
        branch
            .captured
            .iter_mut()
            .for_each(|index| *index = places[*index]);
        for case in branch.case_nodes_mut() {
            renumber(&mut case.node, places);
        }
    }
}

fn data(data: &mut BindingData, places: &[usize]) {
    data.for_each_reference_mut(&mut |found| reference(found, places));
}

fn reference(reference: &mut RawReference, places: &[usize]) {
    if reference.node.node != NodeRef::START {
        reference.node.node = places[reference.node.node as usize] as u32;
    }
}
