//! The depth of runs that tasks start and wait for on their own threads.

use std::{cell::Cell, panic::resume_unwind, sync::Arc, thread};

use super::{Run, worker::Worker};
use crate::{schedule, sync::worker_thread};

/// How deep runs may be nested.
pub(crate) const MAX_DEPTH: u32 = 256;

/// How many nested runs may wait for each other on one stack. The smallest stacks in use, those of test threads, hold
/// three times as many in a build without optimisations.
const RUNS_A_STACK: u32 = 40;

thread_local! {
    /// The number of runs that this thread works for or waits for.
    static ON_THIS_STACK: Cell<u32> = const { Cell::new(0) };
}

/// One more run on this stack.
struct Level(u32);

impl Drop for Level {
    fn drop(&mut self) {
        ON_THIS_STACK.set(self.0);
    }
}

/// Works for a run until it ends. If this thread's stack may not suffice, a new thread does the work.
pub(crate) fn drive(run: &Arc<Run>) {
    let before = ON_THIS_STACK.get();
    if before >= RUNS_A_STACK {
        // The waiting task's permit passes to the thread that does the work.
        let held = run.schedule.permits.is_held();
        let ended = thread::scope(|scope| {
            let driving = worker_thread().spawn_scoped(scope, || {
                let _held = run.schedule.permits.held(held);
                drive(run);
            });
            driving.map(thread::ScopedJoinHandle::join)
        });
        match ended {
            Ok(Ok(())) => return,
            Ok(Err(panic)) => resume_unwind(panic),
            // No thread could be started; this stack may still suffice.
            Err(_) => {}
        }
    }
    ON_THIS_STACK.set(before + 1);
    let _level = Level(before);
    schedule::drive(&mut Worker::default(), run);
}
