//! The cases of branches.
//!
//! A case that is one call is that call's node, with all outputs of what it calls. Flyte takes the outputs that all
//! cases have for those of the branch, also where the branch gives nothing, and refuses them where their types differ.
//! A case that is a graph of its own has the outputs of the branch alone.

use flyte_core::{
    graph::{BranchNode, CaseNode, Node, NodeTarget},
    no_other_variant,
    types::LiteralType,
};

/// Whether the cases have outputs of one name and several types.
pub(super) fn are_mixed(branch: &BranchNode) -> bool {
    common(branch).1
}

/// Whether a case of a branch whose cases are mixed has to become a graph of its own.
pub(super) fn has_more(branch: &BranchNode, case: &CaseNode) -> bool {
    let given = |name: &str| branch.outputs().iter().any(|output| output.name == name);
    outputs(case.node()).iter().any(|(name, _)| !given(name))
}

type Outputs = Vec<(String, LiteralType)>;

/// The outputs that all cases have, and whether one of them has several types.
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

/// What Flyte takes for the outputs of a node.
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
