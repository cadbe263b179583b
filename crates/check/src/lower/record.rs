//! What was done to a graph, and which node comes from where.

use std::collections::{BTreeMap, HashSet};

use super::{Change, Lowering, NodePath};

/// Where a node of a lowered graph comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The node of the source graph; the empty path for the graph itself.
    pub node: NodePath,
    /// Why the lowered node was added; `None` for one that stands for the node of the source.
    pub added_by: Option<Change>,
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub(super) lowerings: Vec<Lowering>,
    /// The nodes that were added, with those of the source that they were added for. What is inside of one belongs to
    /// it.
    added: BTreeMap<NodePath, Origin>,
    /// Nodes that are elsewhere now: from where they are to where they were.
    moved: Vec<(NodePath, NodePath)>,
    /// The names of the tasks and workflows that are in the graph, and of those that were added.
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

    /// Says that something was done that costs a container.
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

    /// Says that a node was added, and why.
    pub(super) fn add(&mut self, change: Change, node: &NodePath, added: NodePath) {
        self.belongs(change, node, added.clone());
        self.lowerings.push(Lowering {
            change,
            node: node.clone(),
            added: Some(added),
            pod: false,
        });
    }

    /// Says that a lowered node belongs to one of the source without standing for it.
    pub(super) fn belongs(&mut self, change: Change, node: &NodePath, lowered: NodePath) {
        let origin = Origin {
            node: node.clone(),
            added_by: Some(change),
        };
        self.added.insert(lowered, origin);
    }

    /// Says that a node of the source, with what is inside of it, is elsewhere.
    pub(super) fn moves(&mut self, source: NodePath, lowered: NodePath) {
        self.moved.push((lowered, source));
    }

    pub(super) fn origin(&self, lowered: &NodePath) -> Origin {
        let moved = self.moved.iter();
        let moved = moved.filter_map(|(to, from)| Some((to, from, lowered.behind(to)?)));
        let added = self.added.iter();
        let added = added.filter(|(path, _)| lowered.behind(path).is_some());
        // The innermost counts: a node that has moved may be inside of one that was added, and the other way round.
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

    /// Where a node of the source is.
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
