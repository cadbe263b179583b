//! Lowers the cases of branches.
//!
//! A case that is one call is the node of that call, with all outputs of the called entity. Flyte takes the outputs
//! that all cases have as those of the branch, even if the branch has no value, and refuses them if their types differ.
//! A case that is a separate graph only has the outputs of the branch.

use flyte_core::{
    graph::{BranchNode, CaseNode, Node, NodeTarget},
    no_other_variant,
    types::LiteralType,
};

/// Whether the cases have an output with the same name and different types.
pub(super) fn are_mixed(branch: &BranchNode) -> bool {
    common(branch).1
}

/// Whether a case of such a branch must become a separate graph.
pub(super) fn has_more(branch: &BranchNode, case: &CaseNode) -> bool {
    let given = |name: &str| branch.outputs().iter().any(|output| output.name == name);
    outputs(case.node()).iter().any(|(name, _)| !given(name))
}

type Outputs = Vec<(String, LiteralType)>;

/// The outputs that all cases have, and whether one of them has different types.
fn common(branch: &BranchNode) -> (Outputs, bool) {
    let mut cases = branch.case_nodes().map(|case| outputs(case.node()));
    let mut common = cases.next().unwrap_or_default();
    let mut mixed = false;
    for case in cases {
        common.retain(|(name, literal_type)| {
            let other = case.iter().find(|(other, _)| other == name);
            mixed |= other.is_some_and(|(_, other)| other != literal_type);
            other.is_some()
        });
    }
    (common, mixed)
}

/// The outputs of a node, as Flyte sees them.
fn outputs(node: &Node) -> Outputs {
    match node.target() {
        NodeTarget::Branch(branch) => common(branch).0,
        NodeTarget::Map(map) => of(map.interface().outputs),
        NodeTarget::Inlined(graph) => of(graph.interface().outputs.clone()),
        NodeTarget::Task(entity)
        | NodeTarget::Workflow(entity)
        | NodeTarget::LaunchPlan(entity)
        | NodeTarget::Gate(entity) => of(entity.interface().outputs),
        _ => no_other_variant!(NodeTarget),
    }
}

fn of(variables: Vec<flyte_core::graph::Variable>) -> Outputs {
    let outputs = variables.into_iter();
    outputs
        .map(|output| (output.name.to_string(), output.literal_type()))
        .collect()
}
