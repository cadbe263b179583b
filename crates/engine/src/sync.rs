//! What the threads of the engine wait for one another with.
//!
//! `run/{ending,in_flight}.rs` and `schedule/{permits,pool,queue}.rs` take these names from here alone: `tests/models`
//! compiles the same files with the primitives of a scheduler that tries many orders.

pub(crate) use flyte_core::lock::{lock, unpoisoned};
use std::env;
pub(crate) use std::{
    sync::{Condvar, Mutex, atomic},
    thread, thread_local,
};

/// The stack of a thread that runs tasks: as large as that of the thread on which a program begins, so that what a task
/// can do does not depend on who runs it.
const STACK: usize = 8 << 20;

/// A thread that will run tasks.
pub(crate) fn worker_thread() -> thread::Builder {
    let builder = thread::Builder::new().name("flyte-worker".to_owned());
    // Whoever has said how large stacks are is heard by the standard library.
    match env::var_os("RUST_MIN_STACK") {
        Some(_) => builder,
        None => builder.stack_size(STACK),
    }
}
