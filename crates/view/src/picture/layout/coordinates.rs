//! Where in its rank each place stands: near its neighbours, and so that long edges are straight.
//!
//! First everything is packed as tightly as it goes. Then ranks are gone through, down and up: each place wants to be at
//! the mean of its neighbours in the rank before, and the nearest to that which distances allow, in the sense of least
//! squares, is found by merging neighbours that want to be in each other's place. At last, paths of places that have
//! nothing but each other are made straight as far as there is room. The left and the right edge of a cluster are
//! walls: what is inside stays inside, and the cluster moves as a whole.

mod pack;
mod settle;
mod straight;
mod walls;

use super::{
    Sketch, Spacing,
    clusters::Clusters,
    layers::{Kind, Layers},
};

/// The middle of each place.
pub(super) fn assign(
    layers: &Layers,
    clusters: &Clusters,
    sketch: &Sketch,
    spacing: &Spacing,
) -> Vec<f64> {
    let mut places = Places {
        layers,
        clusters,
        sketch,
        spacing,
        widths: widths(layers, sketch),
        xs: Vec::new(),
    };
    places.pack();
    // What is drawn for people settles; what only a machine looks at need not.
    let rounds = match layers.kind.len() {
        0..20_000 => 12,
        20_000..200_000 => 4,
        _ => 2,
    };
    let members = places.members();
    let mut scratch = settle::Scratch::default();
    for round in 0..rounds {
        let last = round + 1 == rounds;
        places.move_clusters(&members);
        places.widen_clusters(if last { 0.0 } else { spacing.nodes });
        for down in [true, false] {
            places.settle(down, round + 3 < rounds, &mut scratch);
        }
        places.shrink_clusters();
    }
    places.straighten();
    places.shrink_clusters();
    places.xs.iter_mut().for_each(|x| *x = x.floor());
    places.xs
}

fn widths(layers: &Layers, sketch: &Sketch) -> Vec<f64> {
    let mut widths = vec![0.0; layers.kind.len()];
    for (width, shape) in widths.iter_mut().zip(&sketch.nodes) {
        *width = shape.width;
    }
    for (edge, &(first, length)) in sketch.edges.iter().zip(&layers.chains) {
        let Some((width, _)) = edge.label else {
            continue;
        };
        for place in first..first + length {
            if layers.kind[place as usize] == Kind::Label {
                widths[place as usize] = width;
            }
        }
    }
    widths
}

struct Places<'a> {
    layers: &'a Layers,
    clusters: &'a Clusters,
    sketch: &'a Sketch,
    spacing: &'a Spacing,
    widths: Vec<f64>,
    xs: Vec<f64>,
}

fn is_border(kind: Kind) -> bool {
    matches!(kind, Kind::Left | Kind::Right)
}

impl Places<'_> {
    /// The least distance between the middles of two neighbours.
    fn distance(&self, left: u32, right: u32) -> f64 {
        let (a, b) = (
            self.layers.kind[left as usize],
            self.layers.kind[right as usize],
        );
        let spacing = self.spacing;
        let between = match (a, b) {
            (Kind::Left, _) | (_, Kind::Right) => spacing.padding,
            (Kind::Node | Kind::Right, Kind::Node | Kind::Left) => spacing.nodes,
            _ => spacing.edges,
        };
        ((self.widths[left as usize] + self.widths[right as usize]) / 2.0 + between).ceil()
    }

    /// The neighbours of a place in its rank.
    fn beside(&self, place: u32) -> (Option<u32>, Option<u32>) {
        let layer = &self.layers.layers[self.layers.rank[place as usize] as usize];
        let pos = self.layers.pos[place as usize] as usize;
        let left = pos.checked_sub(1).map(|index| layer[index]);
        (left, layer.get(pos + 1).copied())
    }

    /// Between what a place can move while its neighbours stay.
    fn room(&self, place: u32) -> (f64, f64) {
        let (left, right) = self.beside(place);
        let least = left.map(|left| self.xs[left as usize] + self.distance(left, place));
        let most = right.map(|right| self.xs[right as usize] - self.distance(place, right));
        (
            least.unwrap_or(f64::NEG_INFINITY),
            most.unwrap_or(f64::INFINITY),
        )
    }

    /// The places of the left and of the right edge of a cluster, one of each for each of its ranks.
    fn borders(&self, cluster: u32) -> impl Iterator<Item = (u32, u32)> + use<> {
        let (left, right) = self.layers.borders[cluster as usize];
        let (first, last) = self.layers.spans[cluster as usize];
        (first..=last).map(move |rank| (left + rank - first, right + rank - first))
    }
}
