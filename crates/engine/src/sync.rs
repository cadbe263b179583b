//! The synchronisation primitives of the engine.
//!
//! `run/{ending,in_flight}.rs` and `schedule/{permits,pool,queue}.rs` import these names only from here: `tests/models`
//! compiles the same files with the primitives of a scheduler that tries many orders.

pub(crate) use flyte_core::lock::{lock, unpoisoned};
use std::env;
pub(crate) use std::{
    sync::{Condvar, Mutex, atomic},
    thread, thread_local,
};

/// The stack size of a thread that runs tasks. It equals that of a program's main thread, so that a task can do the
/// same on either.
const STACK: usize = 8 << 20;

/// A thread that will run tasks.
pub(crate) fn worker_thread() -> thread::Builder {
    let builder = thread::Builder::new().name("flyte-worker".to_owned());
    // The standard library reads this variable, so a user's choice is kept.
    match env::var_os("RUST_MIN_STACK") {
        Some(_) => builder,
        None => builder.stack_size(STACK),
    }
}
