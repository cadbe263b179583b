//! Parts that a condition looks at only if one before it says so: a cluster takes them out of their values all the
//! same.

use super::{Finding, Rule, Walk, subject::Subject};
use crate::lower::NodePath;
use flyte_core::{
    graph::{
        Binding, BindingData, BooleanExpression, BranchNode, Graph, Node, NodeTarget, Operand,
        PathStep,
    },
    no_other_variant,
};

impl Walk<'_> {
    /// Looks at the branches of a graph of the source, those in cases included.
    pub(super) fn guards(&mut self, subject: &Subject, source: &Graph) {
        let mut waiting: Vec<(&Graph, &Node, NodePath)> = Vec::new();
        let inside = |graph, path: &NodePath| {
            let path = path.clone();
            top_level(graph).map(move |node| (graph, node, path.child(node.id())))
        };
        waiting.extend(inside(source, &NodePath::default()));
        while let Some((graph, node, path)) = waiting.pop() {
            match node.target() {
                NodeTarget::Branch(branch) => {
                    for condition in guarded(graph, node, branch) {
                        let (place, location) = subject.source_place(&path);
                        self.find(Finding::new(
                            Rule::GuardedPart,
                            place,
                            location,
                            format!(
                                "`{condition}` looks at an element or a key, which is taken there before any condition is asked: \
                                 where it is missing the run fails"
                            ),
                            "look at it in an `if` inside of the case",
                        ));
                    }
                    for case in branch.case_nodes() {
                        waiting.push((graph, case.node(), path.child(case.node().id())));
                    }
                }
                NodeTarget::Inlined(inner) => waiting.extend(inside(inner, &path)),
                NodeTarget::Task(_)
                | NodeTarget::Workflow(_)
                | NodeTarget::LaunchPlan(_)
                | NodeTarget::Gate(_)
                | NodeTarget::Map(_) => {}
                _ => no_other_variant!(NodeTarget),
            }
        }
    }
}

fn top_level(graph: &Graph) -> impl Iterator<Item = &Node> {
    graph.nodes().iter().chain(graph.failure_node())
}

/// The comparisons behind the first one that look at what may be missing and was not looked at before.
fn guarded<'b>(graph: &Graph, node: &Node, branch: &'b BranchNode) -> Vec<&'b BooleanExpression> {
    let mut found = Vec::new();
    // What every run looks at, in whatever order: the first comparison.
    let mut looked_at: Option<Vec<&str>> = None;
    for case in branch.cases() {
        let mut waiting = vec![&case.condition];
        while let Some(condition) = waiting.pop() {
            match condition {
                BooleanExpression::Conjunction { terms, .. } => waiting.extend(terms.iter().rev()),
                BooleanExpression::Comparison { left, right, .. } => {
                    let parts = [left, right]
                        .into_iter()
                        .filter_map(|side| part_that_may_miss(graph, node, side));
                    match &looked_at {
                        None => looked_at = Some(parts.collect()),
                        Some(known) => {
                            let is_known = |part: &&str| known.contains(part);
                            if !parts.into_iter().all(|part| is_known(&part)) {
                                found.push(condition);
                            }
                        }
                    }
                }
            }
        }
    }
    found
}

/// The binding of an element or of the value of a key.
fn part_that_may_miss<'b>(graph: &Graph, node: &Node, side: &'b Operand) -> Option<&'b str> {
    let Operand::Variable { name, .. } = side else {
        return None;
    };
    let binding = node.bindings().iter().find(|binding| binding.var == *name);
    let Some(Binding {
        data: BindingData::Promise(reference),
        ..
    }) = binding
    else {
        return None;
    };
    let path = graph.resolve(reference).path;
    let may_miss = |step: &PathStep| matches!(step, PathStep::Index(_) | PathStep::Key(_));
    path.iter().any(may_miss).then_some(name.as_str())
}
