//! The end of a run: one thread claims it and sets the result, for another that waits for it.

use std::{
    sync::Arc,
    task::{Poll, Wake, Waker},
};

use super::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
    lock,
    thread::{self, Thread},
};

/// A result that is set once and taken once.
pub(super) struct Ending<T> {
    claimed: AtomicBool,
    state: Mutex<State<T>>,
}

struct State<T> {
    result: Option<T>,
    waker: Option<Waker>,
}

impl<T> Ending<T> {
    pub(super) fn new() -> Self {
        Self {
            claimed: AtomicBool::new(false),
            state: Mutex::new(State {
                result: None,
                waker: None,
            }),
        }
    }

    /// Whether the caller is the one that ends the run; true exactly once.
    pub(super) fn claim(&self) -> bool {
        !self.claimed.swap(true, Ordering::AcqRel)
    }

    /// Whether there is a result, or will be soon.
    pub(super) fn is_claimed(&self) -> bool {
        self.claimed.load(Ordering::Acquire)
    }

    /// Sets the result after a claim. The caller must wake the returned waker.
    #[must_use = "who waits for the result has to be woken"]
    pub(super) fn set(&self, result: T) -> Option<Waker> {
        let mut state = lock(&self.state);
        state.result = Some(result);
        state.waker.take()
    }

    /// The result, if it is there.
    pub(super) fn take(&self) -> Option<T> {
        lock(&self.state).result.take()
    }

    /// The result; or registers the waker, which replaces an earlier one.
    pub(super) fn poll(&self, waker: &Waker) -> Poll<T> {
        // Cloning and dropping a waker may run user code, so both happen outside of the lock.
        let waker = waker.clone();
        let mut state = lock(&self.state);
        if let Some(result) = state.result.take() {
            drop(state);
            return Poll::Ready(result);
        }
        let before = state.waker.replace(waker);
        drop(state);
        drop(before);
        Poll::Pending
    }

    /// Waits for the result.
    pub(super) fn wait(&self) -> T {
        struct Unpark(Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            if let Poll::Ready(result) = self.poll(&waker) {
                return result;
            }
            thread::park();
        }
    }
}
