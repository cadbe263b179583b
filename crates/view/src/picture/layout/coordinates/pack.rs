//! As tight as it goes.

use super::{Places, is_border};

impl Places<'_> {
    /// Puts each place halfway between where it is when all is packed to the left, and when all is packed to the
    /// right. Distances that hold in both hold there, too.
    pub(super) fn pack(&mut self) {
        let left = self.packed(true);
        let right = self.packed(false);
        let width = left.iter().copied().fold(0.0, f64::max);
        self.xs = left
            .iter()
            .zip(&right)
            .map(|(a, b)| f64::midpoint(*a, width - b))
            .collect();
    }

    /// How far each place is from the side at least. An edge of a cluster is as far in all of its ranks.
    fn packed(&self, from_left: bool) -> Vec<f64> {
        let layers = self.layers;
        let count = layers.kind.len();
        // An edge of a cluster is known by its first place.
        let root = |place: u32| {
            if !is_border(layers.kind[place as usize]) {
                return place;
            }
            let first = layers.spans[layers.cluster[place as usize] as usize].0;
            place - (layers.rank[place as usize] - first)
        };
        let ahead = |place: u32| {
            let (left, right) = self.beside(place);
            let ahead = if from_left { right } else { left }?;
            let distance = if from_left {
                self.distance(place, ahead)
            } else {
                self.distance(ahead, place)
            };
            Some((root(ahead), distance))
        };
        let mut missing = vec![0_u32; count];
        for layer in &layers.layers {
            let first = if from_left {
                layer.first()
            } else {
                layer.last()
            };
            for &place in layer {
                missing[root(place) as usize] += u32::from(Some(&place) != first);
            }
        }
        // From one edge of a cluster to the other there is room for the title.
        let mut titles = vec![(u32::MAX, 0.0); if layers.borders.is_empty() { 0 } else { count }];
        for (cluster, &(left, right)) in layers.borders.iter().enumerate() {
            if layers.spans[cluster].0 <= layers.spans[cluster].1 {
                let (near, far) = if from_left {
                    (left, right)
                } else {
                    (right, left)
                };
                titles[near as usize] = (far, self.sketch.clusters[cluster].width);
                missing[far as usize] += 1;
            }
        }
        let mut ready: Vec<u32> = (0..count as u32)
            .filter(|&place| root(place) == place && missing[place as usize] == 0)
            .collect();
        let mut xs = vec![0.0_f64; count];
        while let Some(place) = ready.pop() {
            let x = xs[place as usize];
            let mut reach = |far: u32, least: f64| {
                let at = &mut xs[far as usize];
                *at = at.max(least);
                missing[far as usize] -= 1;
                if missing[far as usize] == 0 {
                    ready.push(far);
                }
            };
            let mut last = place;
            if is_border(layers.kind[place as usize]) {
                let (first, end) = layers.spans[layers.cluster[place as usize] as usize];
                last += end - first;
            }
            for same in place..=last {
                if let Some((far, distance)) = ahead(same) {
                    reach(far, x + distance);
                }
            }
            if let Some(&(far, width)) = titles.get(place as usize)
                && far != u32::MAX
            {
                reach(far, x + width);
            }
        }
        (0..count as u32)
            .map(|place| xs[root(place) as usize])
            .collect()
    }
}
