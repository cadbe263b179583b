//! Nodes that do not need a container: a gate that sleeps for no time, and sub-workflows that pass their inputs on.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use flyte_core::{
    graph::{
        Binding, BindingData, Graph, Interface, Node, NodeMetadata, NodeRef, NodeTarget,
        RawReference, Variable, entity::EntityDescriptor, gate::no_time, next_graph,
    },
    types::TypeInfo,
};

/// A node that ends at once.
pub(super) fn gate_node(id: String) -> Node {
    static GATE: OnceLock<&'static EntityDescriptor> = OnceLock::new();
    let gate = *GATE.get_or_init(no_time);
    Node {
        id,
        metadata: NodeMetadata {
            name: gate.name().to_owned(),
        },
        target: NodeTarget::Gate(gate),
        bindings: Vec::new(),
        upstream: Vec::new(),
        overrides: None,
        location: gate.location(),
    }
}

/// A value in a pass-through.
pub(super) struct Passed {
    /// The name of the input.
    pub(super) input: Cow<'static, str>,
    /// The name of the output.
    pub(super) output: Cow<'static, str>,
    /// Its new type.
    pub(super) info: TypeInfo,
    /// Its source.
    pub(super) data: BindingData,
}

/// The node of a pass-through, whose sub-workflow has the name `name`.
pub(super) fn node(around: &Graph, id: String, name: String, values: Vec<Passed>) -> Node {
    let own = next_graph();
    let mut interface = Interface::default();
    let (mut bindings, mut outputs) = (Vec::new(), Vec::new());
    for (index, value) in values.into_iter().enumerate() {
        let variable = |name| Variable {
            name,
            info: value.info,
            description: "",
        };
        interface.inputs.push(variable(value.input.clone()));
        interface.outputs.push(variable(value.output.clone()));
        outputs.push(Binding {
            var: value.output,
            data: BindingData::Promise(RawReference {
                node: NodeRef {
                    graph: own,
                    node: NodeRef::START,
                },
                output: Ok(index as u32),
            }),
        });
        bindings.push(Binding {
            var: value.input,
            data: value.data,
        });
    }
    bindings.sort_by(|a, b| a.var.cmp(&b.var));
    let upstream = upstream_of(&bindings);
    let graph = Graph {
        entity: around.entity(),
        name: Some(name),
        interface,
        nodes: vec![gate_node("n0".to_owned())],
        outputs,
        failure_node: None,
        parts: Vec::new(),
    };
    Node {
        id,
        metadata: NodeMetadata {
            name: graph.short_name().to_owned(),
        },
        target: NodeTarget::Inlined(Arc::new(graph)),
        bindings,
        upstream,
        overrides: None,
        location: around.entity().location(),
    }
}

/// The nodes to which bindings refer, each once.
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
