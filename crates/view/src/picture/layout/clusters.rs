//! The tree of clusters.

use super::Sketch;

/// No cluster, or no node.
pub(super) const NONE: u32 = u32::MAX;

/// Who is in which cluster, and which cluster is in which.
#[derive(Debug)]
pub(super) struct Clusters {
    parent: Vec<u32>,
    depth: Vec<u32>,
}

impl Clusters {
    pub(super) fn of(sketch: &Sketch) -> Self {
        let parent: Vec<u32> = sketch
            .clusters
            .iter()
            .map(|group| group.parent.map_or(NONE, |parent| parent as u32))
            .collect();
        let mut depth = Vec::with_capacity(parent.len());
        for &parent in &parent {
            // A cluster stands behind its parent.
            let above = depth.get(parent as usize).copied().unwrap_or(0);
            depth.push(above + 1);
        }
        Self { parent, depth }
    }

    pub(super) fn len(&self) -> usize {
        self.parent.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }

    pub(super) fn parent(&self, cluster: u32) -> u32 {
        self.parent[cluster as usize]
    }

    fn depth(&self, cluster: u32) -> u32 {
        self.depth.get(cluster as usize).copied().unwrap_or(0)
    }

    /// The cluster and those around it, from the inside.
    pub(super) fn ancestors(&self, cluster: u32) -> impl Iterator<Item = u32> {
        let first = (cluster != NONE).then_some(cluster);
        std::iter::successors(first, |&cluster| {
            let parent = self.parent(cluster);
            (parent != NONE).then_some(parent)
        })
    }

    /// The innermost cluster that both are in.
    pub(super) fn common(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if self.depth(a) >= self.depth(b) {
                a = self.parent(a);
            } else {
                b = self.parent(b);
            }
        }
        a
    }

    /// The cluster directly in `around` that `cluster` is or is in; `None` if it is `around` itself or outside of it.
    pub(super) fn child(&self, around: u32, cluster: u32) -> Option<u32> {
        self.ancestors(cluster)
            .find(|&inner| self.parent(inner) == around)
    }
}
