//! Boxes and what stands for edges in the ranks between, by rank.

use super::{
    Sketch,
    clusters::{Clusters, NONE},
};

/// What a place in a rank is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A box.
    Node,
    /// An edge that goes through the rank.
    Bend,
    /// The label of an edge.
    Label,
    /// A rank of a cluster that has nothing else there.
    Filler,
    /// The left edge of a cluster.
    Left,
    /// The right edge of a cluster.
    Right,
}

/// The layered graph: every edge goes from a rank to the next.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) kind: Vec<Kind>,
    pub(super) rank: Vec<u32>,
    /// The innermost cluster of each place.
    pub(super) cluster: Vec<u32>,
    /// The places of each rank, from the left.
    pub(super) layers: Vec<Vec<u32>>,
    /// The index of each place in its rank.
    pub(super) pos: Vec<u32>,
    pub(super) up: Links,
    pub(super) down: Links,
    /// For each edge of the sketch, its first place between its ends, and how many there are.
    pub(super) chains: Vec<(u32, u32)>,
    /// The first and the last rank of each cluster.
    pub(super) spans: Vec<(u32, u32)>,
    /// The first of the left and of the right edges of each cluster, one for each rank.
    pub(super) borders: Vec<(u32, u32)>,
}

/// For each place those in the rank above, or below, that it is linked to.
#[derive(Debug, Default)]
pub(super) struct Links {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Links {
    fn new(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut starts = vec![0_u32; count + 1];
        for &(from, _) in pairs {
            starts[from as usize + 1] += 1;
        }
        for place in 0..count {
            starts[place + 1] += starts[place];
        }
        let mut next = starts.clone();
        let mut ends = vec![0; pairs.len()];
        for &(from, to) in pairs {
            let place = &mut next[from as usize];
            ends[*place as usize] = to;
            *place += 1;
        }
        Self { starts, ends }
    }

    #[inline]
    pub(super) fn of(&self, place: u32) -> &[u32] {
        match self.starts.get(place as usize + 1) {
            Some(&end) => &self.ends[self.starts[place as usize] as usize..end as usize],
            // The edges of clusters come later.
            None => &[],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

impl Layers {
    pub(super) fn of(sketch: &Sketch, clusters: &Clusters, ranks: &[u32]) -> Self {
        let nodes = sketch.nodes.len();
        let bends: usize = sketch
            .edges
            .iter()
            .map(|edge| (ranks[edge.to] - ranks[edge.from]) as usize - 1)
            .sum();
        let mut kind = vec![Kind::Node; nodes];
        let mut rank = ranks.to_vec();
        let mut cluster: Vec<u32> = sketch
            .nodes
            .iter()
            .map(|shape| shape.cluster.map_or(NONE, |cluster| cluster as u32))
            .collect();
        kind.reserve(bends);
        rank.reserve(bends);
        cluster.reserve(bends);
        let mut chains = Vec::with_capacity(sketch.edges.len());
        let mut pairs = Vec::with_capacity(bends + sketch.edges.len());
        for edge in &sketch.edges {
            let (from, to) = (ranks[edge.from], ranks[edge.to]);
            let first = kind.len() as u32;
            let around = clusters.common(cluster[edge.from], cluster[edge.to]);
            // Labels have the odd ranks to themselves; the one nearest to the middle.
            let middle = (from + to) / 2;
            let label = if middle % 2 == 1 { middle } else { middle + 1 };
            let mut above = edge.from as u32;
            for between in from + 1..to {
                let place = kind.len() as u32;
                let is_label = edge.label.is_some() && between == label;
                kind.push(if is_label { Kind::Label } else { Kind::Bend });
                rank.push(between);
                cluster.push(around);
                pairs.push((above, place));
                above = place;
            }
            pairs.push((above, edge.to as u32));
            chains.push((first, to - from - 1));
        }
        let mut spans = vec![(u32::MAX, 0_u32); clusters.len()];
        for (&rank, &cluster) in rank.iter().zip(&cluster) {
            for around in clusters.ancestors(cluster) {
                let (first, last) = &mut spans[around as usize];
                *first = (*first).min(rank);
                *last = (*last).max(rank);
            }
        }
        if !clusters.is_empty() {
            fill(clusters, &spans, &mut kind, &mut rank, &mut cluster);
        }
        let count = kind.len();
        let down = Links::new(count, &pairs);
        pairs
            .iter_mut()
            .for_each(|(above, below)| std::mem::swap(above, below));
        let up = Links::new(count, &pairs);
        let depth = rank.iter().copied().max().unwrap_or(0) as usize + 1;
        let mut layers = vec![Vec::new(); depth];
        for (place, &rank) in rank.iter().enumerate() {
            layers[rank as usize].push(place as u32);
        }
        let mut layers = Self {
            kind,
            rank,
            cluster,
            layers,
            pos: vec![0; count],
            up,
            down,
            chains,
            spans,
            borders: Vec::new(),
        };
        layers.number();
        layers
    }

    /// Notes where everything is.
    pub(super) fn number(&mut self) {
        for layer in &self.layers {
            for (index, &place) in layer.iter().enumerate() {
                self.pos[place as usize] = index as u32;
            }
        }
    }

    /// Puts the edges of clusters around what is theirs, when the order is found.
    pub(super) fn add_borders(&mut self, clusters: &Clusters) {
        if clusters.is_empty() {
            return;
        }
        for cluster in 0..clusters.len() as u32 {
            let (first, last) = self.spans[cluster as usize];
            // An empty cluster has no ranks.
            let ranks = (first..=last).count() as u32;
            let left = self.kind.len() as u32;
            for (kind, around) in [(Kind::Left, cluster), (Kind::Right, cluster)] {
                for rank in first..=last {
                    self.kind.push(kind);
                    self.rank.push(rank);
                    self.cluster.push(around);
                }
            }
            self.borders.push((left, left + ranks));
        }
        self.pos.resize(self.kind.len(), 0);
        let mut layers = std::mem::take(&mut self.layers);
        for (rank, layer) in layers.iter_mut().enumerate() {
            let border = |cluster: u32, right: bool| {
                let (left_first, right_first) = self.borders[cluster as usize];
                let first = if right { right_first } else { left_first };
                first + (rank as u32 - self.spans[cluster as usize].0)
            };
            let mut with = Vec::with_capacity(layer.len());
            let mut open: Vec<u32> = Vec::new();
            for &place in layer.iter() {
                let mut path: Vec<u32> = clusters.ancestors(self.cluster[place as usize]).collect();
                path.reverse();
                let same = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
                for closed in open.drain(same..).rev() {
                    with.push(border(closed, true));
                }
                for &opened in &path[same..] {
                    with.push(border(opened, false));
                    open.push(opened);
                }
                with.push(place);
            }
            for closed in open.drain(..).rev() {
                with.push(border(closed, true));
            }
            *layer = with;
        }
        self.layers = layers;
        self.number();
    }
}

/// Gives each cluster a place in those of its ranks where it has none.
fn fill(
    clusters: &Clusters,
    spans: &[(u32, u32)],
    kind: &mut Vec<Kind>,
    rank: &mut Vec<u32>,
    cluster: &mut Vec<u32>,
) {
    let offset = |around: u32, rank: u32| (rank - spans[around as usize].0) as usize;
    let mut present: Vec<Vec<bool>> = spans
        .iter()
        .map(|&(first, last)| vec![false; (first..=last).count()])
        .collect();
    for (&rank, &inner) in rank.iter().zip(&*cluster) {
        for around in clusters.ancestors(inner) {
            present[around as usize][offset(around, rank)] = true;
        }
    }
    // From the inside, since what fills a cluster fills those around it.
    for inner in (0..spans.len() as u32).rev() {
        let (first, last) = spans[inner as usize];
        for at in first..=last {
            if !present[inner as usize][offset(inner, at)] {
                kind.push(Kind::Filler);
                rank.push(at);
                cluster.push(inner);
                for around in clusters.ancestors(inner) {
                    present[around as usize][offset(around, at)] = true;
                }
            }
        }
    }
}
