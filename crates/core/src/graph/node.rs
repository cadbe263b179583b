//! The compiled graph: plain data that the engine, pictures and clusters read.

use std::{borrow::Cow, fmt, sync::Arc};

use super::{Binding, BranchNode, MapNode, NodeOverrides, NodeRef, Promise};
use crate::{
    graph::{
        entity::{EntityDescriptor, Location},
        gate::Gate,
    },
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
    /// The whole value, as another Rust type with the same Flyte type; Flyte does not have this step.
    Same,
}

impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(key) => write!(f, "[{key:?}]"),
            Self::Same => Ok(()),
        }
    }
}

/// Takes one step into a native value.
pub type Projection = fn(&Value, &PathStep) -> Result<Value, TypeError>;

/// An untyped promise, as bindings hold it until the graph is finished.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawReference {
    /// The node whose output it is.
    pub node: NodeRef,
    /// The index of the output, or, as `Err`, the index of a part in [`Graph::parts`].
    pub output: Result<u32, usize>,
}

impl RawReference {
    /// A whole output of a node, for graphs that are made for a cluster.
    #[doc(hidden)]
    pub fn new(node: NodeRef, output: usize) -> Self {
        let output = Ok(output as u32);
        Self { node, output }
    }

    #[inline]
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

/// The producer of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Producer {
    /// The workflow's inputs; Flyte's start node, whose id is empty.
    Start,
    /// The node at this index of [`Graph::nodes`].
    Node(usize),
}

/// An output of a node or an input of the workflow, or a part of one (`flyteidl.core.OutputReference`).
#[derive(Clone)]
#[non_exhaustive]
pub struct OutputReference {
    /// The producer of the value.
    pub producer: Producer,
    /// The index of the producer's output, or of the workflow's input.
    pub output: usize,
    /// The part of it (`attr_path`); empty for the whole.
    pub path: Vec<PathStep>,
    /// How to take each step of the path in a native value.
    pub projections: Vec<Projection>,
}

impl fmt::Debug for OutputReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputReference")
            .field("producer", &self.producer)
            .field("output", &self.output)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl OutputReference {
    /// Whether this refers to a whole output.
    #[inline]
    pub fn is_whole(&self) -> bool {
        self.path.iter().all(|step| *step == PathStep::Same)
    }
}

/// An input or an output of an entity (`flyteidl.core.Variable`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Variable {
    /// Its name.
    pub name: Cow<'static, str>,
    /// The operations of its Rust type.
    pub info: TypeInfo,
    /// Its documentation.
    pub description: &'static str,
}

impl Variable {
    /// Without a description, for graphs that are made for a cluster.
    #[doc(hidden)]
    pub fn new(name: impl Into<Cow<'static, str>>, info: TypeInfo) -> Self {
        Self {
            name: name.into(),
            info,
            description: "",
        }
    }

    /// Its Flyte type.
    #[inline]
    pub fn literal_type(&self) -> LiteralType {
        self.info.literal_type()
    }
}

/// The inputs and outputs of an entity in declaration order (`flyteidl.core.TypedInterface`).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Interface {
    /// The inputs.
    pub inputs: Vec<Variable>,
    /// The outputs.
    pub outputs: Vec<Variable>,
}

/// What a node runs.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum NodeTarget {
    /// A task (`task_node`).
    Task(&'static EntityDescriptor),
    /// Another workflow (`workflow_node` with a sub-workflow).
    Workflow(&'static EntityDescriptor),
    /// A launch plan (`workflow_node` with a launch plan), which runs as its own execution on a cluster.
    LaunchPlan(&'static EntityDescriptor),
    /// A wait (`gate_node`).
    Gate(&'static EntityDescriptor),
    /// One of several nodes (`branch_node`).
    Branch(Arc<BranchNode>),
    /// A task or launch plan for each element of a list (`array_node`).
    Map(Arc<MapNode>),
    /// A case of a branch that is not exactly one call, as a workflow without a name in the source (`workflow_node`
    /// with a sub-workflow). Its inputs are the values that it uses from outside. Graphs for a cluster also use it for
    /// a workflow that passes its inputs on, see `cluster::lower`.
    Inlined(Arc<Graph>),
}

impl NodeTarget {
    /// The task, workflow, launch plan or gate of the node. `None` for a target without a name in the source, and for a
    /// map, whose interface differs from that of [the mapped entity](MapNode::entity).
    pub fn entity(&self) -> Option<&'static EntityDescriptor> {
        match self {
            Self::Task(entity)
            | Self::Workflow(entity)
            | Self::LaunchPlan(entity)
            | Self::Gate(entity) => Some(entity),
            Self::Branch(_) | Self::Map(_) | Self::Inlined(_) => None,
        }
    }

    /// The entity that runs in the end: for a map, the mapped entity.
    #[inline]
    pub fn runs(&self) -> Option<&'static EntityDescriptor> {
        match self {
            Self::Map(map) => Some(map.entity()),
            target => target.entity(),
        }
    }

    /// The name of the target: that of the entity, branch or graph.
    pub fn name(&self) -> &str {
        match self {
            Self::Task(entity)
            | Self::Workflow(entity)
            | Self::LaunchPlan(entity)
            | Self::Gate(entity) => entity.name(),
            Self::Branch(branch) => branch.name(),
            Self::Map(map) => map.name(),
            Self::Inlined(graph) => graph.name(),
        }
    }

    /// How many outputs promises can refer to: the outputs of the node, and for a map its list of outputs in two forms,
    /// of which one exists.
    pub fn output_count(&self) -> usize {
        match self {
            Self::Task(entity)
            | Self::Workflow(entity)
            | Self::LaunchPlan(entity)
            | Self::Gate(entity) => entity.outputs().len(),
            Self::Branch(branch) => branch.outputs().len(),
            Self::Map(map) => map.outputs.len(),
            Self::Inlined(graph) => graph.interface.outputs.len(),
        }
    }

    /// The name of an output; empty if it does not exist.
    pub fn output_name(&self, output: usize) -> Cow<'static, str> {
        let variable = match self {
            Self::Task(entity)
            | Self::Workflow(entity)
            | Self::LaunchPlan(entity)
            | Self::Gate(entity) => {
                return entity.output_name(output).into();
            }
            Self::Branch(branch) => branch.outputs().get(output),
            Self::Map(map) => map.outputs.get(output),
            Self::Inlined(graph) => graph.interface.outputs.get(output),
        };
        variable.map_or("".into(), |variable| variable.name.clone())
    }
}

/// A node's metadata (`flyteidl.core.NodeMetadata`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NodeMetadata {
    /// The display name: the last part of the entity's name unless overridden.
    pub name: String,
}

/// One step of a workflow (`flyteidl.core.Node`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Node {
    /// The id, which is unique in the graph; see [`id`](Self::id).
    pub id: String,
    /// Name and other metadata.
    pub metadata: NodeMetadata,
    /// What the node runs.
    pub target: NodeTarget,
    /// The sources of its inputs, sorted by the inputs' names.
    pub bindings: Vec<Binding>,
    /// The indices of the nodes that must be done before this one; see [`upstream`](Self::upstream).
    pub upstream: Vec<usize>,
    /// The overrides from `with_overrides`, if any.
    pub overrides: Option<Box<NodeOverrides>>,
    /// Where the call is written; see [`location`](Self::location).
    pub location: Location,
}

impl Node {
    /// A node without inputs, which is added to a graph for a cluster.
    #[doc(hidden)]
    pub fn new(
        id: String,
        name: impl Into<String>,
        target: NodeTarget,
        location: Location,
    ) -> Self {
        Self {
            id,
            metadata: NodeMetadata { name: name.into() },
            target,
            bindings: Vec::new(),
            upstream: Vec::new(),
            overrides: None,
            location,
        }
    }

    /// `n0`, `n1`, … or the overridden name, as a DNS label.
    #[inline]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Name and other metadata.
    #[inline]
    pub fn metadata(&self) -> &NodeMetadata {
        &self.metadata
    }

    /// What the node runs.
    #[inline]
    pub fn target(&self) -> &NodeTarget {
        &self.target
    }

    /// The sources of its inputs, sorted by the inputs' names.
    #[inline]
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The indices in [`Graph::nodes`] of the nodes that must be done before this one starts.
    ///
    /// For a branch these are the nodes whose outputs its conditions read, as in flytekit; nodes that only its cases
    /// need are in the upstream of the cases' nodes.
    #[inline]
    pub fn upstream(&self) -> &[usize] {
        &self.upstream
    }

    /// The nodes whose outputs only the cases of a branch need.
    fn captured(&self) -> &[usize] {
        match &self.target {
            NodeTarget::Branch(branch) => &branch.captured,
            _ => &[],
        }
    }

    /// All nodes that must be done before this one starts, including those that only a case of a branch needs.
    #[inline]
    pub fn waits_for(&self) -> impl Iterator<Item = usize> {
        let captured = self.captured().iter();
        let captured = captured.filter(|index| !self.upstream.contains(index));
        self.upstream.iter().chain(captured).copied()
    }

    /// Whether its id was overridden.
    #[inline]
    pub(crate) fn has_own_id(&self) -> bool {
        let overrides = self.overrides.as_deref();
        overrides.is_some_and(|overrides| overrides.node_name.is_some())
    }

    /// The id that it has or will have.
    #[inline]
    pub(crate) fn own_id(&self) -> &str {
        let overrides = self.overrides.as_deref();
        overrides
            .and_then(|overrides| overrides.node_name.as_deref())
            .unwrap_or(&self.id)
    }

    /// An output of the node, as an input of a graph that uses it.
    pub(crate) fn as_input(&self, output: usize) -> Variable {
        let (name, info) = match &self.target {
            NodeTarget::Task(entity)
            | NodeTarget::Workflow(entity)
            | NodeTarget::LaunchPlan(entity)
            | NodeTarget::Gate(entity) => {
                let output = &entity.outputs()[output];
                (output.name.into(), output.info)
            }
            NodeTarget::Branch(branch) => {
                let output = &branch.outputs()[output];
                (output.name.clone(), output.info)
            }
            NodeTarget::Map(map) => {
                let output = &map.outputs[output];
                (output.name.clone(), output.info)
            }
            NodeTarget::Inlined(graph) => {
                let output = &graph.interface.outputs[output];
                (output.name.clone(), output.info)
            }
        };
        Variable {
            name: format!("{}_{name}", self.own_id().replace('-', "_")).into(),
            info,
            description: "",
        }
    }

    /// The gate, if this node waits for one.
    #[inline]
    pub fn gate(&self) -> Option<&'static Gate> {
        self.target.entity()?.gate()
    }

    /// Where the call is written. For a failure handler, and for the only node of a task that runs alone, this is the
    /// location of the entity.
    #[inline]
    pub fn location(&self) -> Location {
        self.location
    }

    /// The overrides from `with_overrides`, if any.
    #[inline]
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
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Graph {
    /// The workflow of this graph; for a case of a branch, the workflow that contains the branch.
    pub entity: &'static EntityDescriptor,
    /// The name of the graph, if it is a case of a branch.
    pub name: Option<String>,
    /// The inputs and outputs of the graph.
    pub interface: Interface,
    /// The nodes in the order in which the body made them.
    pub nodes: Vec<Node>,
    /// The sources of the outputs, in declaration order.
    pub outputs: Vec<Binding>,
    /// The node that runs when the workflow fails (`on_failure`).
    pub failure_node: Option<Node>,
    /// The parts of outputs that the body took; references refer to them by index.
    pub parts: Vec<Part>,
}

/// A part of an output: the promise it is taken from, and the step.
#[derive(Clone, Debug)]
pub struct Part {
    pub base: RawReference,
    pub(crate) step: PathStep,
    pub(crate) project: Projection,
}

impl Graph {
    /// A graph of these nodes that is written in `entity`, for a cluster.
    #[doc(hidden)]
    pub fn new(entity: &'static EntityDescriptor, interface: Interface, nodes: Vec<Node>) -> Self {
        Self {
            entity,
            name: None,
            interface,
            nodes,
            outputs: Vec::new(),
            failure_node: None,
            parts: Vec::new(),
        }
    }

    /// The workflow of this graph; for a case of a branch, the workflow that contains the branch.
    #[inline]
    pub fn entity(&self) -> &'static EntityDescriptor {
        self.entity
    }

    /// The workflow's name. A case of a branch has the name of the enclosing workflow, followed by the id of the branch
    /// node and the number of the case.
    #[inline]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.entity.name())
    }

    /// The last part of the name.
    #[inline]
    pub fn short_name(&self) -> &str {
        match &self.name {
            Some(name) => name.rsplit('.').next().unwrap_or(name),
            None => self.entity.short_name(),
        }
    }

    /// The output of a node or the workflow input that becomes an input of an inner graph.
    #[inline]
    pub fn variable(&self, node: NodeRef, output: u32) -> Variable {
        match node.node {
            NodeRef::START => self.interface.inputs[output as usize].clone(),
            index => self.nodes[index as usize].as_input(output as usize),
        }
    }

    /// The workflow's inputs and outputs.
    #[inline]
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// The nodes in the order in which the body made them.
    #[inline]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node with this id.
    #[inline]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The ids of the nodes that must be done before `node` starts.
    #[inline]
    pub fn upstream_ids<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = &'a str> {
        node.upstream.iter().map(|&index| self.nodes[index].id())
    }

    /// The sources of the workflow's outputs, in declaration order.
    #[inline]
    pub fn outputs(&self) -> &[Binding] {
        &self.outputs
    }

    /// The node that runs when the workflow fails (`on_failure`).
    #[inline]
    pub fn failure_node(&self) -> Option<&Node> {
        self.failure_node.as_ref()
    }

    /// Resolves a bound promise to a producer's output and the whole path of a part.
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

    /// The name of a reference's value at its producer.
    pub fn output_name(&self, reference: &OutputReference) -> Cow<'static, str> {
        match reference.producer {
            Producer::Start => {
                let variable = self.interface.inputs.get(reference.output);
                variable.map_or("".into(), |variable| variable.name.clone())
            }
            Producer::Node(node) => self.nodes[node].target.output_name(reference.output),
        }
    }
}
