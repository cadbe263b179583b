//! What costs a cluster no container: a gate that sleeps for no time, and sub-workflows that pass their inputs on.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use flyte_core::{
    graph::{
        Binding, BindingData, Graph, Interface, Node, NodeRef, NodeTarget, RawReference, Variable,
        entity::EntityDescriptor, gate::no_time, next_graph,
    },
    types::TypeInfo,
};

/// A node that ends at once.
pub(super) fn gate_node(id: String) -> Node {
    static GATE: OnceLock<&'static EntityDescriptor> = OnceLock::new();
    let gate = *GATE.get_or_init(no_time);
    Node::new(id, gate.name(), NodeTarget::Gate(gate), gate.location())
}

/// A value that goes through a pass-through.
pub(super) struct Passed {
    /// What the input is called.
    pub(super) input: Cow<'static, str>,
    /// What the output is called.
    pub(super) output: Cow<'static, str>,
    /// The type that it gets.
    pub(super) info: TypeInfo,
    /// Where it comes from.
    pub(super) data: BindingData,
}

/// The node of a pass-through, whose sub-workflow has the name `name`.
pub(super) fn node(around: &Graph, id: String, name: String, values: Vec<Passed>) -> Node {
    let own = next_graph();
    let mut interface = Interface::default();
    let (mut bindings, mut outputs) = (Vec::new(), Vec::new());
    for (index, value) in values.into_iter().enumerate() {
        let variable = |name| Variable::new(name, value.info);
        interface.inputs.push(variable(value.input.clone()));
        interface.outputs.push(variable(value.output.clone()));
        let input = RawReference::new(NodeRef::new(own, NodeRef::START), index);
        outputs.push(Binding::new(value.output, BindingData::Promise(input)));
        bindings.push(Binding::new(value.input, value.data));
    }
    bindings.sort_by(|a, b| a.var.cmp(&b.var));
    let nodes = vec![gate_node("n0".to_owned())];
    let mut graph = Graph::new(around.entity(), interface, nodes);
    graph.name = Some(name);
    graph.outputs = outputs;
    let name = graph.short_name().to_owned();
    let target = NodeTarget::Inlined(Arc::new(graph));
    let mut node = Node::new(id, name, target, around.entity().location());
    node.upstream = upstream_of(&bindings);
    node.bindings = bindings;
    node
}

/// The nodes that bindings name, each once.
pub(super) fn upstream_of(bindings: &[Binding]) -> Vec<usize> {
    let mut upstream = Vec::new();
    for binding in bindings {
        binding.data.for_each_reference(&mut |reference| {
            let index = reference.node.node as usize;
            if reference.node.node != NodeRef::START && !upstream.contains(&index) {
                upstream.push(index);
            }
        });
    }
    upstream
}
