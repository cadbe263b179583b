//! Which row of a channel the horizontal part of each line is in, so that no two lines run into each other.

/// A line from above that goes to one or more places below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Net {
    /// Whose line it is.
    pub(super) owner: usize,
    pub(super) from: usize,
    pub(super) to: Vec<usize>,
}

impl Net {
    fn extent(&self) -> (usize, usize) {
        let ends = self.to.iter().copied().chain([self.from]);
        ends.fold((usize::MAX, 0), |(a, b), x| (a.min(x), b.max(x)))
    }

    fn is_straight(&self) -> bool {
        self.to.iter().all(|&x| x == self.from)
    }
}

/// The row of each line. What comes down where another line goes down turns to the side above it.
pub(super) fn assign(nets: &[Net]) -> Vec<usize> {
    let count = nets.len();
    let is_above =
        |a: usize, b: usize| a != b && !nets[b].is_straight() && nets[b].to.contains(&nets[a].from);
    let mut tracks = vec![None; count];
    let mut taken: Vec<Vec<(usize, usize)>> = Vec::new();
    for _ in 0..count {
        let open: Vec<usize> = (0..count).filter(|&net| tracks[net].is_none()).collect();
        let free = open
            .iter()
            .copied()
            .find(|&net| !open.iter().any(|&other| is_above(other, net)));
        // In a circle one has to give way.
        let Some(net) = free.or(open.first().copied()) else {
            break;
        };
        if nets[net].is_straight() {
            tracks[net] = Some(0);
            continue;
        }
        let above = (0..count).filter(|&other| is_above(other, net) && !nets[other].is_straight());
        let first = above
            .filter_map(|other| tracks[other])
            .map(|track: usize| track + 1)
            .max();
        let (left, right) = nets[net].extent();
        let mut track = first.unwrap_or(0);
        while taken.get(track).is_some_and(|taken| {
            taken
                .iter()
                .any(|&(from, to)| left <= to + 1 && from <= right + 1)
        }) {
            track += 1;
        }
        if taken.len() <= track {
            taken.resize(track + 1, Vec::new());
        }
        taken[track].push((left, right));
        tracks[net] = Some(track);
    }
    tracks.into_iter().map(|track| track.unwrap_or(0)).collect()
}
