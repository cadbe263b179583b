//! The compiled graph: plain data, the same for the engine, for pictures and for a cluster.

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
    /// All of it, as another Rust type of the same kind of Flyte type; Flyte has no step for that.
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

/// A promise with its type taken off, as bindings hold it until the graph is finished.
#[derive(Clone)]
#[non_exhaustive]
pub struct RawReference {
    /// The node whose output it is.
    pub node: NodeRef,
    /// The index of the output, or as `Err` the index of a part in [`Graph::parts`].
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
#[non_exhaustive]
pub struct OutputReference {
    /// Who produces the value.
    pub producer: Producer,
    /// Which of the producer's outputs, or of the workflow's inputs.
    pub output: usize,
    /// The part of it (`attr_path`); empty for the whole.
    pub path: Vec<PathStep>,
    /// For each step of the path, how to take it in a native value.
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
    /// Whether this names a whole output and not a part of it.
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
    /// Its Rust type's operations.
    pub info: TypeInfo,
    /// What its documentation says.
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
    /// What it takes.
    pub inputs: Vec<Variable>,
    /// What it gives.
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
    /// A launch plan (`workflow_node` with a launch plan): on a cluster an execution of its own.
    LaunchPlan(&'static EntityDescriptor),
    /// A wait (`gate_node`).
    Gate(&'static EntityDescriptor),
    /// One of several nodes (`branch_node`).
    Branch(Arc<BranchNode>),
    /// A task or launch plan for each element of a list (`array_node`).
    Map(Arc<MapNode>),
    /// A case of a branch that is not exactly one call: a workflow without a name in the source (`workflow_node` with a
    /// sub-workflow). Its inputs are the values that it uses from around. In graphs for a cluster also a workflow that
    /// passes its inputs on, see `cluster::lower`.
    Inlined(Arc<Graph>),
}

impl NodeTarget {
    /// The task, workflow, launch plan or gate behind the node; `None` for what has no name in the source, and for a
    /// map, which has another interface than [what it maps](MapNode::entity).
    pub fn entity(&self) -> Option<&'static EntityDescriptor> {
        match self {
            Self::Task(entity)
            | Self::Workflow(entity)
            | Self::LaunchPlan(entity)
            | Self::Gate(entity) => Some(entity),
            Self::Branch(_) | Self::Map(_) | Self::Inlined(_) => None,
        }
    }

    /// What runs in the end: for a map what it maps.
    #[inline]
    pub fn runs(&self) -> Option<&'static EntityDescriptor> {
        match self {
            Self::Map(map) => Some(map.entity()),
            target => target.entity(),
        }
    }

    /// What the node is called besides its id: the entity's name, or that of the branch or of the graph.
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

    /// How many outputs promises can name: those the node has, and for a map its list of outputs in two forms, one of
    /// which there is.
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

    /// The name of an output; empty when there is no such.
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

/// What is known of a node besides its wiring (`flyteidl.core.NodeMetadata`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NodeMetadata {
    /// The name people see: the last part of the entity's name unless overridden.
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
    /// What `with_overrides` asked for, if anything.
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
    /// For a branch these are the nodes whose outputs its conditions look at, as in flytekit's; what its cases need is
    /// in the upstream of their nodes.
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

    /// All nodes that must be done before this one starts, those that only a case of a branch needs included.
    #[inline]
    pub fn waits_for(&self) -> impl Iterator<Item = usize> {
        let captured = self.captured().iter();
        let captured = captured.filter(|index| !self.upstream.contains(index));
        self.upstream.iter().chain(captured).copied()
    }

    /// Whether its id was given to it.
    #[inline]
    pub(crate) fn has_own_id(&self) -> bool {
        let overrides = self.overrides.as_deref();
        overrides.is_some_and(|overrides| overrides.node_name.is_some())
    }

    /// The id it has or is going to have.
    #[inline]
    pub(crate) fn own_id(&self) -> &str {
        let overrides = self.overrides.as_deref();
        overrides
            .and_then(|overrides| overrides.node_name.as_deref())
            .unwrap_or(&self.id)
    }

    /// An output of it, as an input of a graph that uses it.
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

    /// What it waits for, if it is a gate.
    #[inline]
    pub fn gate(&self) -> Option<&'static Gate> {
        self.target.entity()?.gate()
    }

    /// Where the call is written; for a failure handler, and for the only node of a task that is run alone, where the
    /// entity is.
    #[inline]
    pub fn location(&self) -> Location {
        self.location
    }

    /// What `with_overrides` asked for, if anything.
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
    /// The workflow this is the graph of, or that the branch this is a case of is written in.
    pub entity: &'static EntityDescriptor,
    /// For a graph that is a case of a branch.
    pub name: Option<String>,
    /// The inputs and outputs of the graph.
    pub interface: Interface,
    /// The nodes in the order in which the body made them.
    pub nodes: Vec<Node>,
    /// The sources of the outputs, in declaration order.
    pub outputs: Vec<Binding>,
    /// The node that runs when the workflow fails (`on_failure`).
    pub failure_node: Option<Node>,
    /// The parts of outputs that the body took, to which references refer by index.
    pub parts: Vec<Part>,
}

/// A part of an output: the promise it is taken from and the step.
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

    /// The workflow this is the graph of, or that the branch this is a case of is written in.
    #[inline]
    pub fn entity(&self) -> &'static EntityDescriptor {
        self.entity
    }

    /// The workflow's name. A case of a branch has the name of the workflow around it, with the id of the branch node
    /// and the number of the case behind it.
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

    /// The output of a node or the input that an input of a graph inside is made of.
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
