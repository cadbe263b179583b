//! Sorting ranks by where their neighbours stand.

use super::{super::clusters::NONE, Search};

impl Search<'_> {
    /// Sorts one rank after the other by the rank before it, from above or from below.
    pub(super) fn sweep(&mut self, down: bool, median: bool, reverse_ties: bool) {
        let depth = self.layers.layers.len();
        self.spent += 4 * (self.layers.kind.len() + self.layers.up.len()) as u64;
        self.before.fill((0, 0, u32::MAX));
        self.remember(if down { 0 } else { depth - 1 });
        for step in 1..depth {
            let rank = if down { step } else { depth - 1 - step };
            let before = if down { rank - 1 } else { rank + 1 };
            let mut layer = std::mem::take(&mut self.layers.layers[rank]);
            let old = layer.clone();
            for &place in &layer {
                self.keys[place as usize] = self.key(place, down, median);
            }
            if self.clusters.is_empty() {
                self.sort_places(&mut layer, reverse_ties);
            } else {
                self.sort_units(&mut layer, NONE, before as u32, reverse_ties);
            }
            for (index, &place) in layer.iter().enumerate() {
                self.layers.pos[place as usize] = index as u32;
            }
            if layer != old {
                self.calm.changed(rank);
            }
            self.layers.layers[rank] = layer;
            self.remember(rank);
        }
    }

    /// Where the neighbours of a place stand: the median or the mean of their positions.
    fn key(&mut self, place: u32, down: bool, median: bool) -> f64 {
        let layers = &*self.layers;
        let links = if down { &layers.up } else { &layers.down };
        let ends = links.of(place);
        let pos = |end: u32| layers.pos[end as usize];
        match *ends {
            [] => f64::NAN,
            [one] => f64::from(pos(one)),
            [a, b] => f64::midpoint(f64::from(pos(a)), f64::from(pos(b))),
            _ if median => {
                let positions = &mut self.positions;
                positions.clear();
                positions.extend(ends.iter().map(|&end| pos(end)));
                positions.sort_unstable();
                let middle = positions.len() / 2;
                let at = |index: usize| f64::from(positions[index]);
                if positions.len() % 2 == 1 {
                    return at(middle);
                }
                // Nearer to the side on which they stand closer together.
                let left = at(middle - 1) - at(0);
                let right = at(positions.len() - 1) - at(middle);
                if left + right == 0.0 {
                    return f64::midpoint(at(middle - 1), at(middle));
                }
                (at(middle - 1) * right + at(middle) * left) / (left + right)
            }
            _ => {
                let sum: u64 = ends.iter().map(|&end| u64::from(pos(end))).sum();
                sum as f64 / ends.len() as f64
            }
        }
    }

    /// Notes where the clusters stand in a rank.
    fn remember(&mut self, rank: usize) {
        if self.clusters.is_empty() {
            return;
        }
        for (index, &place) in self.layers.layers[rank].iter().enumerate() {
            for around in self.clusters.ancestors(self.layers.cluster[place as usize]) {
                let (sum, count, at) = &mut self.before[around as usize];
                if *at != rank as u32 {
                    (*sum, *count, *at) = (0, 0, rank as u32);
                }
                *sum += index as u64;
                *count += 1;
            }
        }
    }

    fn sort_places(&self, layer: &mut [u32], reverse_ties: bool) {
        let units = layer.iter().map(|&place| self.keys[place as usize]);
        let order = sorted(units.collect(), reverse_ties);
        let old = layer.to_vec();
        for (slot, from) in order {
            layer[slot] = old[from];
        }
    }

    /// Sorts places and clusters in `around`, each cluster sorted inside before.
    fn sort_units(&mut self, layer: &mut [u32], around: u32, before: u32, reverse_ties: bool) {
        let inner = |place: u32| {
            let cluster = self.layers.cluster[place as usize];
            self.clusters.child(around, cluster)
        };
        // Where each unit begins, and which cluster it is.
        let mut units: Vec<(usize, Option<u32>)> = Vec::new();
        for (index, &place) in layer.iter().enumerate() {
            let inner = inner(place);
            if inner.is_none() || units.last().is_none_or(|&(_, last)| last != inner) {
                units.push((index, inner));
            }
        }
        let ends: Vec<usize> = units
            .iter()
            .skip(1)
            .map(|&(start, _)| start)
            .chain([layer.len()])
            .collect();
        let mut keys = Vec::with_capacity(units.len());
        for (&(start, inner), &end) in units.iter().zip(&ends) {
            let Some(cluster) = inner else {
                keys.push(self.keys[layer[start] as usize]);
                continue;
            };
            let own = &mut layer[start..end];
            self.sort_units(own, cluster, before, reverse_ties);
            keys.push(match self.before[cluster as usize] {
                // It goes on from the rank before, and stays where it was beside all else that does.
                (sum, count, at) if at == before => sum as f64 / f64::from(count),
                _ => {
                    let known = own.iter().map(|&place| self.keys[place as usize]);
                    let known: Vec<f64> = known.filter(|key| !key.is_nan()).collect();
                    known.iter().sum::<f64>() / known.len() as f64
                }
            });
        }
        let order = sorted(keys, reverse_ties);
        let mut order: Vec<(usize, usize)> = order.collect();
        order.sort_unstable();
        let old = layer.to_vec();
        let mut next = 0;
        for (_, unit) in order {
            let part = &old[units[unit].0..ends[unit]];
            layer[next..next + part.len()].copy_from_slice(part);
            next += part.len();
        }
    }
}

/// For each slot which unit comes there. What has no key stays in its slot.
fn sorted(keys: Vec<f64>, reverse_ties: bool) -> impl Iterator<Item = (usize, usize)> {
    let slots: Vec<usize> = (0..keys.len())
        .filter(|&unit| !keys[unit].is_nan())
        .collect();
    let mut units = slots.clone();
    units.sort_unstable_by(|&a, &b| {
        let ties = if reverse_ties { b.cmp(&a) } else { a.cmp(&b) };
        keys[a].total_cmp(&keys[b]).then(ties)
    });
    let without = (0..keys.len())
        .filter(move |&unit| keys[unit].is_nan())
        .collect::<Vec<_>>();
    slots
        .into_iter()
        .zip(units)
        .chain(without.into_iter().map(|unit| (unit, unit)))
}
