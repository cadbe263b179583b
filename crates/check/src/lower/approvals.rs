//! Lowers gates that approve a part of a value.
//!
//! Flyte treats the value that a gate passes on as the whole output to which the part belongs. A pass-through before
//! the gate turns the part into a whole value.

use super::{
    Change,
    conditions::output_of,
    pass::{self, Passed},
    work::{Place, Work},
};
use flyte_core::graph::{
    BindingData, Graph, Node, NodeTarget, OutputReference,
    gate::{Gate, GateCondition},
};

/// Whether a node is a gate that approves a part of a value.
pub(super) fn is_touched(graph: &Graph, node: &Node) -> bool {
    item(graph, node).is_some_and(|item| !item.is_whole())
}

/// The value that a gate approves.
pub(super) fn item(graph: &Graph, node: &Node) -> Option<OutputReference> {
    let gate = node.gate().map(Gate::condition);
    let [binding] = node.bindings() else {
        return None;
    };
    match (gate, &binding.data) {
        (Some(GateCondition::Approve), BindingData::Promise(reference)) => {
            Some(graph.resolve(reference))
        }
        _ => None,
    }
}

impl Work<'_> {
    /// Adds a pass-through before a gate that approves a part.
    pub(super) fn approval(&mut self, index: usize, node: &mut Node, place: &Place) {
        let written = &self.source.nodes()[index];
        let NodeTarget::Gate(gate) = written.target() else {
            return;
        };
        if !is_touched(self.source, written) {
            return;
        }
        let (Some(output), [binding]) = (gate.outputs().first(), &mut *node.bindings) else {
            return;
        };
        let number = self.next_number();
        let value = Passed {
            input: "v0".into(),
            output: "o0".into(),
            info: output.info,
            data: std::mem::replace(&mut binding.data, output_of(number, 0)),
        };
        let id = self.new_id(&format!("{}-in", written.id()));
        let path = self.lowered_path(&id);
        let name = self.new_name(&id);
        let through = pass::node(self.source, id, name, vec![value]);
        self.add(index, through);
        node.upstream.push(number);
        self.record.add(Change::Approval, &place.source, path);
    }
}
