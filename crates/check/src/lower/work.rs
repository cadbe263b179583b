//! Traverses a graph to lower it.

use std::{collections::HashSet, sync::Arc};

use super::{
    Change, NodePath, approvals, conditions, constants::Repeated, mixed_outputs, nodes, pass,
    record::Record, renumber,
};
use flyte_core::graph::{
    Binding, BindingData, BranchNode, CaseNode, Graph, Node, NodeTarget, case_graph,
};

/// The path of a graph or a node in the source and in the lowered graph.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    pub(super) source: NodePath,
    pub(super) lowered: NodePath,
}

impl Place {
    fn child(&self, id: &str) -> Self {
        Self {
            source: self.source.child(id),
            lowered: self.lowered.child(id),
        }
    }
}

/// A graph that is being lowered. References use the node indices of the source until the end.
pub(super) struct Work<'g> {
    pub(super) source: &'g Graph,
    /// The path of the graph.
    place: Place,
    /// For each input, whether it may come from the user who starts the workflow.
    pub(super) given: &'g [bool],
    /// Whether the graph belongs to a dynamic task, so that nothing more can be registered for it.
    pub(super) is_job: bool,
    ids: HashSet<String>,
    /// The added nodes, each with the index of the node before which it goes.
    added: Vec<(usize, Node)>,
    pub(super) record: &'g mut Record,
}

/// Lowers a workflow or a job.
pub(super) fn lower_top(graph: &Graph, is_job: bool, record: &mut Record) -> Option<Graph> {
    let given = vec![true; graph.interface().inputs.len()];
    let repeated = match is_job {
        true => Repeated::of(graph),
        false => Repeated::default(),
    };
    if is_touched(graph, is_job) || !repeated.is_empty() {
        names_in(graph, &mut record.names);
    }
    lower_graph(graph, &Place::default(), &given, is_job, &repeated, record)
}

/// Lowers a graph with its unnamed inner graphs; `None` if it can stay as it is.
///
/// `given` has for each input whether it may come from the user who starts the workflow; `is_job` is whether the graph
/// belongs to a dynamic task.
fn lower_graph(
    graph: &Graph,
    place: &Place,
    given: &[bool],
    is_job: bool,
    repeated: &Repeated,
    record: &mut Record,
) -> Option<Graph> {
    if !is_touched(graph, is_job) && repeated.is_empty() {
        return None;
    }
    let mut work = Work {
        source: graph,
        place: place.clone(),
        given,
        is_job,
        ids: ids_on_cluster(graph),
        added: Vec::new(),
        record,
    };
    let mut lowered = graph.clone();
    for (index, node) in lowered.nodes.iter_mut().enumerate() {
        let id = node.id.clone();
        let place = work.place.child(&id);
        work.node(node, &place, &id);
        work.conditions(index, node, &place);
        work.approval(index, node, &place);
    }
    if let Some(handler) = &mut lowered.failure_node {
        let id = handler.id.clone();
        let place = work.place.child(&id);
        work.node(handler, &place, &id);
    }
    work.constants(&mut lowered.nodes, repeated, place);
    let Work { added, record, .. } = work;
    renumber::insert(&mut lowered, added);
    if lowered.nodes.is_empty() {
        let gate = pass::gate_node(free("n0", |id| lowered.node(id).is_some()));
        record.add(Change::Empty, &place.source, place.lowered.child(&gate.id));
        lowered.nodes.push(gate);
    }
    Some(lowered)
}

/// The names of the entities that a graph and its inner graphs call.
fn names_in(graph: &Graph, found: &mut HashSet<String>) {
    fn visit(node: &Node, found: &mut HashSet<String>) {
        match node.target() {
            NodeTarget::Branch(branch) => {
                branch
                    .case_nodes()
                    .for_each(|case| visit(case.node(), found));
            }
            NodeTarget::Inlined(inner) => {
                found.insert(inner.name().to_owned());
                names_in(inner, found);
            }
            target => {
                found.insert(target.name().to_owned());
            }
        }
    }
    let nodes = graph.nodes().iter().chain(graph.failure_node());
    nodes.for_each(|node| visit(node, found));
}

/// The ids of a graph's nodes. The id of a case's node on a cluster is the id of the branch and its own.
fn ids_on_cluster(graph: &Graph) -> HashSet<String> {
    fn visit(node: &Node, id: String, found: &mut HashSet<String>) {
        if let NodeTarget::Branch(branch) = node.target() {
            for case in branch.case_nodes() {
                visit(case.node(), format!("{id}-{}", case.node().id()), found);
            }
        }
        found.insert(id);
    }
    let mut found = HashSet::new();
    for node in graph.nodes().iter().chain(graph.failure_node()) {
        visit(node, node.id().to_owned(), &mut found);
    }
    found
}

/// Whether a graph must be changed.
fn is_touched(graph: &Graph, is_job: bool) -> bool {
    let mut nodes = graph.nodes().iter().chain(graph.failure_node());
    graph.nodes().is_empty() || nodes.any(|node| is_node_touched(graph, node, is_job))
}

fn is_node_touched(graph: &Graph, node: &Node, is_job: bool) -> bool {
    nodes::is_touched(node, is_job)
        || approvals::is_touched(graph, node)
        || match node.target() {
            NodeTarget::Inlined(inner) => is_touched(inner, is_job),
            NodeTarget::Branch(branch) => {
                conditions::is_touched(graph, node, branch)
                    || mixed_outputs::are_mixed(branch)
                    || branch
                        .case_nodes()
                        .any(|case| is_node_touched(graph, case.node(), is_job))
            }
            _ => false,
        }
}

/// The name, or the name followed by a number, that is not taken.
pub(super) fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (1..).map(|number| format!("{name}-{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names
        .find(|name| !taken(name))
        .expect("the numbers do not end")
}

impl Work<'_> {
    /// The id for a node that will be added.
    pub(super) fn new_id(&mut self, wanted: &str) -> String {
        let id = free(wanted, |id| self.ids.contains(id));
        self.ids.insert(id.clone());
        id
    }

    /// The name for a task or a workflow that will be added: that of the graph, followed by `wanted`.
    ///
    /// The part after the graph's name consists of ids joined by `-`, which ids may also contain, so two nodes may want
    /// the same name.
    pub(super) fn new_name(&mut self, wanted: &str) -> String {
        let name = format!("{}.{wanted}", self.source.name());
        let name = free(&name, |name| self.record.names.contains(name));
        self.record.names.insert(name.clone());
        name
    }

    pub(super) fn lowered_path(&self, id: &str) -> NodePath {
        self.place.lowered.child(id)
    }

    /// The number of the node that will be added next.
    pub(super) fn next_number(&self) -> usize {
        self.source.nodes().len() + self.added.len()
    }

    fn lower_inner(&mut self, graph: &Graph, place: &Place, given: &[bool]) -> Option<Graph> {
        let none = Repeated::default();
        lower_graph(graph, place, given, self.is_job, &none, self.record)
    }

    /// For each input of an inner graph, whether it may come from the user who starts the workflow.
    fn given_to(&self, graph: &Graph, bindings: &[Binding]) -> Vec<bool> {
        let inputs = graph.interface().inputs.iter();
        let given = inputs.map(|input| {
            let bound = bindings.iter().find(|binding| binding.var == input.name);
            bound.is_some_and(|binding| match &binding.data {
                BindingData::Promise(reference) => {
                    conditions::is_given(self.source, self.given, &self.source.resolve(reference))
                }
                _ => false,
            })
        });
        given.collect()
    }

    /// Adds a node before another.
    pub(super) fn add(&mut self, before: usize, node: Node) {
        self.added.push((before, node));
    }

    /// Lowers one node. `name` consists of the ids on the path to it in this graph.
    fn node(&mut self, node: &mut Node, place: &Place, name: &str) {
        nodes::lower(self, node, place, name);
        match &mut node.target {
            NodeTarget::Inlined(inner) => {
                let given = self.given_to(inner, &node.bindings);
                if let Some(lowered) = self.lower_inner(inner, place, &given) {
                    *inner = Arc::new(lowered);
                }
            }
            NodeTarget::Branch(branch) => {
                let mut all = branch.case_nodes();
                let is_mixed = mixed_outputs::are_mixed(branch);
                if is_mixed
                    || all.any(|case| is_node_touched(self.source, case.node(), self.is_job))
                {
                    drop(all);
                    let written = Arc::clone(branch);
                    let cases = Arc::make_mut(branch).case_nodes_mut();
                    for (case, as_written) in cases.zip(written.case_nodes()) {
                        let is_wrapped = is_mixed && mixed_outputs::has_more(&written, as_written);
                        self.case(case, as_written, &written, is_wrapped, place, name);
                    }
                }
            }
            _ => {}
        }
    }

    fn case(
        &mut self,
        case: &mut CaseNode,
        as_written: &CaseNode,
        branch: &BranchNode,
        is_wrapped: bool,
        place: &Place,
        name: &str,
    ) {
        let id = case.node.id.clone();
        let (inner, name) = (place.child(&id), format!("{name}-{id}"));
        let change = match &case.node.target {
            // A case is one node, so a node added before it goes into a separate graph together with it: it runs only
            // if the case does.
            NodeTarget::Branch(nested)
                if conditions::is_touched(self.source, &case.node, nested) =>
            {
                Change::Condition
            }
            NodeTarget::Gate(_) if approvals::is_touched(self.source, &case.node) => {
                Change::Approval
            }
            _ if is_wrapped => Change::CaseOutputs,
            _ => return self.node(&mut case.node, &inner, &name),
        };
        let (mut graph, mut bindings) = case_graph(self.source, branch, as_written);
        graph.name = Some(self.new_name(&name));
        bindings.sort_by(|a, b| a.var.cmp(&b.var));
        if change == Change::CaseOutputs {
            self.record.did(change, &inner.source);
        }
        self.record
            .belongs(change, &inner.source, inner.lowered.clone());
        self.record
            .moves(inner.source.clone(), inner.lowered.child(&id));
        let around = Place {
            source: place.source.clone(),
            lowered: inner.lowered,
        };
        let given = self.given_to(&graph, &bindings);
        let lowered = self.lower_inner(&graph, &around, &given);
        let graph = lowered.unwrap_or(graph);
        case.outputs = (0..branch.outputs.len() as u32).collect();
        case.node = inlined(id, graph, bindings);
    }
}

fn inlined(id: String, graph: Graph, bindings: Vec<Binding>) -> Node {
    let location = graph
        .nodes
        .first()
        .map_or_else(|| graph.entity.location(), |node| node.location);
    let name = graph.short_name().to_owned();
    let mut node = Node::new(id, name, NodeTarget::Inlined(Arc::new(graph)), location);
    node.upstream = pass::upstream_of(&bindings);
    node.bindings = bindings;
    node
}
