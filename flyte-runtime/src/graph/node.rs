//! The compiled graph: plain data, the same for the engine, for pictures and for a cluster.

use std::{fmt, sync::Arc};

use super::{Binding, NodeOverrides, NodeRef, Promise};
use crate::{
    entity::EntityDescriptor,
    gate::Gate,
    types::{LiteralType, TypeError, TypeInfo, Value},
};

/// One step into a value: `.field`, `[0]` or `["key"]` (`flyteidl.core.PromiseAttribute`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// A field of a struct.
    Field(&'static str),
    /// An element of a list.
    Index(usize),
    /// A value of a map.
    Key(String),
}

impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(key) => write!(f, "[{key:?}]"),
        }
    }
}

/// Takes one step into a native value.
pub type Projection = fn(&Value, &PathStep) -> Result<Value, TypeError>;

/// A promise with its type taken off, as bindings hold it until the graph is finished.
#[derive(Clone)]
pub struct RawReference {
    pub(crate) node: NodeRef,
    pub(crate) output: Result<u32, usize>,
}

impl RawReference {
    pub(crate) fn of<T>(promise: Promise<T>) -> Self {
        Self {
            node: promise.node_ref(),
            output: promise.output(),
        }
    }
}

impl fmt::Debug for RawReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.node.node {
            NodeRef::START => write!(f, "input {:?}", self.output),
            node => write!(f, "node {node} output {:?}", self.output),
        }
    }
}

/// Who produces a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Producer {
    /// The workflow's inputs; Flyte's start node, whose id is empty.
    Start,
    /// The node at this index of [`Graph::nodes`].
    Node(usize),
}

/// An output of a node or an input of the workflow, or a part of one (`flyteidl.core.OutputReference`).
#[derive(Clone)]
pub struct OutputReference {
    /// Who produces the value.
    pub producer: Producer,
    /// Which of the producer's outputs, or of the workflow's inputs.
    pub output: usize,
    /// The part of it (`attr_path`); empty for the whole.
    pub path: Vec<PathStep>,
    pub(crate) projections: Vec<Projection>,
}

impl OutputReference {
    /// Whether this names a whole output and not a part of it.
    pub fn is_whole(&self) -> bool {
        self.path.is_empty()
    }
}

/// An input or an output of an entity (`flyteidl.core.Variable`).
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its Rust type's operations.
    pub info: TypeInfo,
    /// What its documentation says.
    pub description: &'static str,
}

impl Variable {
    /// Its Flyte type.
    pub fn literal_type(&self) -> LiteralType {
        self.info.literal_type()
    }
}

/// The inputs and outputs of an entity in declaration order (`flyteidl.core.TypedInterface`).
#[derive(Clone, Debug, Default)]
pub struct Interface {
    /// What it takes.
    pub inputs: Vec<Variable>,
    /// What it gives.
    pub outputs: Vec<Variable>,
}

/// What a node runs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum NodeTarget {
    /// A task (`task_node`).
    Task(&'static EntityDescriptor),
    /// Another workflow (`workflow_node` with a sub-workflow).
    Workflow(&'static EntityDescriptor),
    /// A launch plan (`workflow_node` with a launch plan): on a cluster an execution of its own.
    LaunchPlan(&'static EntityDescriptor),
    /// A wait (`gate_node`); [`Node::gate`] says for what.
    Gate(&'static EntityDescriptor),
}

impl NodeTarget {
    /// The entity behind the node.
    pub fn entity(&self) -> &'static EntityDescriptor {
        match self {
            Self::Task(entity)
            | Self::Workflow(entity)
            | Self::LaunchPlan(entity)
            | Self::Gate(entity) => entity,
        }
    }
}

/// What is known of a node besides its wiring (`flyteidl.core.NodeMetadata`).
#[derive(Clone, Debug)]
pub struct NodeMetadata {
    /// The name people see: the last part of the entity's name unless overridden.
    pub name: String,
}

/// One step of a workflow (`flyteidl.core.Node`).
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) id: String,
    pub(crate) metadata: NodeMetadata,
    pub(crate) target: NodeTarget,
    pub(crate) bindings: Vec<Binding>,
    pub(crate) upstream: Vec<usize>,
    pub(crate) overrides: Option<Box<NodeOverrides>>,
    pub(crate) gate: Option<Arc<Gate>>,
}

impl Node {
    /// `n0`, `n1`, … or the overridden name, as a DNS label.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Name and other metadata.
    pub fn metadata(&self) -> &NodeMetadata {
        &self.metadata
    }

    /// What the node runs.
    pub fn target(&self) -> NodeTarget {
        self.target
    }

    /// The sources of its inputs, sorted by the inputs' names.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The indices in [`Graph::nodes`] of the nodes that must be done before this one starts.
    pub fn upstream(&self) -> &[usize] {
        &self.upstream
    }

    /// What a gate waits for.
    pub fn gate(&self) -> Option<&Arc<Gate>> {
        self.gate.as_ref()
    }

    /// What `with_overrides` asked for, if anything.
    pub fn overrides(&self) -> Option<&NodeOverrides> {
        self.overrides.as_deref()
    }
}

/// A compiled workflow.
///
/// ```
/// use flyte_runtime::prelude::*;
///
/// #[task]
/// fn double(x: i64) -> i64 {
///     x * 2
/// }
///
/// #[workflow]
/// fn quadruple(x: i64) -> i64 {
///     double(double(x))
/// }
///
/// let graph = quadruple::graph()?;
/// assert_eq!(graph.nodes()[1].id(), "n1");
/// assert_eq!(graph.nodes()[1].upstream(), [0]);
/// # Ok::<(), flyte_runtime::graph::CompileError>(())
/// ```
#[derive(Debug)]
pub struct Graph {
    pub(crate) entity: &'static EntityDescriptor,
    pub(crate) interface: Interface,
    pub(crate) nodes: Vec<Node>,
    pub(crate) outputs: Vec<Binding>,
    pub(crate) failure_node: Option<Node>,
    pub(crate) parts: Vec<Part>,
}

/// A part of an output: the promise it is taken from and the step.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) base: RawReference,
    pub(crate) step: PathStep,
    pub(crate) project: Projection,
}

impl Graph {
    /// The workflow this is the graph of.
    pub fn entity(&self) -> &'static EntityDescriptor {
        self.entity
    }

    /// The workflow's inputs and outputs.
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// The nodes in the order in which the body made them.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node with this id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The ids of the nodes that must be done before `node` starts.
    pub fn upstream_ids<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a str> {
        node.upstream.iter().map(|&index| self.nodes[index].id())
    }

    /// The sources of the workflow's outputs, in declaration order.
    pub fn outputs(&self) -> &[Binding] {
        &self.outputs
    }

    /// The node that runs when the workflow fails (`on_failure`).
    pub fn failure_node(&self) -> Option<&Node> {
        self.failure_node.as_ref()
    }

    /// What a bound promise refers to, with the whole path of a part.
    pub fn resolve(&self, reference: &RawReference) -> OutputReference {
        let mut path = Vec::new();
        let mut projections = Vec::new();
        let mut reference = reference;
        let output = loop {
            match reference.output {
                Ok(output) => break output as usize,
                Err(part) => {
                    let part = &self.parts[part];
                    path.push(part.step.clone());
                    projections.push(part.project);
                    reference = &part.base;
                }
            }
        };
        path.reverse();
        projections.reverse();
        let producer = match reference.node.node {
            NodeRef::START => Producer::Start,
            node => Producer::Node(node as usize),
        };
        OutputReference {
            producer,
            output,
            path,
            projections,
        }
    }

    /// The name under which a reference's producer gives the value.
    pub fn output_name(&self, reference: &OutputReference) -> &'static str {
        let variable = match reference.producer {
            Producer::Start => self.interface.inputs.get(reference.output),
            Producer::Node(node) => {
                return self.nodes[node]
                    .target
                    .entity()
                    .output_name(reference.output);
            }
        };
        variable.map_or("", |variable| variable.name)
    }
}
