//! Which rank each box is in: below everything that it comes from, and near what it is linked to.

mod simplex;

use super::{Sketch, random::Random};

/// The most boxes and edges for which the sum of lengths is made least; more get what moving them one by one gives.
const SHORTENED: usize = 1_500;

/// How often boxes are moved to their neighbours; more changes nothing in graphs that people draw.
const ROUNDS: usize = 4;

/// What becomes of boxes that several ranks are equally good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ties {
    /// They go where few others are.
    Spread,
    /// They go up.
    Up,
    /// They go down.
    Down,
    /// They go anywhere, the same way for each number.
    Scattered(u64),
}

/// The rank of each box. Where there are labels, ranks are even: those between are for labels.
pub(super) fn assign(sketch: &Sketch, ties: Ties) -> Vec<u32> {
    let count = sketch.nodes.len();
    let mut incoming = Adjacency::new(count, sketch.edges.iter().map(|edge| (edge.to, edge.from)));
    let mut outgoing = Adjacency::new(count, sketch.edges.iter().map(|edge| (edge.from, edge.to)));
    let sorted = topological(&incoming, &outgoing);
    debug_assert_eq!(sorted.len(), count, "a sketch has no circles");
    incoming.sort();
    outgoing.sort();

    let mut ranks = vec![0_i64; count];
    for &node in &sorted {
        ranks[node] = lowest(&ranks, &incoming, node);
    }
    let bottom = ranks.iter().copied().max().unwrap_or(0);
    for _ in 0..ROUNDS {
        let mut moved = false;
        for &node in sorted.iter().rev() {
            // What is pulled from both sides alike goes along, so that what is before it can follow.
            let (ins, outs) = (incoming.of(node).len(), outgoing.of(node).len());
            if outs > 0 && outs >= ins {
                let to = outgoing.of(node).iter().map(|&next| ranks[next] - 1);
                let to = to.min().unwrap_or(bottom);
                moved |= to != ranks[node];
                ranks[node] = to;
            }
        }
        for &node in &sorted {
            let (ins, outs) = (incoming.of(node).len(), outgoing.of(node).len());
            if ins > outs {
                let to = lowest(&ranks, &incoming, node);
                moved |= to != ranks[node];
                ranks[node] = to;
            }
        }
        if !moved {
            break;
        }
    }
    if count + sketch.edges.len() <= SHORTENED {
        let edges: Vec<_> = sketch
            .edges
            .iter()
            .map(|edge| (edge.from, edge.to))
            .collect();
        simplex::shorten(&mut ranks, &edges);
        match ties {
            Ties::Spread => spread(&mut ranks, &sorted, &incoming, &outgoing),
            Ties::Up => push(&mut ranks, sorted.iter(), &incoming, &outgoing, true),
            Ties::Scattered(number) => scatter(&mut ranks, &sorted, &incoming, &outgoing, number),
            Ties::Down => push(&mut ranks, sorted.iter().rev(), &incoming, &outgoing, false),
        }
    }
    let top = ranks.iter().copied().min().unwrap_or(0);
    let step = if sketch.edges.iter().any(|edge| edge.label.is_some()) {
        2
    } else {
        1
    };
    // Not negative, and no more than there are boxes.
    ranks
        .iter()
        .map(|rank| (rank - top) as u32 * step)
        .collect()
}

/// The ranks that a box can have while all others stay, if none of them makes its edges longer in sum.
fn free(
    ranks: &[i64],
    node: usize,
    incoming: &Adjacency,
    outgoing: &Adjacency,
) -> Option<std::ops::RangeInclusive<i64>> {
    let (above, below) = (incoming.of(node), outgoing.of(node));
    if above.len() != below.len() {
        return None;
    }
    let last = below.iter().map(|&next| ranks[next] - 1).min()?;
    Some(lowest(ranks, incoming, node)..=last)
}

fn spread(ranks: &mut [i64], sorted: &[usize], incoming: &Adjacency, outgoing: &Adjacency) {
    let top = ranks.iter().copied().min().unwrap_or(0);
    ranks.iter_mut().for_each(|rank| *rank -= top);
    let depth = ranks.iter().copied().max().unwrap_or(0) as usize + 1;
    let mut sizes = vec![0_u32; depth];
    for &rank in &*ranks {
        sizes[rank as usize] += 1;
    }
    for &node in sorted {
        let own = ranks[node];
        if let Some(free) = free(ranks, node, incoming, outgoing) {
            sizes[own as usize] -= 1;
            let best = free.min_by_key(|&rank| (sizes[rank as usize], rank != own));
            ranks[node] = best.unwrap_or(own);
            sizes[ranks[node] as usize] += 1;
        }
    }
}

fn push<'a>(
    ranks: &mut [i64],
    sorted: impl Iterator<Item = &'a usize>,
    incoming: &Adjacency,
    outgoing: &Adjacency,
    up: bool,
) {
    for &node in sorted {
        if let Some(free) = free(ranks, node, incoming, outgoing) {
            ranks[node] = if up { *free.start() } else { *free.end() };
        }
    }
}

fn scatter(
    ranks: &mut [i64],
    sorted: &[usize],
    incoming: &Adjacency,
    outgoing: &Adjacency,
    number: u64,
) {
    let mut random = Random::new(number);
    // One box that has moved lets others move.
    for _ in 0..ROUNDS {
        for &node in sorted {
            if let Some(free) = free(ranks, node, incoming, outgoing) {
                let count = free.end() - free.start() + 1;
                ranks[node] = free.start() + (random.next() * count as f64) as i64;
            }
        }
    }
}

fn lowest(ranks: &[i64], incoming: &Adjacency, node: usize) -> i64 {
    let above = incoming.of(node).iter().map(|&before| ranks[before] + 1);
    above.max().unwrap_or(0)
}

/// The boxes, each behind all that it comes from.
fn topological(incoming: &Adjacency, outgoing: &Adjacency) -> Vec<usize> {
    let count = incoming.len();
    let mut missing: Vec<usize> = (0..count).map(|node| incoming.of(node).len()).collect();
    let mut sorted: Vec<usize> = (0..count).filter(|&node| missing[node] == 0).collect();
    let mut next = 0;
    while let Some(&node) = sorted.get(next) {
        next += 1;
        for &after in outgoing.of(node) {
            missing[after] -= 1;
            if missing[after] == 0 {
                sorted.push(after);
            }
        }
    }
    sorted
}

/// For each box those that it is linked to.
struct Adjacency {
    starts: Vec<usize>,
    ends: Vec<usize>,
}

impl Adjacency {
    fn new(count: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0; count + 1];
        for (from, _) in pairs.clone() {
            starts[from + 1] += 1;
        }
        for node in 0..count {
            starts[node + 1] += starts[node];
        }
        let mut places = starts.clone();
        let mut ends = vec![0; starts[count]];
        for (from, to) in pairs {
            ends[places[from]] = to;
            places[from] += 1;
        }
        Self { starts, ends }
    }

    fn sort(&mut self) {
        for node in 0..self.len() {
            self.ends[self.starts[node]..self.starts[node + 1]].sort_unstable();
        }
    }

    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn of(&self, node: usize) -> &[usize] {
        &self.ends[self.starts[node]..self.starts[node + 1]]
    }
}
