//! How many edges cross.

use super::Search;

impl Search<'_> {
    /// How many pairs of edges cross in all ranks.
    pub(super) fn crossings(&mut self) -> u64 {
        let mut all = 0;
        for rank in 1..self.layers.layers.len() {
            let changed = self.calm.last_changed(rank - 1..=rank);
            let (counted, _) = self.counted[rank];
            if counted < changed {
                self.counted[rank] = (self.calm.now(), self.crossings_above(rank));
            }
            all += self.counted[rank].1;
        }
        all
    }

    /// How many cross between the rank and the one above it: for each link, those before it that end to its right.
    fn crossings_above(&mut self, rank: usize) -> u64 {
        let layers = &*self.layers;
        let width = layers.layers[rank].len();
        self.tree.clear();
        self.tree.resize(width + 1, 0);
        let mut crossings = 0;
        let mut seen = 0_u32;
        for &place in &layers.layers[rank - 1] {
            let below = layers.down.of(place);
            for &next in below {
                // All that have ended at most here, taken from all, have ended to the right.
                let mut index = layers.pos[next as usize] as usize + 1;
                let mut before = 0;
                while index > 0 {
                    before += self.tree[index];
                    index &= index - 1;
                }
                crossings += u64::from(seen - before);
            }
            for &next in below {
                let mut index = layers.pos[next as usize] as usize + 1;
                while index <= width {
                    self.tree[index] += 1;
                    index += index & index.wrapping_neg();
                }
            }
            seen += below.len() as u32;
        }
        crossings
    }
}
