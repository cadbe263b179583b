//! Taking a long edge out and putting it back where it crosses least.

use super::{super::clusters::NONE, Search};

/// The most comparisons for which edges are put back.
const REROUTED: usize = 4_000_000;

impl Search<'_> {
    /// Puts each long edge where it crosses least while all others stay. Exchanges in one rank alone find no way past
    /// an edge that is crossed twice.
    pub(super) fn reroute(&mut self) -> bool {
        let chains = self.layers.chains.clone();
        let widest = self.layers.layers.iter().map(Vec::len).max().unwrap_or(0);
        let bends: usize = chains.iter().map(|&(_, length)| length as usize).sum();
        if bends * widest * widest > REROUTED {
            return false;
        }
        let mut any = false;
        for (edge, (first, length)) in chains.into_iter().enumerate() {
            if length == 0 {
                continue;
            }
            let top = self.layers.rank[first as usize] as usize;
            if self.routed[edge] >= self.calm.last_changed(top - 1..=top + length as usize) {
                continue;
            }
            any |= self.is_crossed(first, length) && self.reroute_one(first, length as usize);
            self.routed[edge] = self.calm.now();
        }
        any
    }

    /// Whether another edge crosses a long one.
    fn is_crossed(&self, first: u32, length: u32) -> bool {
        let layers = &*self.layers;
        let pos = |place: u32| layers.pos[place as usize];
        let above = std::iter::once(layers.up.of(first)[0]).chain(first..first + length);
        let below = (first..first + length).chain([layers.down.of(first + length - 1)[0]]);
        above.zip(below).any(|(above, below)| {
            let rank = layers.rank[below as usize] as usize;
            layers.layers[rank].iter().any(|&place| {
                let is_left = pos(place) < pos(below);
                let ups = layers.up.of(place).iter();
                place != below
                    && ups.copied().any(|up| match is_left {
                        true => pos(up) > pos(above),
                        false => pos(up) < pos(above),
                    })
            })
        })
    }

    fn reroute_one(&mut self, first: u32, length: usize) -> bool {
        let layers = &*self.layers;
        let top = layers.rank[first as usize] as usize;
        let widths = layers.layers[top - 1..=top + length].windows(2);
        let cells: usize = widths.map(|pair| pair[0].len() * pair[1].len()).sum();
        self.spent += cells as u64 * if self.clusters.is_empty() { 2 } else { 4 };
        let (from, to) = (
            layers.up.of(first)[0],
            layers.down.of(first + length as u32 - 1)[0],
        );
        let around = layers.cluster[first as usize];
        // For each rank of the edge the gaps that it may be in, counted without the edge itself, and how many clusters
        // are to the left that are in the next rank, too.
        let without = |rank: usize| {
            let own = first + (rank - top) as u32;
            layers.layers[rank]
                .iter()
                .copied()
                .filter(move |&place| place != own)
        };
        let gaps = |rank: usize| -> Vec<usize> {
            let places: Vec<u32> = without(rank).collect();
            let inner = |index: Option<usize>| {
                let place = *places.get(index?)?;
                let cluster = layers.cluster[place as usize];
                match (cluster == around, self.clusters.child(around, cluster)) {
                    (true, _) => Some(NONE),
                    (false, inner) => inner,
                }
            };
            (0..=places.len())
                .filter(|&gap| {
                    let (left, right) = (inner(gap.checked_sub(1)), inner(Some(gap)));
                    let is_inside = left == right && left.is_some_and(|inner| inner != NONE);
                    let is_at_home = around == NONE || left.is_some() || right.is_some();
                    is_at_home && !is_inside
                })
                .collect()
        };
        // The cost of each gap of a rank, and from which gap of the rank above it is best reached.
        let mut costs: Vec<(usize, u64)> = Vec::new();
        let mut ways: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut before: Vec<usize> = Vec::new();
        let mut tables: Vec<Table> = Vec::with_capacity(length + 1);
        for rank in top..top + length {
            let here = gaps(rank);
            let table = Table::of(layers, rank, first, length, top);
            let passed = |rank_of: usize, gap: usize, other: usize| {
                self.passed(rank_of, gap, other, around, first, top, length)
            };
            let above: Vec<usize> = match rank == top {
                true => Vec::new(),
                false => {
                    let gaps = before.iter();
                    gaps.map(|&gap| passed(rank - 1, gap, rank)).collect()
                }
            };
            let mut next = Vec::with_capacity(here.len());
            let mut way = Vec::with_capacity(here.len());
            for &gap in &here {
                let best = if rank == top {
                    Some((
                        table.crossings(layers.pos[from as usize] as usize, gap, true),
                        0,
                    ))
                } else {
                    let below = passed(rank, gap, rank - 1);
                    costs
                        .iter()
                        .enumerate()
                        .filter(|(index, _)| above[*index] == below)
                        .map(|(index, &(above, cost))| {
                            (cost + table.crossings(above, gap, false), index)
                        })
                        .min()
                };
                if let Some((cost, index)) = best {
                    next.push((gap, cost));
                    way.push((gap, index));
                }
            }
            before = next.iter().map(|&(gap, _)| gap).collect();
            costs = next;
            ways.push(way);
            tables.push(table);
        }
        let table = Table::of(layers, top + length, first, length, top);
        let at = layers.pos[to as usize] as usize;
        let end = costs.iter().enumerate();
        let end = end
            .map(|(index, &(gap, cost))| (cost + table.last(gap, at), index))
            .min();
        let Some((cost, mut index)) = end else {
            return false;
        };
        // What it costs where it is.
        tables.push(table);
        let now: u64 = (top..=top + length)
            .zip(&tables)
            .map(|(rank, table)| {
                let own = |rank: usize| layers.pos[first as usize + rank - top] as usize;
                if rank == top {
                    table.crossings(layers.pos[from as usize] as usize, own(rank), true)
                } else if rank == top + length {
                    table.last(own(rank - 1), at)
                } else {
                    table.crossings(own(rank - 1), own(rank), false)
                }
            })
            .sum();
        if cost >= now {
            return false;
        }
        for step in (0..length).rev() {
            let (gap, from) = ways[step][index];
            let own = first + step as u32;
            self.calm.changed(top + step);
            let layer = &mut self.layers.layers[top + step];
            layer.retain(|&place| place != own);
            layer.insert(gap, own);
            for (index, &place) in layer.iter().enumerate() {
                self.layers.pos[place as usize] = index as u32;
            }
            index = from;
        }
        true
    }

    /// How many clusters in `around` that also are in the other rank stand to the left of a gap.
    #[allow(clippy::too_many_arguments, reason = "what is known of one edge")]
    fn passed(
        &self,
        rank: usize,
        gap: usize,
        other: usize,
        around: u32,
        first: u32,
        top: usize,
        length: usize,
    ) -> usize {
        if self.clusters.is_empty() {
            return 0;
        }
        let own = |place: u32| {
            (top..top + length).contains(&rank) && place == first + (rank - top) as u32
        };
        let mut count = 0;
        let mut last = None;
        let places = self.layers.layers[rank]
            .iter()
            .filter(|&&place| !own(place))
            .take(gap);
        for &place in places {
            let inner = self
                .clusters
                .child(around, self.layers.cluster[place as usize]);
            if inner != last {
                let spans = |cluster: u32| {
                    let (first, last) = self.layers.spans[cluster as usize];
                    (first..=last).contains(&(other as u32))
                };
                count += usize::from(inner.is_some_and(spans));
                last = inner;
            }
        }
        count
    }
}

/// The other links between a rank and the one above it, by where they begin and end.
struct Table {
    /// By gap above and gap below, links that begin to the left of the one and end to the left of the other.
    left: Vec<u32>,
    width: usize,
    /// Links that begin to the left of each gap, and that end there.
    above: Vec<u32>,
    below: Vec<u32>,
}

impl Table {
    fn of(
        layers: &super::super::layers::Layers,
        rank: usize,
        first: u32,
        length: usize,
        top: usize,
    ) -> Self {
        let is_own = |place: u32| (first..first + length as u32).contains(&place);
        // Positions without the edge, which stands at one place of each of its ranks.
        let index = |place: u32, rank: usize| {
            let pos = layers.pos[place as usize];
            let own = (top..top + length)
                .contains(&rank)
                .then(|| first + (rank - top) as u32);
            (pos - u32::from(own.is_some_and(|own| layers.pos[own as usize] < pos))) as usize
        };
        let height = layers.layers[rank - 1].len() + 1;
        let width = layers.layers[rank].len() + 1;
        let mut left = vec![0_u32; (height + 1) * (width + 1)];
        let width = width + 1;
        for &place in &layers.layers[rank] {
            for &up in layers.up.of(place) {
                if !is_own(place) && !is_own(up) {
                    left[(index(up, rank - 1) + 1) * width + index(place, rank) + 1] += 1;
                }
            }
        }
        for row in 1..=height {
            for column in 1..width {
                left[row * width + column] += left[(row - 1) * width + column]
                    + left[row * width + column - 1]
                    - left[(row - 1) * width + column - 1];
            }
        }
        let above = (0..=height)
            .map(|row| left[row * width + width - 1])
            .collect();
        let below = left[height * width..].to_vec();
        Self {
            left,
            width,
            above,
            below,
        }
    }

    /// What a link from a gap above to a gap below crosses. From a box, links of the same box are not crossed.
    fn crossings(&self, above: usize, below: usize, from_box: bool) -> u64 {
        let left = |row: usize| self.left[row * self.width + below];
        let skipped = usize::from(from_box);
        let right_of = self.below[below] - left(above + skipped);
        let left_of = self.above[above] - left(above);
        u64::from(right_of + left_of)
    }

    /// The same for the last link, to a box.
    fn last(&self, above: usize, at: usize) -> u64 {
        let before = self.left[above * self.width + at];
        let through = self.left[above * self.width + at + 1];
        u64::from(self.below[at] - before) + u64::from(self.above[above] - through)
    }
}
