//! Delays the end of a run until observers have received its earlier events, and blocks later events.

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

/// How long the end of a run waits for events that other threads are sending. At that point only a task that was left
/// behind can be sending. An observer that takes longer receives the end of the run first.
const LONGEST: Duration = Duration::from_secs(1);

thread_local! {
    /// The drains that this thread has entered: an observer may itself end a run, and receives the end while it handles
    /// an event.
    static ENTERED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Blocks new events once the run has ended.
#[derive(Default)]
pub(super) struct Drain {
    /// How many events are being sent.
    entered: AtomicUsize,
    is_closed: AtomicBool,
    /// For the thread that waits for the others.
    closing: Mutex<()>,
    emptied: Condvar,
}

/// An event that is being sent. It belongs to its thread.
pub(super) struct Entered<'d> {
    drain: &'d Drain,
    _of_a_thread: PhantomData<*const ()>,
}

impl Drain {
    /// Begins to send an event; `None` once the run has ended.
    pub(super) fn enter(&self) -> Option<Entered<'_>> {
        // Either this thread sees that the drain is closed, or the thread that closes it sees this one.
        self.entered.fetch_add(1, Ordering::SeqCst);
        ENTERED.with_borrow_mut(|entered| entered.push(self.address()));
        let entered = Entered {
            drain: self,
            _of_a_thread: PhantomData,
        };
        (!self.is_closed.load(Ordering::SeqCst)).then_some(entered)
    }

    /// Blocks new events, and waits until other threads have sent theirs.
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
        // Either this thread sees that another waits, or that one sees that this event is done.
        if self.drain.is_closed.load(Ordering::SeqCst) {
            drop(lock(&self.drain.closing));
            self.drain.emptied.notify_all();
        }
    }
}
