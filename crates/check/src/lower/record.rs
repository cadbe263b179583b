//! Records the changes to a graph, and the origin of each node.

use std::collections::{BTreeMap, HashSet};

use super::{Change, Lowering, NodePath};

/// The origin of a node of a lowered graph.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The source node; the empty path for the graph itself.
    pub node: NodePath,
    /// Why the lowered node was added; `None` for one that represents the source node.
    pub added_by: Option<Change>,
}

/// The changes to a graph.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub(super) lowerings: Vec<Lowering>,
    /// The added nodes, each with the source node for which it was added. Nodes inside an added one belong to it.
    added: BTreeMap<NodePath, Origin>,
    /// Moved nodes: from the new path to the old one.
    moved: Vec<(NodePath, NodePath)>,
    /// The names of the tasks and workflows in the graph, including added ones.
    pub(super) names: HashSet<String>,
}

impl Record {
    pub(super) fn did(&mut self, change: Change, node: &NodePath) {
        self.lowerings.push(Lowering {
            change,
            node: node.clone(),
            added: None,
            pod: false,
        });
    }

    /// Records a change that needs a container.
    pub(super) fn pod(&mut self, change: Change, node: &NodePath, added: Option<NodePath>) {
        if let Some(added) = &added {
            self.belongs(change, node, added.clone());
        }
        self.lowerings.push(Lowering {
            change,
            node: node.clone(),
            added,
            pod: true,
        });
    }

    /// Records that a node was added, and why.
    pub(super) fn add(&mut self, change: Change, node: &NodePath, added: NodePath) {
        self.belongs(change, node, added.clone());
        self.lowerings.push(Lowering {
            change,
            node: node.clone(),
            added: Some(added),
            pod: false,
        });
    }

    /// Records that a lowered node belongs to a source node without representing it.
    pub(super) fn belongs(&mut self, change: Change, node: &NodePath, lowered: NodePath) {
        let origin = Origin {
            node: node.clone(),
            added_by: Some(change),
        };
        self.added.insert(lowered, origin);
    }

    /// Records that a source node, with its contents, was moved.
    pub(super) fn moves(&mut self, source: NodePath, lowered: NodePath) {
        self.moved.push((lowered, source));
    }

    pub(super) fn origin(&self, lowered: &NodePath) -> Origin {
        let moved = self.moved.iter();
        let moved = moved.filter_map(|(to, from)| Some((to, from, lowered.behind(to)?)));
        let added = self.added.iter();
        let added = added.filter(|(path, _)| lowered.behind(path).is_some());
        // The innermost one counts: a moved node may be inside an added one, and the reverse.
        let moved = moved.max_by_key(|(to, ..)| to.ids().len());
        let added = added.max_by_key(|(path, _)| path.ids().len());
        match (moved, added) {
            (Some((to, ..)), Some((path, origin))) if path.ids().len() > to.ids().len() => {
                origin.clone()
            }
            (Some((_, from, rest)), _) => Origin {
                node: from.join(rest),
                added_by: None,
            },
            (None, Some((_, origin))) => origin.clone(),
            (None, None) => Origin {
                node: lowered.clone(),
                added_by: None,
            },
        }
    }

    /// The path to which a source node was moved.
    pub(super) fn moved(&self, source: &NodePath) -> NodePath {
        let moved = self.moved.iter();
        let moved = moved.filter_map(|(to, from)| Some((to, from, source.behind(from)?)));
        match moved.max_by_key(|(_, from, _)| from.ids().len()) {
            Some((to, _, rest)) => to.join(rest),
            None => source.clone(),
        }
    }

    pub(super) fn added_for<'r>(
        &'r self,
        source: &'r NodePath,
    ) -> impl Iterator<Item = NodePath> + 'r {
        let of_it = self.added.iter();
        let of_it = of_it.filter(move |(_, origin)| origin.node == *source);
        of_it.map(|(path, _)| path.clone())
    }
}
