//! A layered layout: boxes in ranks, edges that go down, and clusters as boxes around what is theirs.
//!
//! The steps are those of Sugiyama, Tagawa and Toda: ranks, the order in each rank, coordinates, routes. Each is
//! deterministic: the same sketch gives the same drawing, on any machine. Nothing here knows of graphs of Flyte or of
//! pixels, so that a picture in characters is laid out by the same code as one in SVG.

mod clusters;
mod coordinates;
mod layers;
mod order;
mod random;
mod ranks;
mod routes;

use clusters::Clusters;
use layers::Layers;
use ranks::Ties;

/// The most boxes and edges for which several rankings are tried.
const TRIED: usize = 1_000;

/// The most boxes and edges for which rankings are tried by chance, too, and how many.
const FEW: usize = 300;
const SCATTERED: u64 = 4;

/// What is to be laid out.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    /// The boxes.
    pub nodes: Vec<Shape>,
    /// From which box to which; there are no circles.
    pub edges: Vec<Line>,
    /// Boxes around boxes; a cluster stands behind the one that it is in.
    pub clusters: Vec<Group>,
}

/// A box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shape {
    /// How wide it is.
    pub width: f64,
    /// How high it is.
    pub height: f64,
    /// The index of the innermost cluster that it is in.
    pub cluster: Option<usize>,
}

/// An edge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    /// The index of the box where it begins.
    pub from: usize,
    /// The index of the box where it ends.
    pub to: usize,
    /// Width and height of its label, if it has one.
    pub label: Option<(f64, f64)>,
}

/// A cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group {
    /// The cluster around it.
    pub parent: Option<usize>,
    /// How wide it is at least, for its title.
    pub width: f64,
}

/// Distances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spacing {
    /// Between two boxes of a rank.
    pub nodes: f64,
    /// Between an edge and what is beside it.
    pub edges: f64,
    /// Between two ranks, at least.
    pub ranks: f64,
    /// The same when edges go far to the side between them.
    pub ranks_most: f64,
    /// Between two edges that begin or end at the same box.
    pub ports: f64,
    /// From the border of a cluster to what is in it, at the sides and below.
    pub padding: f64,
    /// The same above, with the title.
    pub title: f64,
}

impl Spacing {
    /// In pixels.
    pub const PIXELS: Self = Self {
        nodes: 24.0,
        edges: 12.0,
        ranks: 28.0,
        ranks_most: 72.0,
        ports: 12.0,
        padding: 12.0,
        title: 32.0,
    };
}

/// A rectangle, by its corner at the upper left.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Rect {
    /// Whether they have more in common than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        let apart = |a: f64, a_size: f64, b: f64, b_size: f64| a + a_size <= b || b + b_size <= a;
        !apart(self.x, self.width, other.x, other.width)
            && !apart(self.y, self.height, other.y, other.height)
    }

    /// Whether all of `other` is in it.
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && self.x + self.width >= other.x + other.width
            && self.y + self.height >= other.y + other.height
    }
}

/// A part of an edge that goes straight down; between two of them the edge goes to the side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Run {
    /// Where.
    pub x: f64,
    /// From here.
    pub top: f64,
    /// To here.
    pub bottom: f64,
}

/// The way of an edge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Route {
    /// From the lower edge of a box to the upper edge of another.
    pub runs: Vec<Run>,
    /// Where its label is.
    pub label: Option<Rect>,
}

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The boxes.
    pub nodes: Vec<Rect>,
    /// The edges.
    pub edges: Vec<Route>,
    /// The clusters.
    pub clusters: Vec<Rect>,
    /// Of all of it.
    pub width: f64,
    /// Of all of it.
    pub height: f64,
    /// How many pairs of edges cross.
    pub crossings: u64,
}

impl Sketch {
    /// Finds a place for everything.
    pub fn lay_out(&self, spacing: &Spacing) -> Drawing {
        if self.nodes.is_empty() {
            return Drawing::default();
        }
        let clusters = Clusters::of(self);
        // Which of several ranks a box has that are equally good can make a third of the crossings.
        let first = [Ties::Spread, Ties::Up, Ties::Down].into_iter();
        let others = (1..=SCATTERED).map(Ties::Scattered);
        let size = self.nodes.len() + self.edges.len();
        let tried = if size <= FEW {
            usize::MAX
        } else if size <= TRIED {
            3
        } else {
            1
        };
        let mut seen: Vec<Vec<u32>> = Vec::new();
        let mut best: Option<(u64, Layers)> = None;
        // A few beginnings say which ranking is the best; only that one is worth the others.
        for ties in first.chain(others).take(tried) {
            if best.as_ref().is_some_and(|(crossings, _)| *crossings == 0) {
                break;
            }
            let ranks = ranks::assign(self, ties);
            if seen.contains(&ranks) {
                continue;
            }
            let mut layers = Layers::of(self, &clusters, &ranks);
            let crossings = order::improve(&mut layers, &clusters, 0..order::FIRST);
            if best.as_ref().is_none_or(|(least, _)| crossings < *least) {
                best = Some((crossings, layers));
            }
            seen.push(ranks);
        }
        let Some((mut crossings, mut layers)) = best else {
            return Drawing::default();
        };
        if crossings > 0 {
            crossings = order::improve(&mut layers, &clusters, order::FIRST..usize::MAX);
        }
        layers.add_borders(&clusters);
        let xs = coordinates::assign(&layers, &clusters, self, spacing);
        routes::draw(self, &layers, &clusters, &xs, spacing, crossings)
    }
}
