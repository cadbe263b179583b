//! What `crates/engine/src/sync.rs` has, of a scheduler that decides at each step which thread goes on.

use std::{
    cell::{Cell, RefCell},
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

pub(crate) use shuttle::{
    sync::{Mutex, MutexGuard, atomic},
    thread, thread_local,
};
use std::sync::PoisonError;

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    unpoisoned(mutex.lock())
}

pub(crate) fn unpoisoned<W>(woken: Woken<W>) -> W {
    woken.unwrap_or_else(PoisonError::into_inner)
}

// All threads of a model are one thread of the system, so these are for the model as a whole.
std::thread_local! {
    /// Whether the time of those is over who wait for a while.
    static IS_LATE: Cell<bool> = const { Cell::new(false) };
    static SLEEPERS: RefCell<Vec<Arc<shuttle::sync::Condvar>>> = const { RefCell::new(Vec::new()) };
    /// How many of the next threads cannot be started.
    static FAILING: Cell<u32> = const { Cell::new(0) };
}

/// Before each execution of a model.
pub(crate) fn begin(failing: u32) {
    IS_LATE.set(false);
    SLEEPERS.take();
    FAILING.set(failing);
}

/// Lets time pass until `is_enough`: who waits for a while has waited long enough.
pub(crate) fn pass_time(is_enough: impl Fn() -> bool) {
    IS_LATE.set(true);
    while !is_enough() {
        let sleepers = SLEEPERS.with_borrow(Clone::clone);
        sleepers.iter().for_each(|sleeper| sleeper.notify_all());
        thread::yield_now();
    }
}

#[derive(Default)]
pub(crate) struct Condvar(OnceLock<Arc<shuttle::sync::Condvar>>);

pub(crate) struct Waited(bool);

impl Waited {
    pub(crate) fn timed_out(&self) -> bool {
        self.0
    }
}

type Woken<W> = Result<W, PoisonError<W>>;

impl Condvar {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    fn inner(&self) -> &Arc<shuttle::sync::Condvar> {
        self.0.get_or_init(Arc::default)
    }

    pub(crate) fn notify_one(&self) {
        self.inner().notify_one();
    }

    pub(crate) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> Woken<MutexGuard<'a, T>> {
        self.inner().wait(guard)
    }

    /// Waits until it is notified or time passes, however long the time is.
    pub(crate) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _time: Duration,
    ) -> Woken<(MutexGuard<'a, T>, Waited)> {
        let inner = self.inner();
        SLEEPERS.with_borrow_mut(|sleepers| {
            if !sleepers.iter().any(|other| Arc::ptr_eq(other, inner)) {
                sleepers.push(Arc::clone(inner));
            }
        });
        let guard = inner.wait(guard).unwrap_or_else(PoisonError::into_inner);
        Ok((guard, Waited(IS_LATE.get())))
    }
}

/// Starts threads, or does not.
pub(crate) struct Builder(thread::Builder);

pub(crate) fn worker_thread() -> Builder {
    Builder(thread::Builder::new())
}

impl Builder {
    pub(crate) fn spawn(
        self,
        work: impl FnOnce() + Send + 'static,
    ) -> io::Result<thread::JoinHandle<()>> {
        let failing = FAILING.get();
        if failing > 0 {
            FAILING.set(failing - 1);
            return Err(io::Error::other("no thread is to be had"));
        }
        self.0.spawn(work)
    }
}
