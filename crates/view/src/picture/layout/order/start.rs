//! Orders to begin with.

use std::cmp::Ordering;

use super::{super::clusters::NONE, Search};
use crate::picture::layout::{layers::Kind, random::Random};

impl Search<'_> {
    /// Puts everything into one of the first orders. The first are those of a walk from above, of the sketch, and of a
    /// walk from below; those after them are the best so far, more or less shaken, or an order by chance, the same each
    /// time.
    pub(super) fn begin(&mut self, start: usize, best: &[Vec<u32>]) {
        let nodes = self
            .layers
            .kind
            .iter()
            .take_while(|kind| **kind == Kind::Node)
            .count();
        match start {
            0 => self.walk(nodes, true),
            1 => (0..nodes).for_each(|node| self.keys[node] = node as f64),
            2 => self.walk(nodes, false),
            _ => {
                let mut random = Random::new(start as u64);
                let shake = [8.0, 0.4, 8.0, 0.15, 8.0, 0.8][start % 6];
                for layer in best {
                    let step = 1.0 / layer.len() as f64;
                    for (index, &place) in layer.iter().enumerate() {
                        let key = index as f64 * step + shake * random.next();
                        self.keys[place as usize] = key;
                    }
                }
            }
        }
        // Edges stand between their ends.
        for &(first, length) in &self.layers.chains {
            if length == 0 {
                continue;
            }
            let last = first + length - 1;
            let from = self.keys[self.layers.up.of(first)[0] as usize];
            let to = self.keys[self.layers.down.of(last)[0] as usize];
            for step in 0..length {
                let part = f64::from(step + 1) / f64::from(length + 1);
                self.keys[(first + step) as usize] = from + (to - from) * part;
            }
        }
        if self.clusters.is_empty() {
            let keys = &self.keys;
            for layer in &mut self.layers.layers {
                layer.sort_unstable_by(|&a, &b| by_key(keys[a as usize], a, keys[b as usize], b));
            }
        } else {
            self.begin_with_clusters(nodes);
        }
        self.layers.number();
    }

    /// Clusters stand where their nodes stand on average, in all ranks alike.
    fn begin_with_clusters(&mut self, nodes: usize) {
        let mut sums = vec![(0.0, 0_u32); self.clusters.len()];
        for node in 0..nodes {
            for around in self.clusters.ancestors(self.layers.cluster[node]) {
                let (sum, count) = &mut sums[around as usize];
                *sum += self.keys[node];
                *count += 1;
            }
        }
        let means: Vec<f64> = sums
            .iter()
            .map(|&(sum, count)| sum / f64::from(count.max(1)))
            .collect();
        let (clusters, cluster, keys) = (self.clusters, &self.layers.cluster, &mut self.keys);
        for (place, kind) in self.layers.kind.iter().enumerate() {
            if *kind == Kind::Filler {
                keys[place] = means[cluster[place] as usize];
            }
        }
        let places = keys.len() as u32;
        // What a place stands as beside those in `around`: itself, or the cluster that it is in.
        let unit = |place: u32, around: u32| match clusters.child(around, cluster[place as usize]) {
            Some(inner) => (means[inner as usize], places + inner),
            None => (keys[place as usize], place),
        };
        for layer in &mut self.layers.layers {
            layer.sort_unstable_by(|&a, &b| {
                let mut around = NONE;
                loop {
                    let ((key_a, unit_a), (key_b, unit_b)) = (unit(a, around), unit(b, around));
                    if unit_a != unit_b || unit_a < places {
                        break by_key(key_a, unit_a, key_b, unit_b);
                    }
                    around = unit_a - places;
                }
            });
        }
    }

    /// Numbers the nodes in the order of a walk along the edges.
    fn walk(&mut self, nodes: usize, down: bool) {
        let layers = &*self.layers;
        let (ahead, behind) = if down {
            (&layers.down, &layers.up)
        } else {
            (&layers.up, &layers.down)
        };
        let mut seen = vec![false; layers.kind.len()];
        let mut next = 0.0;
        let mut stack = Vec::new();
        for root in 0..nodes as u32 {
            if !behind.of(root).is_empty() {
                continue;
            }
            stack.push(root);
            while let Some(place) = stack.pop() {
                if std::mem::replace(&mut seen[place as usize], true) {
                    continue;
                }
                self.keys[place as usize] = next;
                next += 1.0;
                stack.extend(ahead.of(place).iter().rev());
            }
        }
    }
}

fn by_key(key_a: f64, a: u32, key_b: f64, b: u32) -> Ordering {
    key_a.total_cmp(&key_b).then(a.cmp(&b))
}
