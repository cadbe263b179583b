//! Makes a separate graph of nodes that use values from outside.

use std::{borrow::Cow, sync::Arc};

use super::{BranchNode, CaseNode};
use crate::graph::{
    Binding, BindingData, Graph, Interface, Node, NodeRef, NodeTarget, Variable,
    builder::next_graph,
    entity::EntityDescriptor,
    node::{Part, RawReference},
};

/// Turns references to outside values into inputs of the graph that is made of some nodes.
pub(super) struct Captures<'a> {
    /// The number of the list that the nodes come from; references to it stay as they are.
    own: u32,
    outer_parts: &'a [Part],
    parts: Vec<Part>,
    captured: Vec<(NodeRef, u32)>,
}

impl<'a> Captures<'a> {
    pub(super) fn new(own: u32, outer_parts: &'a [Part]) -> Self {
        Self {
            own,
            outer_parts,
            parts: Vec::new(),
            captured: Vec::new(),
        }
    }

    fn reference(&mut self, reference: &RawReference) -> RawReference {
        match reference.output {
            Ok(_) if reference.node.graph == self.own => reference.clone(),
            Ok(output) => {
                let known = self
                    .captured
                    .iter()
                    .position(|captured| *captured == (reference.node, output));
                let input = known.unwrap_or_else(|| {
                    self.captured.push((reference.node, output));
                    self.captured.len() - 1
                });
                RawReference {
                    node: NodeRef {
                        graph: self.own,
                        node: NodeRef::START,
                    },
                    output: Ok(input as u32),
                }
            }
            Err(part) => {
                let Part {
                    base,
                    step,
                    project,
                } = self.outer_parts[part].clone();
                let base = self.reference(&base);
                let node = base.node;
                self.parts.push(Part {
                    base,
                    step,
                    project,
                });
                RawReference {
                    node,
                    output: Err(self.parts.len() - 1),
                }
            }
        }
    }

    pub(super) fn data(&mut self, data: &mut BindingData) {
        data.for_each_reference_mut(&mut |reference| *reference = self.reference(reference));
    }

    /// Rewrites the bindings of a node, and of the nodes in its cases.
    pub(super) fn node(&mut self, node: &mut Node) {
        for binding in &mut node.bindings {
            self.data(&mut binding.data);
        }
        if let NodeTarget::Branch(branch) = &mut node.target {
            for case in Arc::make_mut(branch).case_nodes_mut() {
                self.node(&mut case.node);
            }
        }
    }

    /// The graph of the nodes, and the bindings of its inputs; `variable` describes outside values.
    pub(super) fn graph(
        self,
        entity: &'static EntityDescriptor,
        name: String,
        mut nodes: Vec<Node>,
        outputs: Vec<Binding>,
        output_variables: Vec<Variable>,
        variable: impl Fn(NodeRef, u32) -> Variable,
    ) -> (Graph, Vec<Binding>) {
        for node in &mut nodes {
            if let NodeTarget::Branch(_) = node.target {
                settle_cases(node, self.own);
            }
        }
        let mut inputs: Vec<Variable> = Vec::new();
        let mut bindings = Vec::new();
        for (node, output) in self.captured {
            let mut input = variable(node, output);
            let taken = |name: &str| inputs.iter().any(|other| other.name == name);
            if taken(&input.name) {
                let free = (1..)
                    .map(|n| format!("{}_{n}", input.name))
                    .find(|name| !taken(name));
                input.name = Cow::Owned(free.expect("the numbers do not end"));
            }
            bindings.push(Binding {
                var: input.name.clone(),
                data: BindingData::Promise(RawReference {
                    node,
                    output: Ok(output),
                }),
            });
            inputs.push(input);
        }
        let graph = Graph {
            entity,
            name: Some(name),
            interface: Interface {
                inputs,
                outputs: output_variables,
            },
            nodes,
            outputs,
            failure_node: None,
            parts: self.parts,
        };
        (graph, bindings)
    }
}

/// The nodes of `graph` that a node's bindings refer to, each once.
fn upstream(node: &Node, parts: &mut Vec<usize>, graph: u32) {
    for binding in &node.bindings {
        binding.data.for_each_reference(&mut |reference| {
            let index = reference.node.node as usize;
            let inside = reference.node.graph == graph && reference.node.node != NodeRef::START;
            if inside && !parts.contains(&index) {
                parts.push(index);
            }
        });
    }
}

/// Records which nodes of `graph` the node of a case waits for.
pub(super) fn settle_case(node: &mut Node, graph: u32) {
    node.upstream.clear();
    let mut found = Vec::new();
    upstream(node, &mut found, graph);
    node.upstream = found;
    settle_cases(node, graph);
}

/// Records which nodes of `graph` the cases of a branch node need.
pub(super) fn settle_cases(node: &mut Node, graph: u32) {
    let NodeTarget::Branch(branch) = &mut node.target else {
        return;
    };
    let branch = Arc::make_mut(branch);
    let mut captured = Vec::new();
    for case in branch.case_nodes_mut() {
        settle_case(&mut case.node, graph);
        let inner = match &case.node.target {
            NodeTarget::Branch(inner) => inner.captured.as_slice(),
            _ => &[],
        };
        for &index in case.node.upstream.iter().chain(inner) {
            if !captured.contains(&index) {
                captured.push(index);
            }
        }
    }
    branch.captured = captured;
}

/// The graph that the engine runs for a case: its one node, with the outside values it uses as inputs.
pub fn case_graph(around: &Graph, branch: &BranchNode, case: &CaseNode) -> (Graph, Vec<Binding>) {
    let own = next_graph();
    let mut captures = Captures::new(own, &around.parts);
    let mut node = case.node.clone();
    captures.node(&mut node);
    node.upstream.clear();
    let outputs = branch.outputs.iter().zip(&case.outputs);
    let outputs = outputs.map(|(variable, &output)| Binding {
        var: variable.name.clone(),
        data: BindingData::Promise(RawReference {
            node: NodeRef {
                graph: own,
                node: 0,
            },
            output: Ok(output),
        }),
    });
    captures.graph(
        around.entity,
        around.name().to_owned(),
        vec![node],
        outputs.collect(),
        branch.outputs.clone(),
        |node, output| around.variable(node, output),
    )
}
