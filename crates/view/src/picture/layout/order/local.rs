//! Changing places within a rank while that takes crossings away.

use super::{super::layers::Kind, Search, calm::Step};

/// How often a rank is gone through until it is left.
const PASSES: usize = 8;

/// The most comparisons for which each place is tried at each position of its rank.
const SIFTED: usize = 60_000;

/// Where the neighbours of the places of one rank stand, sorted, so that two places can be compared at once.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    positions: Vec<u32>,
    /// For each place of the rank, where those above begin, those below begin, and where they end.
    parts: Vec<(u32, u32, u32)>,
    /// Which place of the rank stands where.
    slots: Vec<u32>,
}

impl Gathered {
    /// How many crossings there are less when `b` comes before `a`, which stand in the other order.
    fn gain(&self, a: u32, b: u32) -> i64 {
        let (a, b) = (self.parts[a as usize], self.parts[b as usize]);
        let positions = |from: u32, to: u32| &self.positions[from as usize..to as usize];
        gain(positions(a.0, a.1), positions(b.0, b.1))
            + gain(positions(a.1, a.2), positions(b.1, b.2))
    }
}

/// Pairs of which the first is greater, less those of which the second is.
fn gain(a: &[u32], b: &[u32]) -> i64 {
    if let (&[a], &[b]) = (a, b) {
        return i64::from(a > b) - i64::from(a < b);
    }
    let (mut less, mut not_greater, mut gain) = (0, 0, 0);
    for &x in a {
        while less < b.len() && b[less] < x {
            less += 1;
        }
        while not_greater < b.len() && b[not_greater] <= x {
            not_greater += 1;
        }
        gain += less as i64 - (b.len() - not_greater) as i64;
    }
    gain
}

impl Search<'_> {
    fn gather(&mut self, rank: usize) {
        let layers = &*self.layers;
        let Gathered {
            positions,
            parts,
            slots,
        } = &mut self.gathered;
        positions.clear();
        parts.clear();
        slots.clear();
        for (index, &place) in layers.layers[rank].iter().enumerate() {
            let mut add = |ends: &[u32]| {
                let start = positions.len();
                positions.extend(ends.iter().map(|&end| layers.pos[end as usize]));
                if ends.len() > 1 {
                    positions[start..].sort_unstable();
                }
                start as u32
            };
            let (up, down) = (add(layers.up.of(place)), add(layers.down.of(place)));
            parts.push((up, down, positions.len() as u32));
            slots.push(index as u32);
        }
        self.spent += 3 * slots.len() as u64 + 2 * positions.len() as u64;
    }

    /// Takes over the order of the slots.
    fn scatter(&mut self, rank: usize) {
        let layer = &mut self.layers.layers[rank];
        let old = layer.clone();
        for (index, (place, &slot)) in layer.iter_mut().zip(&self.gathered.slots).enumerate() {
            *place = old[slot as usize];
            self.layers.pos[*place as usize] = index as u32;
        }
        self.calm.changed(rank);
    }

    /// Has neighbours in each rank change places; on `even` also when that changes nothing, which can make way.
    /// All ranks are gone through again, at most `rounds` times, while there are fewer crossings each time.
    pub(super) fn transpose(&mut self, even: bool, rounds: usize) {
        for round in 0..rounds {
            if !self.transpose_once(even && round == 0) {
                break;
            }
        }
    }

    fn transpose_once(&mut self, even: bool) -> bool {
        let depth = self.layers.layers.len();
        let mut any = false;
        for step in 0..depth {
            let rank = if even { depth - 1 - step } else { step };
            if !even && self.calm.is_done(Step::Transpose, rank) {
                continue;
            }
            self.gather(rank);
            let (mut moved, mut is_done) = (false, false);
            for pass in 0..PASSES {
                let mut better = false;
                for index in 1..self.gathered.slots.len() {
                    let (a, b) = (self.gathered.slots[index - 1], self.gathered.slots[index]);
                    let layer = &self.layers.layers[rank];
                    let cluster = |slot: u32| self.layers.cluster[layer[slot as usize] as usize];
                    if cluster(a) != cluster(b) {
                        continue;
                    }
                    let gain = self.gathered.gain(a, b);
                    if gain > 0 || (gain == 0 && even && pass == 0) {
                        self.gathered.slots.swap(index - 1, index);
                        moved = true;
                        better |= gain > 0;
                    }
                }
                any |= better;
                if !better {
                    // What has changed places without a gain can have made one possible.
                    is_done = !(even && pass == 0 && moved);
                    break;
                }
            }
            if moved {
                self.scatter(rank);
            }
            if is_done {
                self.calm.done(Step::Transpose, rank);
            }
        }
        any
    }

    /// Has boxes that are neighbours stand in the order of the sketch where that costs no crossing: the cases of a
    /// branch as they are written, arguments as they are listed.
    pub(super) fn as_given(&mut self) {
        for rank in 0..self.layers.layers.len() {
            self.gather(rank);
            let mut moved = false;
            for _ in 0..PASSES {
                let mut again = false;
                for index in 1..self.gathered.slots.len() {
                    let (a, b) = (self.gathered.slots[index - 1], self.gathered.slots[index]);
                    let layer = &self.layers.layers[rank];
                    let (left, right) = (layer[a as usize], layer[b as usize]);
                    let is_box = |place: u32| self.layers.kind[place as usize] == Kind::Node;
                    let cluster = |place: u32| self.layers.cluster[place as usize];
                    if left > right
                        && is_box(left)
                        && is_box(right)
                        && cluster(left) == cluster(right)
                        && self.gathered.gain(a, b) >= 0
                    {
                        self.gathered.slots.swap(index - 1, index);
                        again = true;
                    }
                }
                moved |= again;
                if !again {
                    break;
                }
            }
            if moved {
                self.scatter(rank);
            }
        }
    }

    /// Tries each place at each position of its rank, until none gets better.
    pub(super) fn sift(&mut self) {
        let layers = self.layers.layers.iter();
        if layers.map(|layer| layer.len() * layer.len()).sum::<usize>() > SIFTED {
            return;
        }
        for pass in 0..PASSES {
            let mut better = false;
            let depth = self.layers.layers.len();
            for step in 0..depth {
                let rank = if pass % 2 == 0 {
                    step
                } else {
                    depth - 1 - step
                };
                if self.calm.is_done(Step::Sift, rank) {
                    continue;
                }
                self.gather(rank);
                let mut moved = false;
                for slot in 0..self.gathered.slots.len() as u32 {
                    moved |= self.sift_one(rank, slot);
                }
                if moved {
                    better = true;
                    self.scatter(rank);
                } else {
                    self.calm.done(Step::Sift, rank);
                }
            }
            if !better {
                break;
            }
        }
    }

    fn sift_one(&mut self, rank: usize, slot: u32) -> bool {
        let slots = &self.gathered.slots;
        let Some(from) = slots.iter().position(|&other| other == slot) else {
            return false;
        };
        let mut best = (0, from);
        let ends = self.gathered.positions.len() / slots.len();
        self.spent += (slots.len() * (1 + ends)) as u64;
        let right = (from + 1..slots.len()).map(|index| (index, index + 1));
        self.try_along(rank, slot, right, false, &mut best);
        let left = (0..from).rev().map(|index| (index, index.wrapping_sub(1)));
        self.try_along(rank, slot, left, true, &mut best);
        let (_, to) = best;
        if to == from {
            return false;
        }
        let slots = &mut self.gathered.slots;
        if to > from {
            slots[from..=to].rotate_left(1);
        } else {
            slots[to..=from].rotate_right(1);
        }
        true
    }

    /// Goes along the others of the rank to one side, each with the one behind it, and notes the best place.
    fn try_along(
        &self,
        rank: usize,
        slot: u32,
        others: impl Iterator<Item = (usize, usize)>,
        is_left: bool,
        best: &mut (i64, usize),
    ) {
        let layer = &self.layers.layers[rank];
        let slots = &self.gathered.slots;
        let place_at = |index: usize| slots.get(index).map(|&slot| layer[slot as usize]);
        let cluster_of = |place: u32| self.layers.cluster[place as usize];
        let own = layer[slot as usize];
        let around = cluster_of(own);
        // Only a box may go to the other side of a cluster: an edge would go through it.
        let is_box = self.layers.kind[own as usize] == Kind::Node;
        let mut gain = 0;
        for (index, behind) in others {
            let Some(other) = place_at(index) else { return };
            let passed = cluster_of(other);
            let inner = self.clusters.child(around, passed);
            if passed != around && (inner.is_none() || !is_box) {
                return;
            }
            let other = slots[index];
            gain += if is_left {
                self.gathered.gain(other, slot)
            } else {
                self.gathered.gain(slot, other)
            };
            let is_inside = inner.is_some()
                && place_at(behind)
                    .is_some_and(|next| self.clusters.child(around, cluster_of(next)) == inner);
            if !is_inside && gain > best.0 {
                *best = (gain, index);
            }
        }
    }
}
