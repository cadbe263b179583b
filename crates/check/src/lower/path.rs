//! The path of a node.

use std::{collections::VecDeque, fmt};

use flyte_core::{
    graph::{CaseNode, Graph, Node, NodeTarget},
    no_other_variant,
};

/// The ids on the path to a node: through the cases of branches, and through sub-workflows without a name in the
/// source.
///
/// The id of a case's node on a cluster is the id of the branch and its own, as in `n1-n0`; here these are two steps,
/// `n1/n0`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodePath(Vec<String>);

impl NodePath {
    /// The path with these ids.
    pub fn of(ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(ids.into_iter().map(Into::into).collect())
    }

    /// The ids, the outermost first.
    pub fn ids(&self) -> &[String] {
        &self.0
    }

    /// Whether it stands for the graph itself and not for a node.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path of a node inside this one.
    #[must_use]
    pub fn child(&self, id: &str) -> Self {
        let mut ids = self.0.clone();
        ids.push(id.to_owned());
        Self(ids)
    }

    /// The ids after those of `prefix`, if the path begins with them.
    pub(super) fn behind(&self, prefix: &Self) -> Option<&[String]> {
        self.0.strip_prefix(prefix.0.as_slice())
    }

    pub(super) fn join(&self, ids: &[String]) -> Self {
        Self([self.ids(), ids].concat())
    }

    /// The node in a graph.
    pub fn find_in<'g>(&self, graph: &'g Graph) -> Option<&'g Node> {
        let (first, rest) = self.0.split_first()?;
        let mut node = top_level(graph).find(|node| node.id() == first)?;
        for id in rest {
            node = inside(node).into_iter().find(|node| node.id() == id)?;
        }
        Some(node)
    }

    /// The paths of all nodes of a graph, including those of its failure handler.
    pub fn all_of(graph: &Graph) -> Vec<Self> {
        let mut found = Vec::new();
        let mut waiting: VecDeque<(Self, &Node)> = top_level(graph)
            .map(|node| (Self::of([node.id()]), node))
            .collect();
        while let Some((path, node)) = waiting.pop_front() {
            let inner = inside(node).into_iter();
            waiting.extend(inner.map(|inner| (path.child(inner.id()), inner)));
            found.push(path);
        }
        found
    }
}

fn top_level(graph: &Graph) -> impl Iterator<Item = &Node> {
    graph.nodes().iter().chain(graph.failure_node())
}

/// The nodes in the cases of a branch or in a sub-workflow without a name.
fn inside(node: &Node) -> Vec<&Node> {
    match node.target() {
        NodeTarget::Branch(branch) => branch.case_nodes().map(CaseNode::node).collect(),
        NodeTarget::Inlined(graph) => top_level(graph).collect(),
        NodeTarget::Task(_)
        | NodeTarget::Workflow(_)
        | NodeTarget::LaunchPlan(_)
        | NodeTarget::Gate(_)
        | NodeTarget::Map(_) => Vec::new(),
        _ => no_other_variant!(NodeTarget),
    }
}

/// Displays the ids, separated by `/`.
impl fmt::Display for NodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}
