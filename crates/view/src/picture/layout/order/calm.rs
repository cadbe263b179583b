//! Which ranks need not be looked at again: what is done with a rank depends on it and the ranks beside it alone, so it
//! does nothing where it did nothing before and none of them has changed since.

use std::ops::RangeInclusive;

/// When ranks have changed, and when nothing was left to do in them.
#[derive(Debug)]
pub(super) struct Calm {
    now: u64,
    changed: Vec<u64>,
    /// By what is done, when it found nothing to do.
    done: [Vec<u64>; 2],
}

/// What is done with ranks.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Transpose,
    Sift,
}

impl Calm {
    pub(super) fn of(ranks: usize) -> Self {
        Self {
            now: 1,
            changed: vec![1; ranks],
            done: [vec![0; ranks], vec![0; ranks]],
        }
    }

    pub(super) fn changed(&mut self, rank: usize) {
        self.now += 1;
        self.changed[rank] = self.now;
    }

    pub(super) fn all_changed(&mut self) {
        self.now += 1;
        self.changed.fill(self.now);
    }

    /// When this is.
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// When one of the ranks has changed last.
    pub(super) fn last_changed(&self, ranks: RangeInclusive<usize>) -> u64 {
        self.changed[ranks].iter().copied().max().unwrap_or(0)
    }

    /// Nothing is left to do in the rank as it is.
    pub(super) fn done(&mut self, step: Step, rank: usize) {
        self.done[step as usize][rank] = self.now;
    }

    pub(super) fn is_done(&self, step: Step, rank: usize) -> bool {
        let last = self.changed.len().min(rank + 2);
        let beside = &self.changed[rank.saturating_sub(1)..last];
        let done = self.done[step as usize][rank];
        beside.iter().all(|changed| *changed <= done)
    }
}
