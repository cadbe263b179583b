//! Ranks of which the edges are as short as possible in sum: the network simplex of Gansner, Koutsofios, North and Vo.
//!
//! A spanning tree of edges that are as short as they may be fixes all ranks. Taking an edge out of the tree divides
//! the boxes in two. If more edges go back over the divide than forth, the two are moved apart until one of those that
//! go back is as short as it may be; that edge takes the place of the other one.

use super::Adjacency;

/// How many boxes and edges are looked at before it is good enough.
const STEPS: usize = 2_000_000;

const NONE: usize = usize::MAX;

/// Shortens the edges as far as it goes.
pub(super) fn shorten(ranks: &mut [i64], edges: &[(usize, usize)]) {
    let count = ranks.len();
    let mut tree = Tree::new(ranks, edges);
    let mut steps = 0;
    // Looking on where the last one was found reaches all edges, whatever the first ones are.
    let mut from = 0;
    while steps < STEPS {
        steps += 2 * (count + edges.len());
        tree.number();
        let pulls = tree.pulls();
        let worst = (0..count)
            .map(|index| (from + index) % count)
            .find(|&node| tree.parent[node] != NONE && tree.pull_along(node, &pulls) < 0);
        let Some(child) = worst else { break };
        from = child + 1;
        // Below the edge are all boxes with a number in the range of the child.
        let is_tail = tree.is_tail(child);
        let enter = (0..edges.len())
            .filter(|&edge| {
                let (a, b) = edges[edge];
                let (a, b) = (tree.is_below(child, a), tree.is_below(child, b));
                a != b && b == is_tail
            })
            .min_by_key(|&edge| tree.slack(edge));
        let Some(enter) = enter else { break };
        let by = tree.slack(enter);
        if by > 0 {
            for node in 0..count {
                if tree.is_below(child, node) {
                    tree.ranks[node] += if is_tail { -by } else { by };
                }
            }
        }
        tree.exchange(child, enter);
    }
}

struct Tree<'a> {
    ranks: &'a mut [i64],
    edges: &'a [(usize, usize)],
    /// By box, its edges.
    around: Adjacency,
    in_tree: Vec<bool>,
    /// By box, the edge of the tree towards the root; the root has none.
    parent: Vec<usize>,
    /// By box, its number in a walk that comes to a box after all below it, and the lowest number of those.
    number: Vec<(usize, usize)>,
    /// Boxes in the order of their numbers.
    walk: Vec<usize>,
}

impl<'a> Tree<'a> {
    fn new(ranks: &'a mut [i64], edges: &'a [(usize, usize)]) -> Self {
        let count = ranks.len();
        let ends = edges
            .iter()
            .enumerate()
            .flat_map(|(edge, &(a, b))| [(a, edge), (b, edge)]);
        let mut tree = Self {
            around: Adjacency::new(count, ends),
            in_tree: vec![false; edges.len()],
            parent: vec![NONE; count],
            number: vec![(0, 0); count],
            walk: Vec::with_capacity(count),
            ranks,
            edges,
        };
        tree.span();
        tree
    }

    fn slack(&self, edge: usize) -> i64 {
        let (from, to) = self.edges[edge];
        self.ranks[to] - self.ranks[from] - 1
    }

    /// Finds a tree for each part of the graph, moving what is not joined by a short edge.
    fn span(&mut self) {
        let mut joined = vec![false; self.ranks.len()];
        for root in 0..self.ranks.len() {
            if joined[root] {
                continue;
            }
            joined[root] = true;
            let mut members = vec![root];
            let mut next = 0;
            loop {
                while let Some(&node) = members.get(next) {
                    next += 1;
                    for &edge in self.around.of(node) {
                        let (a, b) = self.edges[edge];
                        let other = if a == node { b } else { a };
                        if !joined[other] && self.slack(edge) == 0 {
                            joined[other] = true;
                            self.in_tree[edge] = true;
                            members.push(other);
                        }
                    }
                }
                let leaving = members
                    .iter()
                    .flat_map(|&node| self.around.of(node))
                    .copied();
                let nearest = leaving
                    .filter(|&edge| joined[self.edges[edge].0] != joined[self.edges[edge].1])
                    .min_by_key(|&edge| (self.slack(edge), edge));
                let Some(edge) = nearest else { break };
                let slack = self.slack(edge);
                let by = if joined[self.edges[edge].0] {
                    slack
                } else {
                    -slack
                };
                members.iter().for_each(|&node| self.ranks[node] += by);
                next = 0;
            }
        }
    }

    /// Numbers the boxes.
    fn number(&mut self) {
        self.walk.clear();
        self.parent.fill(NONE);
        let mut seen = vec![false; self.ranks.len()];
        let mut stack: Vec<(usize, usize, usize)> = Vec::new();
        for root in 0..self.ranks.len() {
            if seen[root] {
                continue;
            }
            seen[root] = true;
            stack.push((root, 0, self.walk.len()));
            while let Some((node, tried, lowest)) = stack.last_mut() {
                let (node, lowest) = (*node, *lowest);
                let Some(&edge) = self.around.of(node).get(*tried) else {
                    self.number[node] = (self.walk.len(), lowest);
                    self.walk.push(node);
                    stack.pop();
                    continue;
                };
                *tried += 1;
                let (a, b) = self.edges[edge];
                let other = if a == node { b } else { a };
                if self.in_tree[edge] && !seen[other] {
                    seen[other] = true;
                    self.parent[other] = edge;
                    stack.push((other, 0, self.walk.len()));
                }
            }
        }
    }

    fn is_below(&self, child: usize, node: usize) -> bool {
        let (highest, lowest) = self.number[child];
        (lowest..=highest).contains(&self.number[node].0)
    }

    /// Whether the edge to the parent begins at the child.
    fn is_tail(&self, child: usize) -> bool {
        self.edges[self.parent[child]].0 == child
    }

    /// For each box, edges that go out of it and all below it, less those that come in.
    fn pulls(&self) -> Vec<i64> {
        let mut pulls = vec![0; self.ranks.len()];
        for &(from, to) in self.edges {
            pulls[from] += 1;
            pulls[to] -= 1;
        }
        for &node in &self.walk {
            if let Some(&(from, to)) = self.edges.get(self.parent[node]) {
                let parent = if from == node { to } else { from };
                pulls[parent] += pulls[node];
            }
        }
        pulls
    }

    /// Edges that go over the divide as the edge of the tree does, less those that go back.
    fn pull_along(&self, child: usize, pulls: &[i64]) -> i64 {
        if self.is_tail(child) {
            pulls[child]
        } else {
            -pulls[child]
        }
    }

    fn exchange(&mut self, child: usize, enter: usize) {
        self.in_tree[self.parent[child]] = false;
        self.in_tree[enter] = true;
    }
}
