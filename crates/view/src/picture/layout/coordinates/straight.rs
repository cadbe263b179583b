//! Straight paths.

use super::Places;

impl Places<'_> {
    /// Makes paths of places that are linked to nothing but each other straight, in as few pieces as there is room
    /// for.
    pub(super) fn straighten(&mut self) {
        let layers = self.layers;
        let only = |ends: &[u32]| match *ends {
            [one] => Some(one),
            _ => None,
        };
        // The next on the path, if it has nothing else above it.
        let next = |place: u32| {
            let next = only(layers.down.of(place))?;
            only(layers.up.of(next)).map(|_| next)
        };
        let mut path = Vec::new();
        for first in 0..layers.kind.len() as u32 {
            let is_inside =
                only(layers.up.of(first)).is_some_and(|above| next(above) == Some(first));
            if is_inside || next(first).is_none() {
                continue;
            }
            path.clear();
            path.extend(std::iter::successors(Some(first), |&place| next(place)));
            self.straighten_path(&path);
        }
    }

    fn straighten_path(&mut self, path: &[u32]) {
        let mut start = 0;
        while start < path.len() {
            let (mut least, mut most) = (f64::NEG_INFINITY, f64::INFINITY);
            let mut end = start;
            while let Some(&place) = path.get(end) {
                let room = self.room(place);
                if room.0.max(least) > room.1.min(most) {
                    break;
                }
                least = least.max(room.0);
                most = most.min(room.1);
                end += 1;
            }
            // A place always has room for itself, but for what rounding takes.
            let end = end.max(start + 1);
            let part = &path[start..end];
            let sum: f64 = part.iter().map(|&place| self.xs[place as usize]).sum();
            let x = (sum / part.len() as f64).max(least).min(most);
            if least <= most {
                part.iter().for_each(|&place| self.xs[place as usize] = x);
            }
            start = end;
        }
    }
}
