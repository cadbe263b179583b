//! Threads that help runs with work, shared by the whole process and started when they are needed.

use std::{
    collections::VecDeque,
    env,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use super::{frame::lock, run::Run, worker::Worker};

/// The stack of a thread that runs tasks: as large as that of the thread on which a program begins, so that what a task can do does not
/// depend on who runs it.
const STACK: usize = 8 << 20;

/// How long a thread without work stays.
const IDLE: Duration = Duration::from_secs(10);

struct Pool {
    state: Mutex<State>,
    arrived: Condvar,
}

struct State {
    /// Runs that were granted a place and wait for a thread.
    granted: VecDeque<Arc<Run>>,
    idle: usize,
    /// All of them.
    threads: usize,
}

static POOL: Pool = Pool {
    state: Mutex::new(State {
        granted: VecDeque::new(),
        idle: 0,
        threads: 0,
    }),
    arrived: Condvar::new(),
};

/// A thread that will run tasks.
pub(super) fn thread(name: &str) -> thread::Builder {
    let builder = thread::Builder::new().name(name.to_owned());
    // Whoever has said how large stacks are is heard by the standard library.
    match env::var_os("RUST_MIN_STACK") {
        Some(_) => builder,
        None => builder.stack_size(STACK),
    }
}

/// Has a thread help `run`, which holds a place for it.
pub(crate) fn help(run: Arc<Run>) {
    let mut state = lock(&POOL.state);
    state.granted.push_back(Arc::clone(&run));
    if state.granted.len() <= state.idle {
        drop(state);
        POOL.arrived.notify_one();
        return;
    }
    state.threads += 1;
    drop(state);
    if thread("flyte-worker").spawn(serve).is_ok() {
        return;
    }
    let mut state = lock(&POOL.state);
    state.threads -= 1;
    if state.threads > 0 || run.has_workers() {
        // The run waits in the list until a thread is free; its own works meanwhile.
        drop(state);
        POOL.arrived.notify_one();
        return;
    }
    // Nobody else is ever going to work for it.
    let place = state
        .granted
        .iter()
        .position(|other| Arc::ptr_eq(other, &run));
    let granted = place.and_then(|place| state.granted.remove(place));
    drop(state);
    if let Some(run) = granted {
        Worker::default().help(run);
    }
}

fn serve() {
    let mut worker = Worker::default();
    loop {
        let mut state = lock(&POOL.state);
        let run = loop {
            if let Some(run) = state.granted.pop_front() {
                break run;
            }
            state.idle += 1;
            let (woken, waited) = POOL
                .arrived
                .wait_timeout(state, IDLE)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if waited.timed_out() && state.granted.is_empty() {
                state.threads -= 1;
                return;
            }
        };
        drop(state);
        worker.help(run);
    }
}
