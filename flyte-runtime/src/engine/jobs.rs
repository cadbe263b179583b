//! How many workers may be busy at once, over a run and all runs started inside it.

use std::{
    cell::Cell,
    collections::VecDeque,
    marker::PhantomData,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{frame::lock, run::Run};

/// A number of places for busy workers; clones share them.
#[derive(Clone)]
pub(crate) struct Jobs(Arc<Shared>);

struct Shared {
    limit: usize,
    /// How many threads work outside of all places, though they may take and give back one: those of attempts that were left behind.
    detached: AtomicUsize,
    /// Places taken, possibly more than the limit for a moment: whoever comes back from waiting goes on at once.
    taken: AtomicUsize,
    /// Runs that have work and got no place; locked after `taken` was found full, never on the way of a single task.
    hungry: Mutex<VecDeque<Arc<Run>>>,
}

impl std::fmt::Debug for Jobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jobs({})", self.0.limit)
    }
}

thread_local! {
    /// Which places this thread holds one of, by their address; zero when it holds none.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// This thread's place in some [`Jobs`]; held until it is dropped.
pub(crate) struct Place {
    before: usize,
    not_send: PhantomData<*const ()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        HELD.set(self.before);
    }
}

impl Jobs {
    /// Notes that this thread holds one of these places, or that it holds none for a while.
    pub(crate) fn held(&self, held: bool) -> Place {
        let now = if held {
            Arc::as_ptr(&self.0) as usize
        } else {
            0
        };
        Place {
            before: HELD.replace(now),
            not_send: PhantomData,
        }
    }

    /// Whether this thread holds one of these places already: it is running a task of a run that shares them.
    pub(crate) fn is_held(&self) -> bool {
        HELD.get() == Arc::as_ptr(&self.0) as usize
    }

    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Shared {
            limit: limit.max(1),
            detached: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            hungry: Mutex::default(),
        }))
    }

    pub(crate) fn limit(&self) -> usize {
        self.0.limit
    }

    /// Takes a place whether there is one or not: for a thread that cannot do anything else.
    pub(crate) fn take(&self) {
        self.0.taken.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes a place for `run`; if there is none, the run is remembered and granted the next.
    pub(crate) fn try_take(&self, run: &Arc<Run>) -> bool {
        if self.try_take_now() {
            return true;
        }
        if !run.set_hungry(true) {
            lock(&self.0.hungry).push_back(Arc::clone(run));
        }
        // A place may have become free before the run was on the list.
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

    /// Lets a thread go on that works in the place of the caller, who keeps the place.
    pub(crate) fn detach(&self) {
        self.0.detached.fetch_add(1, Ordering::AcqRel);
        self.take();
    }

    /// Such a thread has ended.
    pub(crate) fn end_detached(&self) {
        self.0.detached.fetch_sub(1, Ordering::AcqRel);
        self.give_back();
    }

    /// Gives a place back.
    pub(crate) fn give_back(&self) {
        self.0.taken.fetch_sub(1, Ordering::AcqRel);
        self.feed();
    }

    /// Grants free places to runs that asked for one.
    fn feed(&self) {
        loop {
            let mut hungry = lock(&self.0.hungry);
            if hungry.is_empty() || !self.try_take_now() {
                return;
            }
            // A run with more work than the one worker it gets now stays on the list.
            let (run, work) = loop {
                match hungry.pop_front().map(|run| (run.work(), run)) {
                    None => break (None, 0),
                    Some((0, run)) => {
                        run.set_hungry(false);
                        // It may have got work between the two looks, and then has asked in vain.
                        if run.has_work() && !run.set_hungry(true) {
                            hungry.push_back(run);
                        }
                    }
                    Some((work, run)) => break (Some(run), work),
                }
            };
            let Some(run) = run else {
                self.0.taken.fetch_sub(1, Ordering::AcqRel);
                return;
            };
            let wants_more = |work| work > 1 && self.limit() > 1;
            if wants_more(work) {
                hungry.push_back(Arc::clone(&run));
            } else {
                run.set_hungry(false);
                // Whoever has added work between the two looks has seen the run on the list, and has asked for nothing.
                if wants_more(run.work()) && !run.set_hungry(true) {
                    hungry.push_back(Arc::clone(&run));
                }
            }
            drop(hungry);
            run.grant();
        }
    }
}
