//! Threads that help runs with work, shared by the whole process and started when they are needed.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use super::{frame::lock, run::Run, worker::Worker};

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
}

static POOL: Pool = Pool {
    state: Mutex::new(State {
        granted: VecDeque::new(),
        idle: 0,
    }),
    arrived: Condvar::new(),
};

/// Has a thread help `run`, which holds a place for it.
pub(crate) fn help(run: Arc<Run>) {
    let mut state = lock(&POOL.state);
    state.granted.push_back(run);
    if state.granted.len() <= state.idle {
        drop(state);
        POOL.arrived.notify_one();
        return;
    }
    drop(state);
    // Without a thread the run waits in the list until another is free; its own thread works meanwhile.
    let started = thread::Builder::new()
        .name("flyte-worker".to_owned())
        .spawn(serve);
    if started.is_err() {
        POOL.arrived.notify_one();
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
                return;
            }
        };
        drop(state);
        worker.help(run);
    }
}
