//! Where a node is.

use std::{collections::VecDeque, fmt};

use flyte_core::{
    graph::{CaseNode, Graph, Node, NodeTarget},
    no_other_variant,
};

/// The ids on the way to a node: through the cases of branches, and through sub-workflows that have no name in the
/// source.
///
/// A cluster calls the node of a case by the id of the branch and its own, as in `n1-n0`; here these are two steps,
/// `n1/n0`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodePath(Vec<String>);

impl NodePath {
    /// The path of these ids.
    pub fn of(ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(ids.into_iter().map(Into::into).collect())
    }

    /// The ids, the outermost first.
    pub fn ids(&self) -> &[String] {
        &self.0
    }

    /// Whether it leads to no node, but stands for the graph itself.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path to a node inside of the one that this one leads to.
    #[must_use]
    pub fn child(&self, id: &str) -> Self {
        let mut ids = self.0.clone();
        ids.push(id.to_owned());
        Self(ids)
    }

    /// The ids behind those of `prefix`, if it begins with these.
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

    /// The paths of all nodes of a graph, and of that of its failure handler.
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

/// The nodes of the cases of a branch, and those of a sub-workflow without a name.
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

/// The ids with `/` between them.
impl fmt::Display for NodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("/"))
    }
}
