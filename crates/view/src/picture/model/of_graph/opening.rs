//! Which workflows inside are opened.

use std::sync::Arc;

use flyte_core::graph::{Graph, MapNode, Node, NodeTarget, entity::EntityDescriptor};

/// How many steps a picture has at most before workflows in it stay closed.
const LEGIBLE: usize = 100;

/// How deep the search for what can be opened goes.
const DEEPEST: usize = 16;

/// How deep workflows can be opened while there are not too many steps.
pub(super) fn legible(graph: &Graph) -> usize {
    let mut depth = 0;
    let mut steps = count(graph, 0);
    while depth < DEEPEST {
        let more = count(graph, depth + 1);
        if more > LEGIBLE || more == steps {
            break;
        }
        depth += 1;
        steps = more;
    }
    depth
}

fn count(graph: &Graph, depth: usize) -> usize {
    graph
        .nodes()
        .iter()
        .map(|node| count_node(node, depth))
        .sum()
}

fn count_node(node: &Node, depth: usize) -> usize {
    match node.target() {
        NodeTarget::Branch(branch) => {
            1 + branch
                .case_nodes()
                .map(|case| count_node(case.node(), depth))
                .sum::<usize>()
        }
        target => match opened(target, depth) {
            Some((inner, depth)) => count(inner.as_ref(), depth),
            None => 1,
        },
    }
}

/// The graph of what is opened, and how much deeper it goes.
pub(super) fn opened(target: &NodeTarget, depth: usize) -> Option<(Arc<Graph>, usize)> {
    let entity = match target {
        // A case of a branch is part of the workflow around it.
        NodeTarget::Inlined(graph) => return Some((graph.clone(), depth)),
        NodeTarget::Workflow(entity) => entity,
        NodeTarget::Map(map) => workflow_of(map)?,
        _ => return None,
    };
    let depth = depth.checked_sub(1)?;
    // A reference has no graph here, and one that does not compile is told of elsewhere.
    let graph = entity.has_graph().then(|| entity.graph().ok()).flatten()?;
    (!graph.nodes().is_empty()).then_some((graph, depth))
}

/// The workflow that a map runs for each element.
fn workflow_of(map: &MapNode) -> Option<&'static EntityDescriptor> {
    map.entity().has_graph().then_some(map.entity())
}
