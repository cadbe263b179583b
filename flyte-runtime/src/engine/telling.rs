//! When the story of a run is over, so that nothing is told behind its end.

use std::{
    cell::RefCell,
    marker::PhantomData,
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::lock::{lock, unpoisoned};

/// How long the end of a story waits for what is being told. Nothing but a task that was left behind can be telling then, and an observer
/// that keeps it for longer is told of the end first.
const LONGEST: Duration = Duration::from_secs(1);

thread_local! {
    /// The stories that this thread is telling something of: an observer may end a run, and is told of that meanwhile.
    static TELLING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Lets be told what happens until the story is over.
#[derive(Default)]
pub(super) struct Gate {
    telling: AtomicUsize,
    is_over: AtomicBool,
    /// For the thread that waits for the others.
    closing: Mutex<()>,
    told: Condvar,
}

/// Something is being told. It belongs to its thread.
pub(super) struct Telling<'g> {
    gate: &'g Gate,
    _of_a_thread: PhantomData<*const ()>,
}

impl Gate {
    /// Begins to tell something; `None` when the story is over.
    pub(super) fn enter(&self) -> Option<Telling<'_>> {
        // Either this sees that it is over, or who ends it sees this.
        self.telling.fetch_add(1, Ordering::SeqCst);
        TELLING.with_borrow_mut(|telling| telling.push(self.address()));
        let telling = Telling {
            gate: self,
            _of_a_thread: PhantomData,
        };
        (!self.is_over.load(Ordering::SeqCst)).then_some(telling)
    }

    /// Ends the story, when nothing is being told by other threads.
    pub(super) fn close(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        let address = self.address();
        let own = TELLING.with_borrow(|telling| {
            let own = telling.iter().filter(|gate| **gate == address);
            own.count()
        });
        let is_telling = |(): &mut ()| self.telling.load(Ordering::SeqCst) > own;
        let told = self
            .told
            .wait_timeout_while(lock(&self.closing), LONGEST, is_telling);
        let _told = unpoisoned(told);
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        let address = self.gate.address();
        TELLING.with_borrow_mut(|telling| {
            if let Some(place) = telling.iter().rposition(|gate| *gate == address) {
                telling.remove(place);
            }
        });
        self.gate.telling.fetch_sub(1, Ordering::SeqCst);
        // Either this sees that somebody waits, or who waits sees that this is over.
        if self.gate.is_over.load(Ordering::SeqCst) {
            drop(lock(&self.gate.closing));
            self.gate.told.notify_all();
        }
    }
}
