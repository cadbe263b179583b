//! Threads that help runs. The whole process shares them, and they start when needed.

use std::{
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use super::{
    queue::{self, Scheduled},
    sync::{Condvar, Mutex, lock, unpoisoned, worker_thread},
};

/// How long a thread without work stays.
const IDLE: Duration = Duration::from_secs(10);

/// The threads, and the runs that wait for one.
pub(crate) struct Pool<R> {
    state: Mutex<State<R>>,
    arrived: Condvar,
}

struct State<R> {
    /// Runs that were granted a permit and wait for a thread.
    granted: VecDeque<Arc<R>>,
    idle: usize,
    /// The number of all threads.
    threads: usize,
}

impl<R> fmt::Debug for Pool<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State {
            granted,
            idle,
            threads,
        } = &*lock(&self.state);
        f.debug_struct("Pool")
            .field("granted", &granted.len())
            .field("idle", idle)
            .field("threads", threads)
            .finish()
    }
}

impl<R: Scheduled> Pool<R> {
    pub(crate) const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                granted: VecDeque::new(),
                idle: 0,
                threads: 0,
            }),
            arrived: Condvar::new(),
        }
    }

    /// Assigns a thread to help `run`, which holds a permit for it.
    pub(super) fn help(&'static self, run: Arc<R>) {
        let mut state = lock(&self.state);
        state.granted.push_back(run);
        if state.granted.len() <= state.idle {
            drop(state);
            self.arrived.notify_one();
            return;
        }
        state.threads += 1;
        drop(state);
        if worker_thread().spawn(move || self.serve()).is_ok() {
            return;
        }
        let mut state = lock(&self.state);
        state.threads -= 1;
        if state.threads > 0 {
            // The run waits in the list until a thread is free.
            drop(state);
            self.arrived.notify_one();
            return;
        }
        // No thread will look at the list again. Other runs in it may have relied on this thread.
        let granted = std::mem::take(&mut state.granted);
        drop(state);
        for run in granted {
            if run.schedule().has_workers() {
                // The thread that works for it looks for more work before it leaves.
                run.schedule().permits.put_back();
            } else {
                queue::help(&mut R::Worker::default(), run);
            }
        }
    }

    /// A run to help; `None` if none came for a while. The thread is then no longer counted.
    fn next(&self) -> Option<Arc<R>> {
        let mut state = lock(&self.state);
        loop {
            if let Some(run) = state.granted.pop_front() {
                return Some(run);
            }
            state.idle += 1;
            let (woken, waited) = unpoisoned(self.arrived.wait_timeout(state, IDLE));
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.granted.is_empty() {
                state.threads -= 1;
                return None;
            }
        }
    }

    /// The main function of a thread. A panic that arrives here is a bug of the engine. It ends the run, but neither
    /// the thread nor the other runs that wait for it.
    fn serve(&self) {
        let mut worker = R::Worker::default();
        while let Some(run) = self.next() {
            let helped = catch_unwind(AssertUnwindSafe(|| {
                queue::help(&mut worker, Arc::clone(&run));
            }));
            if helped.is_err() {
                // The worker may hold values of user types that panic again when they are dropped, and so may the code
                // that waits for the end of the run.
                let broken = std::mem::take(&mut worker);
                let _dropped = catch_unwind(AssertUnwindSafe(|| drop(broken)));
                let _ended = catch_unwind(AssertUnwindSafe(|| run.break_down()));
            }
        }
    }
}
