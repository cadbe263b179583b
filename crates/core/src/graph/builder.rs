//! The graph under construction, to which the calls of a body add nodes.

use std::{
    borrow::Cow,
    collections::HashSet,
    sync::atomic::{AtomicU32, Ordering},
};

use super::{
    BindOutputs, Binding, BindingData, CompileProblem, IntoOutputs, MapProblem, Node, NodeMetadata,
    NodeOverrides, NodeRef, NodeTarget, PathStep, Projection, Promise, TaskOutputs, Variable,
    node::{Part, RawReference},
};
use crate::{
    graph::{
        compilation::with_node_list,
        entity::{Entity, EntityDescriptor, Location},
    },
    types::FlyteType,
};

/// Returns a number that no other graph has.
pub fn next_graph() -> u32 {
    static NEXT_GRAPH: AtomicU32 = AtomicU32::new(0);
    NEXT_GRAPH.fetch_add(1, Ordering::Relaxed)
}

/// The nodes of one graph and the problems found so far, while its body runs.
///
/// Mistakes are collected instead of raised: a body is ordinary code that cannot stop in the middle of an expression,
/// and users want to see all mistakes at once.
#[derive(Clone, Debug)]
pub struct NodeList {
    graph: u32,
    prefix: String,
    /// The name of the graph made from these nodes.
    pub(crate) name: String,
    /// The entity whose body this is; for a case of a branch, the enclosing list has it.
    pub(super) entity: Option<&'static EntityDescriptor>,
    /// The inputs of the body.
    pub(super) inputs: Vec<Variable>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) parts: Vec<Part>,
    /// What promises stand for that is known already.
    known: Vec<BindingData>,
    pub(crate) problems: Vec<CompileProblem>,
    /// The enclosing list, if these nodes are in a case of a branch.
    pub(super) outer: Option<Box<NodeList>>,
    /// Nodes outside that must be done before the branch to which this case belongs.
    pub(super) waits_for: Vec<NodeRef>,
    /// The finished cases of branches and bodies of maps: number, location, and whether it is a map.
    pub(super) closed: Vec<(u32, Location, bool)>,
}

impl NodeList {
    /// An empty graph whose node ids start with `prefix`.
    pub(crate) fn new(prefix: &str) -> Self {
        Self {
            graph: next_graph(),
            prefix: prefix.to_owned(),
            name: String::new(),
            entity: None,
            inputs: Vec::new(),
            nodes: Vec::new(),
            parts: Vec::new(),
            known: Vec::new(),
            problems: Vec::new(),
            outer: None,
            waits_for: Vec::new(),
            closed: Vec::new(),
        }
    }

    /// Sets the entity in whose body the nodes are made.
    pub(super) fn of_entity(&mut self, entity: &'static EntityDescriptor) {
        self.entity = Some(entity);
        self.inputs = entity.interface().inputs;
        entity.name().clone_into(&mut self.name);
    }

    pub(super) fn graph(&self) -> u32 {
        self.graph
    }

    pub(super) fn next_id(&self) -> String {
        format!("{}n{}", self.prefix, self.nodes.len())
    }

    pub(super) fn push(&mut self, node: Node) -> NodeRef {
        let index = self.nodes.len() as u32;
        self.nodes.push(node);
        NodeRef {
            graph: self.graph,
            node: index,
        }
    }

    /// This list or the enclosing list that has the node.
    fn list_of(&self, node: NodeRef) -> Option<&Self> {
        let mut list = self;
        while list.graph != node.graph {
            list = list.outer.as_deref()?;
        }
        Some(list)
    }

    /// The output of a node in this or an enclosing list, or an input of the workflow, as an input of an inner graph.
    pub(super) fn variable(&self, node: NodeRef, output: u32) -> Variable {
        let list = self.list_of(node).unwrap_or(self);
        let found = match node.node {
            NodeRef::START => list.inputs.get(output as usize).cloned(),
            index => list
                .nodes
                .get(index as usize)
                .map(|node| node.as_input(output as usize)),
        };
        found.expect("references were checked when the nodes were made")
    }

    /// How many outputs a node of this list has; `0` if the node is in another list.
    pub(crate) fn outputs_of(&self, node: NodeRef) -> usize {
        let node = self.index(node).map(|index| &self.nodes[index]);
        node.map_or(0, |node| node.target.output_count())
    }

    /// The name of what [`variable`](Self::variable) returns, as its producer calls it.
    pub(super) fn variable_name(&self, node: NodeRef, output: u32) -> Cow<'static, str> {
        let list = self.list_of(node).unwrap_or(self);
        match node.node {
            NodeRef::START => list
                .inputs
                .get(output as usize)
                .map_or("".into(), |input| input.name.clone()),
            index => list
                .nodes
                .get(index as usize)
                .map_or("".into(), |node| node.target.output_name(output as usize)),
        }
    }

    /// The id that a node in this or an enclosing list has or will have; empty for the workflow's inputs.
    pub(super) fn id_of(&self, node: NodeRef) -> String {
        let list = self.list_of(node).unwrap_or(self);
        let found = list.nodes.get(node.node as usize);
        found.map_or_else(String::new, |node| node.own_id().to_owned())
    }

    /// The whole value of which a reference names a part, and the path to the part.
    pub(super) fn whole(&self, reference: &RawReference) -> (NodeRef, u32, Vec<PathStep>) {
        let mut path = Vec::new();
        let mut reference = reference;
        loop {
            match reference.output {
                Ok(output) => {
                    path.reverse();
                    return (reference.node, output, path);
                }
                Err(part) => {
                    let part = &self.parts[part];
                    path.push(part.step.clone());
                    reference = &part.base;
                }
            }
        }
    }

    /// The name of the output that a promise refers to, in whole or in part; `None` for a promise of another graph.
    pub(crate) fn name_of(&self, data: &BindingData) -> Option<Cow<'static, str>> {
        let BindingData::Promise(reference) = data else {
            return None;
        };
        self.list_of(reference.node)?;
        let (node, output, _) = self.whole(reference);
        Some(self.variable_name(node, output))
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
    pub(crate) fn add_node(
        &mut self,
        entity: &'static EntityDescriptor,
        arguments: Vec<BindingData>,
        at: Location,
    ) -> NodeRef {
        let id = self.next_id();
        let node = self.make_node(id, entity, arguments, at);
        self.push(node)
    }

    pub(crate) fn make_node(
        &mut self,
        id: String,
        entity: &'static EntityDescriptor,
        arguments: Vec<BindingData>,
        at: Location,
    ) -> Node {
        let inputs = entity.inputs();
        let mut bindings: Vec<Binding> = inputs
            .iter()
            .zip(arguments)
            .map(|(input, data)| Binding {
                var: input.name.into(),
                data,
            })
            .collect();
        bindings.sort_unstable_by(|a, b| a.var.cmp(&b.var));
        let mut upstream = Vec::new();
        for binding in &bindings {
            self.collect_upstream(&binding.data, &mut upstream, entity, at);
        }
        let metadata = NodeMetadata {
            name: entity.node_name().to_owned(),
        };
        Node {
            id,
            metadata,
            target: entity.as_target(),
            bindings,
            upstream,
            overrides: None,
            location: at,
        }
    }

    /// Checks that the outputs of `workflow` come from this graph.
    pub(crate) fn check_outputs(
        &mut self,
        outputs: &[BindingData],
        workflow: &'static EntityDescriptor,
    ) {
        for data in outputs {
            self.check_reference(data, workflow.name(), workflow.location());
        }
    }

    /// Checks that every promise belongs to this graph or an enclosing one.
    pub(super) fn check_reference(&mut self, data: &BindingData, used_by: &str, at: Location) {
        let mut foreign = Vec::new();
        data.for_each_reference(&mut |reference| {
            if self.list_of(reference.node).is_none() {
                foreign.push(reference.node);
            }
        });
        for node in foreign {
            let problem = self.foreign(node, used_by, at);
            self.problems.push(problem);
        }
    }

    /// Checks that every promise belongs to this graph or an enclosing one, and records the nodes that must be done
    /// first.
    fn collect_upstream(
        &mut self,
        data: &BindingData,
        upstream: &mut Vec<usize>,
        user: &'static EntityDescriptor,
        at: Location,
    ) {
        let mut elsewhere = false;
        data.for_each_reference(&mut |RawReference { node, .. }| {
            if node.graph != self.graph {
                elsewhere = true;
            } else if node.node != NodeRef::START {
                upstream.push(node.node as usize);
            }
        });
        if elsewhere {
            self.check_reference(data, user.name(), at);
        }
    }

    /// Calls `each` with the index of every workflow input that `data` reads.
    pub(super) fn inputs_read_by(&self, data: &BindingData, each: &mut impl FnMut(usize)) {
        data.for_each_reference(&mut |reference| {
            let (node, output, _) = self.whole(reference);
            if node == self.start() {
                each(output as usize);
            }
        });
    }

    /// The problem of using a promise that belongs neither to this graph nor to an enclosing one.
    fn foreign(&self, node: NodeRef, used_by: &str, used_at: Location) -> CompileProblem {
        let used_by = used_by.to_owned();
        let mut list = Some(self);
        while let Some(at) = list {
            let closed = at.closed.iter().find(|(graph, ..)| *graph == node.graph);
            match closed {
                Some((_, branch, false)) => {
                    return CompileProblem::LeftBranch {
                        used_by,
                        used_at,
                        branch: *branch,
                    };
                }
                Some((_, map, true)) => {
                    return CompileProblem::Map {
                        location: *map,
                        problem: MapProblem::Left { used_by, used_at },
                    };
                }
                None => {}
            }
            list = at.outer.as_deref();
        }
        CompileProblem::ForeignPromise { used_by }
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

    /// Keeps what is known in the outermost list, where every case finds it. Returns the place of the first.
    pub(super) fn know(&mut self, known: Vec<BindingData>) -> (NodeRef, u32) {
        let mut list = self;
        while list.outer.is_some() {
            list = list.outer.as_deref_mut().expect("there is one around");
        }
        let first = list.known.len() as u32;
        list.known.extend(known);
        let node = NodeRef {
            graph: list.graph,
            node: NodeRef::KNOWN,
        };
        (node, first)
    }

    /// What is known at a place.
    pub(super) fn known(&self, node: NodeRef, output: u32) -> Option<BindingData> {
        self.list_of(node)?.known.get(output as usize).cloned()
    }

    /// Makes `after` wait for `before`.
    pub(crate) fn order(&mut self, before: NodeRef, after: NodeRef) {
        let here = |node: NodeRef| node.graph == self.graph;
        if !here(after) {
            // Both are outside the case that is being built.
            if let Some(outer) = self.outer.as_mut().filter(|_| !here(before)) {
                return outer.order(before, after);
            }
        }
        match (self.index(before), self.index(after)) {
            // `before` is outside the case, or is the workflow's inputs, which exist before any node starts.
            (None, Some(_)) if self.list_of(before).is_some() => {
                if before.is_of_a_call() {
                    self.waits_for.push(before);
                }
            }
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
        (node.graph == self.graph && node.is_of_a_call()).then_some(node.node as usize)
    }

    /// Records that the list that has just ended is the body of a map.
    pub(super) fn mark_map(&mut self, graph: u32) {
        for closed in self.closed.iter_mut().filter(|closed| closed.0 == graph) {
            closed.2 = true;
        }
    }

    /// The overrides of the one node behind a result; a result of no call or of several calls is a problem.
    pub(crate) fn overrides_of(&mut self, nodes: &[NodeRef]) -> Option<&mut NodeOverrides> {
        match nodes {
            &[node] => {
                if let Some(index) = self.index(node) {
                    return Some(self.nodes[index].overrides.get_or_insert_default());
                }
                self.problems.push(
                    if self
                        .list_of(node)
                        .is_some_and(|list| list.graph != self.graph)
                    {
                        CompileProblem::OverriddenOutside
                    } else {
                        CompileProblem::OverriddenInput
                    },
                );
            }
            _ => self
                .problems
                .push(CompileProblem::OverriddenSeveral { nodes: nodes.len() }),
        }
        None
    }

    /// Removes repeated upstream nodes and keeps the first of each. While the body runs they are only collected,
    /// because a search in many thousands for each node would make a wide graph slow.
    pub(crate) fn settle_upstream(&mut self) {
        let mut last_seen_by = vec![usize::MAX; self.nodes.len()];
        for (index, node) in self.nodes.iter_mut().enumerate() {
            node.upstream
                .retain(|&up| std::mem::replace(&mut last_seen_by[up], index) != index);
        }
    }

    /// Reports nodes that share an id.
    pub(crate) fn check_ids(&mut self, failure_node: Option<&Node>) {
        // Without overridden ids the nodes are numbered and therefore distinct, so the set is built only when needed.
        if self.nodes.iter().all(|node| node.overrides.is_none()) {
            return;
        }
        let mut seen = HashSet::new();
        let nodes = self.nodes.iter().chain(failure_node);
        let duplicates = nodes.filter(|node| !seen.insert(node.id.as_str()));
        self.problems
            .extend(duplicates.map(|node| CompileProblem::DuplicateNode {
                id: node.id.clone(),
            }));
    }

    /// Gives overridden nodes their ids and names, and reports impossible overrides.
    pub(crate) fn apply_overrides(&mut self) {
        for node in &mut self.nodes {
            let Some(overrides) = &node.overrides else {
                continue;
            };
            let mut errors = overrides.errors();
            if !overrides.aliases.is_empty() {
                let names = (0..).map(|output| node.target.output_name(output));
                let outputs: Vec<_> = names.take_while(|name| !name.is_empty()).collect();
                errors.extend(overrides.wrong_aliases(&outputs));
            }
            for error in errors {
                self.problems.push(CompileProblem::Override {
                    node: node.id.clone(),
                    error,
                });
            }
            if let (NodeTarget::Branch(_), true) = (&node.target, overrides.is_for_tasks()) {
                self.problems.push(CompileProblem::OverriddenBranch {
                    node: node.id.clone(),
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

/// Adds a node for a call in a workflow's body; `square(x)` becomes this call.
///
/// # Panics
///
/// Outside of a workflow's body, where there is no graph to add to.
#[track_caller]
pub fn call_node<E: Entity>(arguments: Vec<BindingData>) -> <E::Output as TaskOutputs>::Promises {
    call_node_at::<E>(arguments, Location::caller())
}

/// As [`call_node`], for a call at another location.
pub fn call_node_at<E: Entity>(
    arguments: Vec<BindingData>,
    at: Location,
) -> <E::Output as TaskOutputs>::Promises {
    let entity = E::descriptor();
    let node = with_node_list(|list| list.map(|list| list.add_node(entity, arguments, at)));
    match node {
        Some(node) => E::Output::promises(node),
        None => panic!(
            "cannot create a node of `{name}` while no workflow is being compiled; use `{short}::run(..)` to run it",
            name = entity.name(),
            short = entity.short_name(),
        ),
    }
}

/// The argument of a generated workflow body: its inputs as promises, and a place for its outputs.
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

    /// The promise of the input at this index.
    pub fn input<T: FlyteType>(&self, position: u32) -> Promise<T> {
        Promise::new(
            NodeRef {
                graph: self.graph,
                node: NodeRef::START,
            },
            position,
        )
    }

    /// Binds the outputs to the final value of the body.
    pub fn finish<O: TaskOutputs>(&mut self, end: impl IntoOutputs<O>) {
        end.bind_outputs(&mut self.outputs);
    }
}
