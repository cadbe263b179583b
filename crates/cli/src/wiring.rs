//! The nodes of a graph and what is linked to what, for `describe`.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use serde::Serialize;

use flyte_core::{
    graph::{
        Binding, BindingData, BranchElse, BranchNode, Graph, MapNode, Node, NodeTarget, Producer,
        Successes,
    },
    no_other_variant,
};

/// A graph.
#[derive(Serialize)]
pub(super) struct Wiring {
    nodes: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure_node: Option<Step>,
    outputs: BTreeMap<String, String>,
}

/// A node.
#[derive(Serialize)]
struct Step {
    id: String,
    name: String,
    entity: String,
    upstream: Vec<String>,
    bindings: BTreeMap<String, String>,
    /// Of a map.
    #[serde(skip_serializing_if = "Option::is_none")]
    map: Option<Map>,
    /// Of a branch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cases: Vec<Case>,
    /// What is inside of a node without a name in the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    graph: Option<Box<Wiring>>,
}

/// What a map runs for each element, and how.
#[derive(Serialize)]
struct Map {
    entity: String,
    /// The inputs that are the same for all elements.
    bound_inputs: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_successes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_success_ratio: Option<f64>,
}

/// A case of a branch.
#[derive(Serialize)]
struct Case {
    /// `if` with a condition, or `else`.
    when: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fails: Option<String>,
}

impl Wiring {
    pub(super) fn of(graph: &Graph) -> Self {
        Self {
            nodes: graph.nodes().iter().map(|n| Step::of(graph, n)).collect(),
            failure_node: graph.failure_node().map(|node| Step::of(graph, node)),
            outputs: sources(graph, graph.outputs()),
        }
    }

    pub(super) fn rows(&self) -> Vec<[String; 4]> {
        rows_of(&self.nodes)
    }

    pub(super) fn failure_rows(&self) -> Vec<[String; 4]> {
        rows_of(self.failure_node.as_slice())
    }

    /// The names of the outputs and where they come from.
    pub(super) fn outputs(&self) -> impl Iterator<Item = (&String, &String)> {
        self.outputs.iter()
    }
}

fn rows_of(steps: &[Step]) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for step in steps {
        let after = match step.upstream.as_slice() {
            [] => String::new(),
            upstream => format!("after {}", upstream.join(", ")),
        };
        step.rows("", after, &mut rows);
    }
    rows
}

impl Step {
    fn of(graph: &Graph, node: &Node) -> Self {
        let cases = match node.target() {
            NodeTarget::Branch(branch) => Case::all(graph, branch),
            _ => Vec::new(),
        };
        let inside = match node.target() {
            NodeTarget::Inlined(inside) => Some(Box::new(Wiring::of(inside))),
            _ => None,
        };
        Self {
            id: node.id().to_owned(),
            name: node.metadata().name.clone(),
            entity: match node.gate() {
                Some(gate) => gate.to_string(),
                None => node.target().name().to_owned(),
            },
            upstream: graph.upstream_ids(node).map(str::to_owned).collect(),
            bindings: sources(graph, node.bindings()),
            map: match node.target() {
                NodeTarget::Map(map) => Some(Map::of(map)),
                _ => None,
            },
            cases,
            graph: inside,
        }
    }

    /// The row of this node, and below it those of what is inside.
    fn rows(&self, around: &str, when: String, rows: &mut Vec<[String; 4]>) {
        let id = format!("{around}{}", self.id);
        let bindings = self.bindings.iter();
        let bindings: Vec<_> = bindings
            .map(|(var, source)| format!("{var} = {source}"))
            .collect();
        // What a condition looks at is told with the condition.
        let bindings = if self.cases.is_empty() {
            bindings.join(", ")
        } else {
            String::new()
        };
        let entity = match &self.map {
            Some(map) => map.to_string(),
            None => self.entity.clone(),
        };
        rows.push([id.clone(), entity, when, bindings]);
        let inside = format!("{id}/");
        for case in &self.cases {
            match (&case.node, &case.fails) {
                (Some(node), _) => node.rows(&inside, case.when.clone(), rows),
                (None, message) => rows.push([
                    id.clone(),
                    "fails".to_owned(),
                    case.when.clone(),
                    format!("{:?}", message.as_deref().unwrap_or_default()),
                ]),
            }
        }
        for step in self.graph.iter().flat_map(|graph| &graph.nodes) {
            let after = match step.upstream.as_slice() {
                [] => String::new(),
                upstream => format!("after {}", upstream.join(", ")),
            };
            step.rows(&inside, after, rows);
        }
    }
}

impl Map {
    fn of(map: &MapNode) -> Self {
        let (min_successes, min_success_ratio) = match map.successes() {
            Successes::All => (None, None),
            Successes::Number(number) => (Some(number), None),
            Successes::Ratio(ratio) => (None, Some(ratio)),
            _ => no_other_variant!(Successes),
        };
        Self {
            entity: map.entity().name().to_owned(),
            bound_inputs: map.bound_inputs(),
            concurrency: map.concurrency(),
            min_successes,
            min_success_ratio,
        }
    }
}

impl fmt::Display for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "map {}", self.entity)?;
        if let Some(concurrency) = self.concurrency {
            write!(f, ", {concurrency} at once")?;
        }
        if let Some(number) = self.min_successes {
            write!(f, ", {number} must succeed")?;
        }
        if let Some(ratio) = self.min_success_ratio {
            write!(f, ", {ratio:?} of them must succeed")?;
        }
        Ok(())
    }
}

impl Case {
    fn all(graph: &Graph, branch: &BranchNode) -> Vec<Self> {
        let mut cases: Vec<_> = branch
            .cases()
            .iter()
            .map(|case| Self {
                when: format!("if {}", case.condition),
                node: Some(Step::of(graph, case.then.node())),
                fails: None,
            })
            .collect();
        let (node, fails) = match branch.default() {
            BranchElse::Node(case) => (Some(Step::of(graph, case.node())), None),
            BranchElse::Fail(message) => (None, Some(message.clone())),
            _ => no_other_variant!(BranchElse),
        };
        cases.push(Self {
            when: "else".to_owned(),
            node,
            fails,
        });
        cases
    }
}

fn sources(graph: &Graph, bindings: &[Binding]) -> BTreeMap<String, String> {
    let bindings = bindings.iter();
    bindings
        .map(|binding| (binding.var.to_string(), source(graph, &binding.data)))
        .collect()
}

/// Where a value comes from: `xs` for an input, `n0.o0.mean` for a part of an output, `5` for a constant.
fn source(graph: &Graph, data: &BindingData) -> String {
    match data {
        BindingData::Promise(reference) => {
            let reference = graph.resolve(reference);
            let name = graph.output_name(&reference);
            let mut text = match reference.producer {
                Producer::Start => name.into_owned(),
                Producer::Node(node) => format!("{}.{name}", graph.nodes()[node].id()),
            };
            for step in &reference.path {
                let _ = write!(text, "{step}");
            }
            text
        }
        BindingData::Constant(constant) => constant.preview(),
        BindingData::Collection { items, .. } => {
            let items: Vec<_> = items.iter().map(|item| source(graph, item)).collect();
            format!("[{}]", items.join(", "))
        }
        BindingData::Map { items, .. } => {
            let items = items.iter();
            let items: Vec<_> = items
                .map(|(key, item)| format!("{key:?}: {}", source(graph, item)))
                .collect();
            format!("{{{}}}", items.join(", "))
        }
        BindingData::Cast { item, .. } | BindingData::Converted { item, .. } => source(graph, item),
    }
}
