//! Each place near its neighbours.

use super::{super::layers::Kind, Places, is_border};

/// What is kept from one rank to the next to save allocations.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Where each place of a part of a rank wants to be, and how much.
    wishes: Vec<(f64, f64)>,
    /// How far each is from the first of the part at least.
    offsets: Vec<f64>,
    /// Those that have met: their sum of wishes, their weight, and how many they are.
    groups: Vec<(f64, f64, usize)>,
}

impl Places<'_> {
    /// Goes through the ranks, down or up. With `one_side` places look at the rank before alone.
    pub(super) fn settle(&mut self, down: bool, one_side: bool, scratch: &mut Scratch) {
        let layers = self.layers;
        let depth = layers.layers.len();
        for step in 0..depth {
            let rank = if down { step } else { depth - 1 - step };
            let layer = &layers.layers[rank];
            // The parts between the edges of clusters.
            let mut start = 0;
            while start < layer.len() {
                if is_border(layers.kind[layer[start] as usize]) {
                    start += 1;
                    continue;
                }
                let mut end = start + 1;
                while end < layer.len() && !is_border(layers.kind[layer[end] as usize]) {
                    end += 1;
                }
                self.settle_part(rank, start..end, down, one_side, scratch);
                start = end;
            }
        }
    }

    fn settle_part(
        &mut self,
        rank: usize,
        part: std::ops::Range<usize>,
        down: bool,
        one_side: bool,
        scratch: &mut Scratch,
    ) {
        let layer = &self.layers.layers[rank];
        let places = &layer[part.clone()];
        let Scratch {
            wishes,
            offsets,
            groups,
        } = scratch;
        wishes.clear();
        offsets.clear();
        groups.clear();
        let mut offset = 0.0;
        for (index, &place) in places.iter().enumerate() {
            if index > 0 {
                offset += self.distance(places[index - 1], place);
            }
            offsets.push(offset);
            let (wish, weight) = self.wish(place, down, one_side);
            wishes.push((wish - offset, weight));
        }
        for &(wish, weight) in &*wishes {
            let mut group = (wish * weight, weight, 1);
            while let Some(&(sum, total, count)) = groups.last()
                && sum / total >= group.0 / group.1
            {
                group = (sum + group.0, total + group.1, count + group.2);
                groups.pop();
            }
            groups.push(group);
        }
        let wall = |index: Option<usize>| index.and_then(|index| layer.get(index)).copied();
        let least = wall(part.start.checked_sub(1)).map_or(f64::NEG_INFINITY, |wall| {
            self.xs[wall as usize] + self.distance(wall, places[0])
        });
        let most = wall(Some(part.end)).map_or(f64::INFINITY, |wall| {
            let last = places.len() - 1;
            self.xs[wall as usize] - self.distance(places[last], wall) - offsets[last]
        });
        let mut index = 0;
        for &(sum, total, count) in &*groups {
            let x = (sum / total).min(most).max(least);
            for _ in 0..count {
                self.xs[places[index] as usize] = x + offsets[index];
                index += 1;
            }
        }
    }

    /// Where a place wants to be: at the mean of its neighbours. Long edges want it most, to be straight.
    fn wish(&self, place: u32, down: bool, one_side: bool) -> (f64, f64) {
        let layers = self.layers;
        let (before, after) = if down {
            (&layers.up, &layers.down)
        } else {
            (&layers.down, &layers.up)
        };
        let is_box = |place: u32| layers.kind[place as usize] == Kind::Node;
        let own = is_box(place);
        let (mut sum, mut total) = (0.0, 0.0);
        let mut add = |ends: &[u32], part: f64| {
            for &end in ends {
                let weight = part
                    * match (own, is_box(end)) {
                        (true, true) => 1.0,
                        (true, false) | (false, true) => 2.0,
                        (false, false) => 8.0,
                    };
                sum += weight * self.xs[end as usize];
                total += weight;
            }
        };
        let before = before.of(place);
        add(before, 1.0);
        if !one_side || before.is_empty() {
            add(after.of(place), 1.0);
        }
        if total == 0.0 {
            return (self.xs[place as usize], 0.01);
        }
        (sum / total, total)
    }
}
