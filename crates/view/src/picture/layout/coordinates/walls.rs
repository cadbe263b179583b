//! Clusters: their edges are walls, and what is in one moves with it.

use super::Places;

impl Places<'_> {
    /// What is in each cluster, its edges and clusters inside included.
    pub(super) fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.clusters.len()];
        if !members.is_empty() {
            for (place, &cluster) in self.layers.cluster.iter().enumerate() {
                for around in self.clusters.ancestors(cluster) {
                    members[around as usize].push(place as u32);
                }
            }
        }
        members
    }

    /// How far a cluster can go to the left and to the right while all around it stays.
    fn freedom(&self, cluster: u32) -> (f64, f64) {
        let mut freedom = (f64::INFINITY, f64::INFINITY);
        for (left, right) in self.borders(cluster) {
            if let (Some(beside), _) = self.beside(left) {
                let least = self.xs[beside as usize] + self.distance(beside, left);
                freedom.0 = freedom.0.min(self.xs[left as usize] - least);
            }
            if let (_, Some(beside)) = self.beside(right) {
                let most = self.xs[beside as usize] - self.distance(right, beside);
                freedom.1 = freedom.1.min(most - self.xs[right as usize]);
            }
        }
        (freedom.0.max(0.0), freedom.1.max(0.0))
    }

    /// Moves each cluster to where its edges to others pull it.
    pub(super) fn move_clusters(&mut self, members: &[Vec<u32>]) {
        for (cluster, members) in members.iter().enumerate() {
            let cluster = cluster as u32;
            let is_outside = |place: u32| {
                let of_place = self.layers.cluster[place as usize];
                !self
                    .clusters
                    .ancestors(of_place)
                    .any(|around| around == cluster)
            };
            let (mut sum, mut count) = (0.0, 0.0);
            for &place in members {
                let (up, down) = (self.layers.up.of(place), self.layers.down.of(place));
                for &end in up.iter().chain(down).filter(|&&end| is_outside(end)) {
                    sum += self.xs[end as usize] - self.xs[place as usize];
                    count += 1.0;
                }
            }
            if count > 0.0 {
                let (left, right) = self.freedom(cluster);
                let by = (sum / count).clamp(-left, right);
                members
                    .iter()
                    .for_each(|&place| self.xs[place as usize] += by);
            }
        }
    }

    /// Gives what is in clusters more room, as far as there is any around.
    pub(super) fn widen_clusters(&mut self, most: f64) {
        for cluster in 0..self.clusters.len() as u32 {
            let (left, right) = self.freedom(cluster);
            for (left_border, right_border) in self.borders(cluster) {
                self.xs[left_border as usize] -= left.min(most);
                self.xs[right_border as usize] += right.min(most);
            }
        }
    }

    /// Brings the edges of clusters to what is in them, those inside first.
    pub(super) fn shrink_clusters(&mut self) {
        for cluster in (0..self.clusters.len() as u32).rev() {
            let Some((left, right)) = self.borders(cluster).next() else {
                continue;
            };
            let (left, right) = (self.xs[left as usize], self.xs[right as usize]);
            let mut least = f64::INFINITY;
            let mut most = f64::NEG_INFINITY;
            for (left, right) in self.borders(cluster) {
                least = least.min(self.room(left).1);
                most = most.max(self.room(right).0);
            }
            // The title needs room, too: on both sides of what is there, or where there is some.
            let title = self.sketch.clusters[cluster as usize].width;
            let missing = (title - (most - least)).max(0.0);
            let to_left = (missing / 2.0)
                .min(least - left)
                .max(missing - (right - most).max(0.0));
            let (least, most) = (least - to_left, most + missing - to_left);
            for (left, right) in self.borders(cluster) {
                self.xs[left as usize] = least;
                self.xs[right as usize] = most;
            }
        }
    }
}
