//! The graph under construction: what a body's calls add nodes to.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use super::{
    BindOutputs, Binding, BindingData, CompileProblem, IntoOutputs, Node, NodeMetadata,
    NodeOverrides, NodeRef, NodeTarget, PathStep, Projection, Promise, TaskOutputs,
    node::{Part, RawReference},
};
use crate::{
    context,
    entity::{Entity, EntityDescriptor},
    gate::Gate,
    types::FlyteType,
};

/// The nodes of one graph while its body runs, and what went wrong so far.
///
/// Mistakes are collected instead of raised: a body is ordinary code that cannot stop in the middle of an expression, and a
/// user wants to see all of them.
#[derive(Debug)]
pub(crate) struct NodeList {
    graph: u32,
    prefix: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) parts: Vec<Part>,
    pub(crate) problems: Vec<CompileProblem>,
}

impl NodeList {
    /// An empty graph whose node ids start with `prefix`.
    pub(crate) fn new(prefix: &str) -> Self {
        static NEXT_GRAPH: AtomicU32 = AtomicU32::new(0);
        Self {
            graph: NEXT_GRAPH.fetch_add(1, Ordering::Relaxed),
            prefix: prefix.to_owned(),
            nodes: Vec::new(),
            parts: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The node that stands for the workflow's inputs.
    pub(crate) fn start(&self) -> NodeRef {
        NodeRef {
            graph: self.graph,
            node: NodeRef::START,
        }
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Adds a node that runs `entity` on `arguments`, one for each of its inputs in declaration order.
    pub(crate) fn add_node(&mut self, target: NodeTarget, arguments: Vec<BindingData>) -> NodeRef {
        let id = format!("{}n{}", self.prefix, self.nodes.len());
        let node = self.make_node(id, target, arguments);
        let index = self.nodes.len() as u32;
        self.nodes.push(node);
        NodeRef {
            graph: self.graph,
            node: index,
        }
    }

    /// Adds a node that waits.
    pub(crate) fn add_gate(
        &mut self,
        entity: &'static EntityDescriptor,
        arguments: Vec<BindingData>,
        gate: Arc<Gate>,
    ) -> NodeRef {
        let node = self.add_node(NodeTarget::Gate(entity), arguments);
        self.nodes[node.node as usize].gate = Some(gate);
        node
    }

    /// The name under which the node of a promise gives the value, or that of which it is a part.
    pub(crate) fn output_name<T>(&self, promise: Promise<T>) -> &'static str {
        let mut reference = RawReference::of(promise);
        loop {
            match reference.output {
                Ok(output) => {
                    let node = self
                        .index(reference.node)
                        .and_then(|node| self.nodes.get(node));
                    return node.map_or("o0", |node| {
                        node.target.entity().output_name(output as usize)
                    });
                }
                Err(part) => match self.parts.get(part) {
                    Some(part) => reference = part.base.clone(),
                    None => return "o0",
                },
            }
        }
    }

    pub(crate) fn make_node(
        &mut self,
        id: String,
        target: NodeTarget,
        arguments: Vec<BindingData>,
    ) -> Node {
        let entity = target.entity();
        let inputs = entity.inputs();
        let mut bindings: Vec<Binding> = inputs
            .iter()
            .zip(arguments)
            .map(|(input, data)| Binding {
                var: input.name,
                data,
            })
            .collect();
        bindings.sort_unstable_by_key(|binding| binding.var);
        let mut upstream = Vec::new();
        for binding in &bindings {
            self.collect_upstream(&binding.data, &mut upstream, entity);
        }
        let metadata = NodeMetadata {
            name: entity.node_name().to_owned(),
        };
        Node {
            id,
            metadata,
            target,
            bindings,
            upstream,
            overrides: None,
            gate: None,
        }
    }

    /// Checks that the outputs of `workflow` come from this graph.
    pub(crate) fn check_outputs(
        &mut self,
        outputs: &[BindingData],
        workflow: &'static EntityDescriptor,
    ) {
        let mut ends = Vec::new();
        outputs
            .iter()
            .for_each(|data| self.collect_upstream(data, &mut ends, workflow));
    }

    /// Checks that every promise belongs to this graph and notes the nodes that have to be done first.
    fn collect_upstream(
        &mut self,
        data: &BindingData,
        upstream: &mut Vec<usize>,
        user: &'static EntityDescriptor,
    ) {
        match data {
            BindingData::Promise(RawReference { node, .. }) => {
                if node.graph != self.graph {
                    self.problems.push(CompileProblem::ForeignPromise {
                        used_by: user.name().to_owned(),
                    });
                } else if node.node != NodeRef::START {
                    upstream.push(node.node as usize);
                }
            }
            BindingData::Constant(_) => {}
            BindingData::Collection { items, .. } => items
                .iter()
                .for_each(|item| self.collect_upstream(item, upstream, user)),
            BindingData::Map { items, .. } => items
                .values()
                .for_each(|item| self.collect_upstream(item, upstream, user)),
            BindingData::Optional { item, .. } => self.collect_upstream(item, upstream, user),
        }
    }

    /// Calls `each` with the position of every input of the workflow that `data` reads.
    pub(crate) fn inputs_read_by(&self, data: &BindingData, each: &mut dyn FnMut(usize)) {
        match data {
            BindingData::Promise(reference) => {
                let mut reference = reference;
                let output = loop {
                    match reference.output {
                        Ok(output) => break output as usize,
                        Err(part) => reference = &self.parts[part].base,
                    }
                };
                if reference.node.node == NodeRef::START && reference.node.graph == self.graph {
                    each(output);
                }
            }
            BindingData::Constant(_) => {}
            BindingData::Collection { items, .. } => items
                .iter()
                .for_each(|item| self.inputs_read_by(item, each)),
            BindingData::Map { items, .. } => items
                .values()
                .for_each(|item| self.inputs_read_by(item, each)),
            BindingData::Optional { item, .. } => self.inputs_read_by(item, each),
        }
    }

    pub(crate) fn add_part<T>(
        &mut self,
        base: Promise<T>,
        step: PathStep,
        project: Projection,
    ) -> u32 {
        let index = self.parts.len() as u32;
        self.parts.push(Part {
            base: RawReference::of(base),
            step,
            project,
        });
        index
    }

    /// Makes `after` wait for `before`.
    pub(crate) fn order(&mut self, before: NodeRef, after: NodeRef) {
        match (self.index(before), self.index(after)) {
            // The workflow's inputs are there before any node starts.
            (_, Some(_)) if before.node == NodeRef::START && before.graph == self.graph => {}
            (Some(before), Some(after)) if before == after => {
                self.problems.push(CompileProblem::Cycle {
                    nodes: vec![self.nodes[after].id.clone(), self.nodes[after].id.clone()],
                });
            }
            (Some(before), Some(after)) => {
                self.nodes[after].upstream.push(before);
            }
            _ => self.problems.push(CompileProblem::OrderedInput {
                foreign: before.graph != self.graph || after.graph != self.graph,
            }),
        }
    }

    fn index(&self, node: NodeRef) -> Option<usize> {
        (node.graph == self.graph && node.node != NodeRef::START).then_some(node.node as usize)
    }

    /// The overrides of the one node behind a result, to be changed; a result of no call or of several is a problem.
    pub(crate) fn overrides_of(&mut self, nodes: &[NodeRef]) -> Option<&mut NodeOverrides> {
        match nodes {
            &[node] => {
                if let Some(index) = self.index(node) {
                    return Some(self.nodes[index].overrides.get_or_insert_default());
                }
                self.problems.push(CompileProblem::OverriddenInput);
            }
            _ => self
                .problems
                .push(CompileProblem::OverriddenSeveral { nodes: nodes.len() }),
        }
        None
    }

    /// Leaves each upstream node once, where it was first; while the body runs they are only gathered, since looking for one
    /// among many thousands each time would make a wide graph slow.
    pub(crate) fn settle_upstream(&mut self) {
        let mut last_seen_by = vec![usize::MAX; self.nodes.len()];
        for (index, node) in self.nodes.iter_mut().enumerate() {
            node.upstream
                .retain(|&up| std::mem::replace(&mut last_seen_by[up], index) != index);
        }
    }

    /// Gives overridden nodes their ids and names, and reports impossible overrides.
    pub(crate) fn apply_overrides(&mut self) {
        for node in &mut self.nodes {
            let Some(overrides) = &node.overrides else {
                continue;
            };
            for error in overrides.errors() {
                self.problems.push(CompileProblem::Override {
                    node: node.id.clone(),
                    error,
                });
            }
            if let Some(id) = &overrides.node_name {
                node.id.clone_from(id);
            }
            if let Some(name) = &overrides.name {
                node.metadata.name.clone_from(name);
            }
        }
    }
}

/// Adds a node for a call in a workflow's body; what `square(x)` becomes there.
///
/// # Panics
///
/// Outside of a workflow's body, where there is no graph to add to.
pub fn call_node<E: Entity>(arguments: Vec<BindingData>) -> <E::Output as TaskOutputs>::Promises {
    let entity = E::descriptor();
    let node = context::with_node_list(|list| {
        list.map(|list| list.add_node(entity.as_target(), arguments))
    });
    match node {
        Some(node) => E::Output::promises(node),
        None => panic!(
            "cannot create a node of `{name}` while no workflow is being compiled; use `{short}::run(..)` to run it",
            name = entity.name(),
            short = entity.short_name(),
        ),
    }
}

/// What a generated workflow body is given: its inputs as promises, and a place for its outputs.
#[derive(Debug)]
pub struct WorkflowBody {
    graph: u32,
    pub(crate) outputs: BindOutputs,
}

impl WorkflowBody {
    pub(crate) fn new(list: &NodeList) -> Self {
        Self {
            graph: list.graph,
            outputs: BindOutputs::default(),
        }
    }

    /// The promise of the input at this position.
    pub fn input<T: FlyteType>(&self, position: u32) -> Promise<T> {
        Promise::new(
            NodeRef {
                graph: self.graph,
                node: NodeRef::START,
            },
            position,
        )
    }

    /// Binds the outputs to what the body ended with.
    pub fn finish<O: TaskOutputs>(&mut self, end: impl IntoOutputs<O>) {
        end.bind_outputs(&mut self.outputs);
    }
}
