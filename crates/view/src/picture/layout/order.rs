//! In which order the places of each rank stand, so that few edges cross.
//!
//! From several beginnings, ranks are sorted by where their neighbours above, then below, stand; then neighbours in a
//! rank change places while that helps, and at last each place goes where it is best. The best order that was seen is
//! kept. A cluster stays together in each rank, two clusters stand in the same order in all ranks that they share, and
//! an edge that goes past a cluster stays on its side of it: what goes on from the rank before is sorted by where it
//! was.

mod calm;
mod count;
mod local;
mod reroute;
mod start;
mod sweep;

use std::ops::Range;

use super::{clusters::Clusters, layers::Layers};

/// How much is tried: a beginning costs as much as there are places and links, and this is shared by all of them.
/// Graphs that people read get more.
const BUDGET: usize = 12_000;
const BUDGET_OF_SMALL: usize = 40_000;

/// The most places and links of a small graph.
const SMALL: usize = 3_000;

/// How many beginnings each of several rankings gets, before the best of them gets the others.
pub(super) const FIRST: usize = 3;

/// How many beginnings there are at most.
const STARTS: usize = 80;

/// After how many beginnings that have led to nothing better the search ends.
const IDLE: usize = 24;

/// After how much work no other beginning is tried: dense graphs take far longer than their size says.
const SPENT: u64 = 4_000_000;

/// How many sweeps there are at most from one beginning.
const SWEEPS: usize = 24;

/// After how many sweeps that have found nothing better the search from a beginning ends.
const PATIENCE: usize = 5;

/// How often all ranks are gone through for exchanges after a sweep, at most.
const ROUNDS: usize = 10;

/// How often long edges are put back, at most.
const REROUTES: usize = 6;

/// Orders the ranks from the given ones of several beginnings; how many crossings are left. If the first of them is not
/// the very first, the order that is there is the best so far.
pub(super) fn improve(layers: &mut Layers, clusters: &Clusters, starts: Range<usize>) -> u64 {
    let size = layers.kind.len() + layers.up.len();
    let budget = if size <= SMALL {
        BUDGET_OF_SMALL
    } else {
        BUDGET
    };
    let most = (budget / size.max(1)).clamp(1, STARTS);
    // Large graphs get fewer sweeps, since the first ones find nearly all.
    let (sweeps, patience, rounds) = match size {
        0..5_000 => (SWEEPS, PATIENCE, ROUNDS),
        5_000..400_000 => (8, 2, 1),
        _ => (4, 1, 1),
    };
    let mut best = Best::default();
    let mut search = Search::new(layers, clusters);
    let mut idle = 0;
    if starts.start > 0 {
        best.offer(&mut search);
    }
    for start in starts.start..starts.end.min(most) {
        if idle == IDLE || search.spent > SPENT {
            break;
        }
        search.begin(start, &best.layers);
        search.calm.all_changed();
        let mut own = Best::default();
        own.offer(&mut search);
        let mut waited = 0;
        for sweep in 0..sweeps {
            if own.crossings == Some(0) || waited == patience {
                break;
            }
            search.sweep(sweep % 2 == 0, start % 2 == 0, sweep % 4 >= 2);
            search.transpose(sweep % 2 == 1, rounds);
            waited = if own.offer(&mut search) {
                0
            } else {
                waited + 1
            };
        }
        own.restore(&mut search);
        // What is much worse than the best does not become better than it.
        let (own, least) = (
            own.crossings.unwrap_or(0),
            best.crossings.unwrap_or(u64::MAX),
        );
        if own > 0 && own <= least.saturating_add(least / 4) {
            search.sift();
            for _ in 0..REROUTES {
                if !search.reroute() {
                    break;
                }
                search.sift();
            }
        }
        idle = if best.offer(&mut search) { 0 } else { idle + 1 };
        if best.crossings == Some(0) {
            break;
        }
    }
    best.restore(&mut search);
    if size <= SMALL {
        search.as_given();
    }
    best.crossings.unwrap_or(0)
}

/// The best order so far.
#[derive(Default)]
struct Best {
    crossings: Option<u64>,
    layers: Vec<Vec<u32>>,
}

impl Best {
    /// Keeps the order if it is better than all before.
    fn offer(&mut self, search: &mut Search<'_>) -> bool {
        let crossings = search.crossings();
        let better = self.crossings.is_none_or(|least| crossings < least);
        if better {
            self.crossings = Some(crossings);
            self.layers.clone_from(&search.layers.layers);
        }
        better
    }

    fn restore(&self, search: &mut Search<'_>) {
        search.layers.layers.clone_from(&self.layers);
        search.layers.number();
        search.calm.all_changed();
    }
}

/// The ranks, and what is kept from one step to the next to save allocations.
struct Search<'a> {
    layers: &'a mut Layers,
    clusters: &'a Clusters,
    /// By place, what it is sorted by; not a number if it has no neighbour on that side.
    keys: Vec<f64>,
    /// By cluster, the sum and the number of its positions in the rank before, and which rank that was.
    before: Vec<(u64, u32, u32)>,
    tree: Vec<u32>,
    positions: Vec<u32>,
    gathered: local::Gathered,
    calm: calm::Calm,
    /// By rank, when it was counted how many edges cross above it, and how many.
    counted: Vec<(u64, u64)>,
    /// By edge, when it was where it crosses least.
    routed: Vec<u64>,
    /// How much was done: about how many places and links were looked at.
    spent: u64,
}

impl<'a> Search<'a> {
    fn new(layers: &'a mut Layers, clusters: &'a Clusters) -> Self {
        Self {
            keys: vec![0.0; layers.kind.len()],
            calm: calm::Calm::of(layers.layers.len()),
            before: vec![(0, 0, u32::MAX); clusters.len()],
            counted: vec![(0, 0); layers.layers.len()],
            routed: vec![0; layers.chains.len()],
            spent: 0,
            layers,
            clusters,
            tree: Vec::new(),
            positions: Vec::new(),
            gathered: local::Gathered::default(),
        }
    }
}
