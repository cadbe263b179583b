//! Limits how many workers are busy at once, over a run and all runs started inside it.

use std::{cell::Cell, collections::VecDeque, marker::PhantomData, sync::Arc};

use super::{
    queue::Scheduled,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        lock, thread_local,
    },
};

/// A number of permits for busy workers. Clones share them.
pub(crate) struct Permits<R>(Arc<Shared<R>>);

struct Shared<R> {
    limit: usize,
    /// How many threads that were left behind work with a permit beyond the limit.
    detached: AtomicUsize,
    /// The permits taken. They may exceed the limit for a moment, because a thread that returns from waiting continues
    /// at once.
    taken: AtomicUsize,
    /// Runs that have work but got no permit. The lock is taken only after `taken` was found full, never for a single
    /// task.
    starved: Mutex<VecDeque<Arc<R>>>,
}

impl<R> Clone for Permits<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R> std::fmt::Debug for Permits<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Permits")
            .field("limit", &self.0.limit)
            .field("taken", &self.0.taken)
            .field("detached", &self.0.detached)
            .finish_non_exhaustive()
    }
}

thread_local! {
    /// The address of the permits of which this thread holds one; zero if it holds none.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// This thread's permit of some [`Permits`], held until it is dropped.
pub(crate) struct Permit {
    before: usize,
    not_send: PhantomData<*const ()>,
}

impl Drop for Permit {
    fn drop(&mut self) {
        HELD.with(|held| held.set(self.before));
    }
}

impl<R: Scheduled> Permits<R> {
    /// Records that this thread holds one of these permits, or that it holds none for a while.
    pub(crate) fn held(&self, held: bool) -> Permit {
        let now = if held { self.address() } else { 0 };
        Permit {
            before: HELD.with(|held| held.replace(now)),
            not_send: PhantomData,
        }
    }

    /// Whether this thread already holds one of these permits: it is running a task of a run that shares them.
    pub(crate) fn is_held(&self) -> bool {
        HELD.with(Cell::get) == self.address()
    }

    fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Shared {
            limit: limit.max(1),
            detached: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            starved: Mutex::default(),
        }))
    }

    pub(crate) fn limit(&self) -> usize {
        self.0.limit
    }

    /// Takes a permit even if none is free, for a thread that has no other choice.
    pub(crate) fn take(&self) {
        self.0.taken.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes a permit for `run`. If none is free, the run is queued and gets the next one.
    pub(crate) fn try_take(&self, run: &Arc<R>) -> bool {
        if self.try_take_now() {
            return true;
        }
        if !run.schedule().set_starved(true) {
            lock(&self.0.starved).push_back(Arc::clone(run));
        }
        // A permit may have become free before the run was queued.
        self.feed();
        false
    }

    fn try_take_now(&self) -> bool {
        let take = |taken| {
            if taken < self.0.limit + self.0.detached.load(Ordering::Acquire) {
                Some(taken + 1)
            } else {
                None
            }
        };
        self.0
            .taken
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, take)
            .is_ok()
    }

    /// Moves the permit of a thread that may not return beyond the limit, and takes another for the thread that
    /// replaces it.
    pub(crate) fn detach(&self) {
        // In this order no other thread finds the new permit free.
        self.take();
        self.0.detached.fetch_add(1, Ordering::AcqRel);
    }

    /// A detached thread has returned, and gives its permit back.
    pub(crate) fn end_detached(&self) {
        self.0.detached.fetch_sub(1, Ordering::AcqRel);
        self.give_back();
    }

    /// Gives a permit back.
    pub(crate) fn give_back(&self) {
        self.put_back();
        self.feed();
    }

    /// Gives a permit back without granting it to another run.
    pub(super) fn put_back(&self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }

    /// Grants free permits to the queued runs.
    fn feed(&self) {
        loop {
            let mut starved = lock(&self.0.starved);
            if starved.is_empty() || !self.try_take_now() {
                return;
            }
            // A run that has work for more than the one worker it gets now stays in the queue.
            let (run, work) = loop {
                match starved.pop_front().map(|run| (run.schedule().work(), run)) {
                    None => break (None, 0),
                    Some((0, run)) => {
                        run.schedule().set_starved(false);
                        // Work may have arrived between the two checks, when a request for a worker had no effect.
                        if run.schedule().has_work() && !run.schedule().set_starved(true) {
                            starved.push_back(run);
                        }
                    }
                    Some((work, run)) => break (Some(run), work),
                }
            };
            let Some(run) = run else {
                self.put_back();
                return;
            };
            let wants_more = |work| work > 1 && self.limit() > 1;
            if wants_more(work) {
                starved.push_back(Arc::clone(&run));
            } else {
                run.schedule().set_starved(false);
                // A thread that added work between the two checks saw the run in the queue and requested nothing.
                if wants_more(run.schedule().work()) && !run.schedule().set_starved(true) {
                    starved.push_back(Arc::clone(&run));
                }
            }
            drop(starved);
            run.grant();
        }
    }
}
