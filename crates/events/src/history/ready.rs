//! What the graphs of a recorded run say of its nodes: where their inputs come from, and when they were ready, because
//! what they need had ended and the node around them had started.

use std::{collections::HashMap, time::SystemTime};

use super::{
    graph::{GraphNode, GraphValue, RecordedGraph},
    node::NodeRecord,
};

/// Sets the sources of the inputs of each node, and the time of each that has started. `began` is when the last
/// process began with the run.
pub(super) fn put(
    nodes: &mut [NodeRecord],
    places: &HashMap<String, usize>,
    graphs: &[RecordedGraph],
    entity: &str,
    began: SystemTime,
) {
    let run = Run {
        nodes,
        places,
        of_entities: graphs
            .iter()
            .filter(|graph| graph.built_by.is_none())
            .map(|graph| (graph.entity.as_str(), Ids::of(graph)))
            .collect(),
        built: graphs
            .iter()
            .filter_map(|graph| Some((graph.built_by.as_deref()?, Ids::of(graph))))
            .collect(),
        entity,
        began,
    };
    let places = 0..run.nodes.len();
    let told: Vec<_> = places
        .map(|node| (run.ready(node), run.sources(&run.nodes[node])))
        .collect();
    for (node, (ready, sources)) in nodes.iter_mut().zip(told) {
        node.ready = ready;
        node.sources = sources;
    }
}

/// The nodes of a graph by their ids.
struct Ids<'g>(HashMap<&'g str, &'g GraphNode>);

impl<'g> Ids<'g> {
    fn of(graph: &'g RecordedGraph) -> Self {
        let nodes = graph.nodes.iter();
        Self(nodes.map(|node| (node.id.as_str(), node)).collect())
    }
}

struct Run<'r> {
    nodes: &'r [NodeRecord],
    places: &'r HashMap<String, usize>,
    of_entities: HashMap<&'r str, Ids<'r>>,
    built: HashMap<&'r str, Ids<'r>>,
    entity: &'r str,
    began: SystemTime,
}

/// The path of the node around one, and the last id.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

impl Run<'_> {
    fn node(&self, path: &str) -> Option<&NodeRecord> {
        self.nodes.get(*self.places.get(path)?)
    }

    fn ready(&self, place: usize) -> Option<SystemTime> {
        let node = &self.nodes[place];
        let started = node.started?;
        // A call is made when it starts.
        if node.kind == "call" {
            return Some(started);
        }
        if node.path.ends_with(']') {
            let (map, _) = node.path.rsplit_once('[')?;
            return self.node(map)?.started;
        }
        let (around, id) = split(&node.path);
        let mut ready = match around {
            "" => self.began,
            around => self.node(around)?.started?,
        };
        // A case of a branch is in no list, and needs what the branch needs.
        if let Some(own) = self.in_graph(around, id) {
            for need in &own.needs {
                let path = match around {
                    "" => need.clone(),
                    around => format!("{around}/{need}"),
                };
                if let Some(ended) = self.node(&path).and_then(|needed| needed.ended) {
                    ready = ready.max(ended);
                }
            }
        }
        // What was recalled had ended in another process.
        Some(ready.max(self.began).min(started))
    }

    fn sources(&self, node: &NodeRecord) -> Vec<GraphValue> {
        if node.kind == "call" || node.path.ends_with(']') {
            return Vec::new();
        }
        let (around, id) = split(&node.path);
        let own = self.in_graph(around, id);
        let own = own.or_else(|| self.in_case(around, id));
        own.map(|own| own.inputs.clone()).unwrap_or_default()
    }

    /// The node of a case, by the path of the branch.
    fn in_case(&self, branch: &str, id: &str) -> Option<&GraphNode> {
        if self.node(branch)?.kind != "branch" {
            return None;
        }
        let (around, branch) = split(branch);
        let cases = self.in_graph(around, branch)?.cases.iter();
        let mut nodes = cases.filter_map(|case| case.node.as_ref());
        nodes.find(|node| node.id == id)
    }

    /// A node in the graph of the node around it.
    fn in_graph(&self, around: &str, id: &str) -> Option<&GraphNode> {
        if around.is_empty() {
            return self.of_entities.get(self.entity)?.0.get(id).copied();
        }
        if let Some(built) = self.built.get(around) {
            return built.0.get(id).copied();
        }
        if let Some(case) = self.case(around) {
            let graph = case.graph.as_ref()?;
            return graph.nodes.iter().find(|node| node.id == id);
        }
        let around = self.node(around)?;
        // The entity of a branch is the workflow that contains it.
        if around.kind == "branch" {
            return None;
        }
        let entity = around.entity.as_str();
        self.of_entities.get(entity)?.0.get(id).copied()
    }

    /// The node of a case with several nodes, by its path.
    fn case(&self, path: &str) -> Option<&GraphNode> {
        let (branch, id) = split(path);
        let node = self.in_case(branch, id)?;
        node.graph.is_some().then_some(node)
    }
}
