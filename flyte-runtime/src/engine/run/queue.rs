//! The nodes of a run whose turn it is, and the threads that run them.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use super::Run;
use crate::engine::{
    frame::{Ready, lock},
    pool,
};

#[derive(Default)]
pub(super) struct Queue {
    pub(super) ready: VecDeque<Ready>,
    /// The thread of `drive` waits.
    parked: bool,
    /// The waiting thread was given a place.
    granted: bool,
    pub(super) done: bool,
}

impl Run {
    /// Marks the run as being on the list of those without a place; returns what it was.
    pub(crate) fn set_hungry(&self, hungry: bool) -> bool {
        self.hungry.swap(hungry, Ordering::AcqRel)
    }

    pub(crate) fn has_work(&self) -> bool {
        self.work() > 0
    }

    /// How many nodes wait for a worker.
    pub(crate) fn work(&self) -> usize {
        lock(&self.queue).ready.len()
    }

    pub(crate) fn pop(&self) -> Option<Ready> {
        lock(&self.queue).ready.pop_front()
    }

    /// Adds nodes whose turn it is and sees that somebody runs them.
    pub(crate) fn push(self: &Arc<Self>, ready: &mut Vec<Ready>) {
        let count = ready.len();
        lock(&self.queue).ready.extend(ready.drain(..));
        self.request(count);
    }

    /// Asks for up to `count` more workers.
    pub(crate) fn request(self: &Arc<Self>, count: usize) {
        // A single worker runs one node after the other; a second would change the order.
        if self.jobs.limit() == 1 && self.workers.load(Ordering::Acquire) > 0 {
            return;
        }
        for _ in 0..count.min(self.jobs.limit()) {
            if self.hungry.load(Ordering::Acquire) || !self.jobs.try_take(self) {
                return;
            }
            self.grant();
        }
    }

    /// Uses a place that was taken for this run.
    pub(crate) fn grant(self: &Arc<Self>) {
        let mut queue = lock(&self.queue);
        if queue.parked && !queue.granted {
            queue.granted = true;
            drop(queue);
            self.changed.notify_one();
        } else {
            drop(queue);
            pool::help(Arc::clone(self));
        }
    }

    pub(crate) fn enter_worker(&self) {
        self.workers.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn leave_worker(&self) {
        self.workers.fetch_sub(1, Ordering::AcqRel);
    }

    /// Whether a thread works for it.
    pub(crate) fn has_workers(&self) -> bool {
        self.workers.load(Ordering::Acquire) > 0
    }

    /// Waits for a node to run; `None` when the run is done. The calling thread holds a place before and after.
    pub(crate) fn wait(self: &Arc<Self>) -> Option<Ready> {
        let mut queue = lock(&self.queue);
        loop {
            if queue.done {
                return None;
            }
            if let Some(ready) = queue.ready.pop_front() {
                return Some(ready);
            }
            queue.parked = true;
            drop(queue);
            self.workers.fetch_sub(1, Ordering::AcqRel);
            self.jobs.give_back();
            queue = lock(&self.queue);
            // Work may have arrived while the place was being given back, when nobody was seen to wait for it.
            while !queue.granted && !queue.done && queue.ready.is_empty() {
                queue = self
                    .changed
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            if !queue.granted {
                self.jobs.take();
            }
            queue.granted = false;
            queue.parked = false;
            self.workers.fetch_add(1, Ordering::AcqRel);
        }
    }
}
