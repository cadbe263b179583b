//! Large constants in the jobs of dynamic tasks.
//!
//! Each node of a job has its own copy of what it is given, and a job is a file of at most 10 MB. A constant that
//! several nodes are given goes in once, through a pass-through.

use std::{any::TypeId, collections::HashMap};

use super::{
    Change,
    conditions::output_of,
    pass::{self, Passed},
    work::{Place, Work},
};
use flyte_core::{
    graph::{Binding, BindingData, Constant, Graph, Node, NodeTarget},
    types::wire,
};

/// What a constant has to take in the file to be worth a node.
const LARGE: usize = 16 * 1024;

/// The large constants that a graph has more than once, each with the number of the first binding that is given it.
#[derive(Default)]
pub(super) struct Repeated {
    values: Vec<(Constant, usize)>,
    /// The places in `values` of the large ones, by what tells their values apart while the graph is there.
    places: HashMap<Identity, Option<usize>>,
}

/// Where a value is, and its type.
type Identity = (*const (), TypeId);

impl Repeated {
    /// Finds them in the bindings of the nodes of a graph, those in the cases of branches included.
    pub(super) fn of(graph: &Graph) -> Self {
        let mut found = Self::default();
        let mut by_bytes = HashMap::new();
        for node in graph.nodes() {
            for_each_constant(node, &mut |constant| {
                // Nodes that share a value need no bytes to find out that it is the same.
                let place = *found.places.entry(identity(constant)).or_insert_with(|| {
                    let next = by_bytes.len();
                    Some(*by_bytes.entry(key(constant)?).or_insert(next))
                });
                let Some(place) = place else { return };
                match found.values.get_mut(place) {
                    Some((_, count)) => *count += 1,
                    None => found.values.push((constant.clone(), 1)),
                }
            });
        }
        found
    }

    /// The place in `values` of a constant of the graph, if it is large.
    fn place(&self, constant: &Constant) -> Option<usize> {
        *self.places.get(&identity(constant))?
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.iter().all(|(_, count)| *count < 2)
    }
}

fn identity(constant: &Constant) -> Identity {
    (
        constant.value.identity().as_ptr().cast(),
        constant.info.id(),
    )
}

/// The type and the bytes of a constant, if it is large.
fn key(constant: &Constant) -> Option<(String, Vec<u8>)> {
    let literal = constant.to_literal().ok()?;
    let bytes = wire::encode_map([("", &literal)]);
    (bytes.len() >= LARGE).then(|| (constant.info.rust_name().to_owned(), bytes))
}

fn for_each_constant(node: &Node, each: &mut impl FnMut(&Constant)) {
    for binding in node.bindings() {
        if let BindingData::Constant(constant) = &binding.data {
            each(constant);
        }
    }
    if let NodeTarget::Branch(branch) = node.target() {
        for case in branch.case_nodes() {
            for_each_constant(case.node(), each);
        }
    }
}

impl Work<'_> {
    /// Gives nodes the outputs of a pass-through in the place of constants that they share.
    pub(super) fn constants(&mut self, nodes: &mut [Node], repeated: &Repeated, place: &Place) {
        if repeated.is_empty() {
            return;
        }
        let number = self.next_number();
        let mut values: Vec<Passed> = Vec::new();
        let mut outputs = vec![None; repeated.values.len()];
        for (index, (constant, count)) in repeated.values.iter().enumerate() {
            if *count > 1 {
                let position = values.len();
                outputs[index] = Some(position);
                values.push(Passed {
                    input: format!("v{position}").into(),
                    output: format!("o{position}").into(),
                    info: constant.info,
                    data: BindingData::Constant(constant.clone()),
                });
            }
        }
        let shared = |binding: &Binding| -> Option<BindingData> {
            let BindingData::Constant(constant) = &binding.data else {
                return None;
            };
            let known = repeated.place(constant)?;
            Some(output_of(number, outputs[known]?))
        };
        for node in nodes {
            replace(node, number, &shared);
        }
        let id = self.new_id("constants");
        let path = self.lowered_path(&id);
        let name = self.new_name(&id);
        let through = pass::node(self.source, id, name, values);
        self.add(0, through);
        self.record.add(Change::Constant, &place.source, path);
    }
}

fn replace(
    node: &mut Node,
    number: usize,
    shared: &impl Fn(&Binding) -> Option<BindingData>,
) -> bool {
    let mut changed = false;
    for binding in &mut node.bindings {
        if let Some(data) = shared(binding) {
            binding.data = data;
            changed = true;
        }
    }
    let mut inside = false;
    if let NodeTarget::Branch(branch) = &mut node.target {
        let branch = std::sync::Arc::make_mut(branch);
        for case in branch.case_nodes_mut() {
            inside |= replace(&mut case.node, number, shared);
        }
        if inside {
            branch.captured.push(number);
        }
    }
    if changed {
        node.upstream.push(number);
    }
    changed || inside
}
