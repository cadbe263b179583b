//! Holds the end of a run back until what is being told of it has been told, and blocks what comes later.

use std::{
    cell::RefCell,
    marker::PhantomData,
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use flyte_core::lock::{lock, unpoisoned};

/// How long the end of a run waits for events that other threads are telling. Only a task that was left behind can be
/// telling then. An observer that takes longer over its event is told of the end first.
const LONGEST: Duration = Duration::from_secs(1);

thread_local! {
    /// The drains that this thread has entered: an observer may end a run, and is told of that meanwhile.
    static ENTERED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Blocks new events once the run has ended.
#[derive(Default)]
pub(super) struct Drain {
    /// How many events are being told.
    entered: AtomicUsize,
    is_closed: AtomicBool,
    /// For the thread that waits for the others.
    closing: Mutex<()>,
    emptied: Condvar,
}

/// An event that is being told. It belongs to its thread.
pub(super) struct Entered<'d> {
    drain: &'d Drain,
    _of_a_thread: PhantomData<*const ()>,
}

impl Drain {
    /// Begins to tell an event; `None` when the run has ended.
    pub(super) fn enter(&self) -> Option<Entered<'_>> {
        // Either this sees that it is over, or who ends it sees this.
        self.entered.fetch_add(1, Ordering::SeqCst);
        ENTERED.with_borrow_mut(|entered| entered.push(self.address()));
        let entered = Entered {
            drain: self,
            _of_a_thread: PhantomData,
        };
        (!self.is_closed.load(Ordering::SeqCst)).then_some(entered)
    }

    /// Lets no event in any more, and waits until other threads have told theirs.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        let address = self.address();
        let own = ENTERED.with_borrow(|entered| {
            let own = entered.iter().filter(|drain| **drain == address);
            own.count()
        });
        let is_busy = |(): &mut ()| self.entered.load(Ordering::SeqCst) > own;
        let emptied = self
            .emptied
            .wait_timeout_while(lock(&self.closing), LONGEST, is_busy);
        let _emptied = unpoisoned(emptied);
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let address = self.drain.address();
        ENTERED.with_borrow_mut(|entered| {
            if let Some(place) = entered.iter().rposition(|drain| *drain == address) {
                entered.remove(place);
            }
        });
        self.drain.entered.fetch_sub(1, Ordering::SeqCst);
        // Either this sees that a thread waits, or that thread sees that this is over.
        if self.drain.is_closed.load(Ordering::SeqCst) {
            drop(lock(&self.drain.closing));
            self.drain.emptied.notify_all();
        }
    }
}
