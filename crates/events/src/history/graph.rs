//! The graphs of a run, as they are recorded: enough to draw them without the program.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use flyte_core::{
    graph::{
        BindingData, BranchElse, Graph, Node, NodeTarget, PathStep, Producer,
        entity::EntityDescriptor,
    },
    no_other_variant, panic,
};

/// The nodes of a workflow, of a launch plan, of a task that was called by itself, or of a graph that a dynamic task
/// has built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecordedGraph {
    /// The name of its entity, by which nodes of other graphs refer to it.
    pub entity: String,
    /// The path of the node whose dynamic task has built it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub built_by: Option<String>,
    /// Its nodes in the order of the body.
    pub nodes: Vec<GraphNode>,
    /// The node that runs if another one fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<Box<GraphNode>>,
    /// Its outputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<GraphValue>,
}

impl RecordedGraph {
    /// A graph of these nodes, which a dynamic task has built at this path.
    pub fn built_by(path: &str, entity: &str, nodes: Vec<GraphNode>) -> Self {
        Self {
            entity: entity.to_owned(),
            built_by: Some(path.to_owned()),
            nodes,
            on_failure: None,
            outputs: Vec::new(),
        }
    }
}

/// A node of a recorded graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GraphNode {
    /// Its id, which is the last part of the paths of its executions.
    pub id: String,
    /// What it does: `task`, `workflow`, `launch_plan`, `gate`, `branch`, `map`, or `case` for a case of several nodes.
    pub kind: String,
    /// Its display name.
    pub name: String,
    /// The entity that it runs; empty for a branch and a case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub entity: String,
    /// The ids of the nodes of the same graph that must end before it starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Its inputs; for a branch, the values that its conditions read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<GraphValue>,
    /// The cases of a branch in the order in which they are tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<GraphCase>,
    /// The nodes of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub graph: Option<Box<RecordedGraph>>,
}

impl GraphNode {
    /// A node of a kind that runs an entity, and needs nothing.
    pub fn new(id: &str, kind: &str, name: &str, entity: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            entity: entity.to_owned(),
            needs: Vec::new(),
            inputs: Vec::new(),
            cases: Vec::new(),
            graph: None,
        }
    }
}

impl GraphValue {
    /// A value that is made of these sources.
    pub fn new(name: &str, sources: Vec<ValueSource>) -> Self {
        Self {
            name: name.to_owned(),
            sources,
        }
    }
}

/// A case of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GraphCase {
    /// Its condition as text; `None` for `else`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The node that runs. Its inputs refer to nodes of the graph that contains the branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<GraphNode>,
    /// The message with which the run fails in place of a node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails: Option<String>,
}

/// An input of a node or an output of a graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GraphValue {
    /// Its name.
    pub name: String,
    /// What it is made of: one source, or several for a list or a map.
    pub sources: Vec<ValueSource>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ValueSource {
    /// An input of the graph.
    Input {
        /// The name of the input.
        name: String,
        /// The part of it, as in `.mean[0]`.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        part: String,
    },
    /// An output of a node.
    Node {
        /// The id of the node.
        node: String,
        /// The name of the output.
        output: String,
        /// The part of it, as in `.mean[0]`.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        part: String,
    },
    /// A value that the body gives.
    Constant {
        /// A preview of the value.
        value: String,
    },
}

/// The graph and those of all workflows in it that are not in `known`, which then has their names.
pub(super) fn graphs_of(graph: &Graph, known: &mut HashSet<String>) -> Vec<RecordedGraph> {
    let mut reading = Reading {
        known,
        graphs: Vec::new(),
    };
    reading.workflow(graph);
    reading.graphs
}

/// As [`graphs_of`], for a graph that a dynamic task has built.
pub(super) fn built(graph: &Graph, node: &str, known: &mut HashSet<String>) -> Vec<RecordedGraph> {
    let mut reading = Reading {
        known,
        graphs: Vec::new(),
    };
    let mut own = reading.graph(graph);
    own.built_by = Some(node.to_owned());
    reading.graphs.insert(0, own);
    reading.graphs
}

struct Reading<'k> {
    /// The names of workflows whose graphs need not be read.
    known: &'k mut HashSet<String>,
    graphs: Vec<RecordedGraph>,
}

impl Reading<'_> {
    fn workflow(&mut self, graph: &Graph) {
        if !self.known.insert(graph.entity().name().to_owned()) {
            return;
        }
        let place = self.graphs.len();
        let read = self.graph(graph);
        // Before those of the workflows in it.
        self.graphs.insert(place, read);
    }

    fn graph(&mut self, graph: &Graph) -> RecordedGraph {
        let nodes = graph.nodes().iter();
        let nodes = nodes.map(|node| self.node(graph, node, true)).collect();
        let on_failure = graph.failure_node();
        let on_failure = on_failure.map(|node| Box::new(self.node(graph, node, false)));
        RecordedGraph {
            entity: graph.entity().name().to_owned(),
            built_by: None,
            nodes,
            on_failure,
            outputs: values(graph, graph.outputs()),
        }
    }

    /// A node whose bindings refer to nodes of `graph`, and that may be one of them.
    fn node(&mut self, graph: &Graph, node: &Node, is_in_graph: bool) -> GraphNode {
        let (mut cases, mut inner) = (Vec::new(), None);
        let (kind, entity) = match node.target() {
            NodeTarget::Task(entity) => ("task", Some(*entity)),
            NodeTarget::Workflow(entity) => ("workflow", Some(*entity)),
            NodeTarget::LaunchPlan(entity) => ("launch_plan", Some(*entity)),
            NodeTarget::Gate(entity) => ("gate", Some(*entity)),
            NodeTarget::Map(map) => ("map", Some(map.entity())),
            NodeTarget::Branch(branch) => {
                for case in branch.cases() {
                    cases.push(GraphCase {
                        condition: Some(case.condition.to_string()),
                        node: Some(self.node(graph, case.then.node(), false)),
                        fails: None,
                    });
                }
                let (node, fails) = match branch.default() {
                    BranchElse::Node(case) => (Some(self.node(graph, case.node(), false)), None),
                    BranchElse::Fail(message) => (None, Some(message.clone())),
                    _ => no_other_variant!(BranchElse),
                };
                cases.push(GraphCase {
                    condition: None,
                    node,
                    fails,
                });
                ("branch", None)
            }
            NodeTarget::Inlined(nodes) => {
                inner = Some(Box::new(self.graph(nodes)));
                ("case", None)
            }
            _ => no_other_variant!(NodeTarget),
        };
        if let Some(entity) = entity {
            self.used(entity);
        }
        let needs = match is_in_graph {
            true => node
                .waits_for()
                .map(|index| graph.nodes()[index].id().to_owned())
                .collect(),
            false => Vec::new(),
        };
        GraphNode {
            id: node.id().to_owned(),
            kind: kind.to_owned(),
            name: node.metadata().name.clone(),
            entity: entity.map_or("", EntityDescriptor::name).to_owned(),
            needs,
            inputs: values(graph, node.bindings()),
            cases,
            graph: inner,
        }
    }

    /// Reads the graph of what a node runs. A task has one of one node, which says nothing new.
    fn used(&mut self, entity: &'static EntityDescriptor) {
        if entity.task_options().is_none()
            && entity.has_graph()
            && let Ok(graph) = entity.graph()
        {
            self.workflow(&graph);
        }
    }
}

fn values(graph: &Graph, bindings: &[flyte_core::graph::Binding]) -> Vec<GraphValue> {
    let values = bindings.iter().map(|binding| {
        let mut from = Vec::new();
        sources(graph, &binding.data, &mut from);
        GraphValue {
            name: binding.var.clone().into_owned(),
            sources: from,
        }
    });
    values.collect()
}

fn sources(graph: &Graph, data: &BindingData, all: &mut Vec<ValueSource>) {
    match data {
        BindingData::Promise(reference) => {
            let reference = graph.resolve(reference);
            let part = reference.path.iter().map(PathStep::to_string).collect();
            let name = graph.output_name(&reference).into_owned();
            all.push(match reference.producer {
                Producer::Start => ValueSource::Input { name, part },
                Producer::Node(node) => ValueSource::Node {
                    node: graph.nodes()[node].id().to_owned(),
                    output: name,
                    part,
                },
            });
        }
        BindingData::Constant(constant) => {
            // Showing it may run the user's code.
            let value = panic::catch(|| constant.preview());
            all.push(ValueSource::Constant {
                value: value.unwrap_or_else(|panic| format!("panicked: {}", panic.message)),
            });
        }
        BindingData::Collection { items, .. } => {
            items.iter().for_each(|item| sources(graph, item, all));
        }
        BindingData::Map { items, .. } => {
            items.values().for_each(|item| sources(graph, item, all));
        }
        BindingData::Converted { item, .. } | BindingData::Cast { item, .. } => {
            sources(graph, item, all);
        }
    }
}
