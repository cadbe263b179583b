//! How many workers may be busy at once, over a run and all runs started inside it.

use std::{cell::Cell, collections::VecDeque, marker::PhantomData, sync::Arc};

use super::{
    queue::Scheduled,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
        lock, thread_local,
    },
};

/// A number of permits for busy workers; clones share them.
pub(crate) struct Permits<R>(Arc<Shared<R>>);

struct Shared<R> {
    limit: usize,
    /// How many threads that were left behind work with a permit beyond the limit.
    detached: AtomicUsize,
    /// Permits taken, possibly more than the limit for a moment: whoever comes back from waiting goes on at once.
    taken: AtomicUsize,
    /// Runs that have work and got no permit; locked after `taken` was found full, never on the way of a single task.
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
    /// The permits that this thread holds one of, by their address; zero when it holds none.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// This thread's permit of some [`Permits`]; held until it is dropped.
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
    /// Notes that this thread holds one of these permits, or that it holds none for a while.
    pub(crate) fn held(&self, held: bool) -> Permit {
        let now = if held { self.address() } else { 0 };
        Permit {
            before: HELD.with(|held| held.replace(now)),
            not_send: PhantomData,
        }
    }

    /// Whether this thread holds one of these permits already: it is running a task of a run that shares them.
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

    /// Takes a permit whether there is one or not: for a thread that cannot do anything else.
    pub(crate) fn take(&self) {
        self.0.taken.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes a permit for `run`; if there is none, the run is remembered and granted the next.
    pub(crate) fn try_take(&self, run: &Arc<R>) -> bool {
        if self.try_take_now() {
            return true;
        }
        if !run.schedule().set_starved(true) {
            lock(&self.0.starved).push_back(Arc::clone(run));
        }
        // A permit may have become free before the run was on the list.
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

    /// Makes the permit of a thread that may not come back one beyond the limit, and takes another for whoever goes on
    /// without it.
    pub(crate) fn detach(&self) {
        // In this order nobody else finds the new permit free.
        self.take();
        self.0.detached.fetch_add(1, Ordering::AcqRel);
    }

    /// Such a thread has come back, and gives its permit back.
    pub(crate) fn end_detached(&self) {
        self.0.detached.fetch_sub(1, Ordering::AcqRel);
        self.give_back();
    }

    /// Gives a permit back.
    pub(crate) fn give_back(&self) {
        self.put_back();
        self.feed();
    }

    /// Gives a permit back that no other run is to be granted now.
    pub(super) fn put_back(&self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
    }

    /// Grants free permits to runs that asked for one.
    fn feed(&self) {
        loop {
            let mut starved = lock(&self.0.starved);
            if starved.is_empty() || !self.try_take_now() {
                return;
            }
            // A run with more work than the one worker it gets now stays on the list.
            let (run, work) = loop {
                match starved.pop_front().map(|run| (run.schedule().work(), run)) {
                    None => break (None, 0),
                    Some((0, run)) => {
                        run.schedule().set_starved(false);
                        // It may have got work between the two looks, and then has asked in vain.
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
                // Whoever has added work between the two looks has seen the run on the list, and has asked for nothing.
                if wants_more(run.schedule().work()) && !run.schedule().set_starved(true) {
                    starved.push_back(Arc::clone(&run));
                }
            }
            drop(starved);
            run.grant();
        }
    }
}
