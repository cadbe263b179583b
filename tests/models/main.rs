//! How the threads of the engine work together, tried in many orders.
//!
//! The files of the engine that say how threads wait for one another are compiled once more, with the primitives of a
//! scheduler that decides at each step which thread goes on (`sync.rs`): permits, starved runs, helpers, the queue of a
//! run and its end. What a run does besides is replaced by work that checks what must hold. A thread that waits for
//! ever is a deadlock, which the scheduler reports.
//!
//! `tests/models/run` tries each model in 10 000 orders or more. A failure shows the seed and the order itself.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests have no users and show what failed"
)]

mod sync;

#[allow(dead_code, reason = "the engine uses more of them than the models")]
#[path = "../../crates/engine/src/run/ending.rs"]
mod ending;
#[allow(dead_code, reason = "the engine uses more of them than the models")]
#[path = "../../crates/engine/src/run/in_flight.rs"]
mod in_flight;
#[allow(dead_code, reason = "the engine uses more of them than the models")]
#[path = "../../crates/engine/src/schedule/permits.rs"]
mod permits;
#[allow(dead_code, reason = "the engine uses more of them than the models")]
#[path = "../../crates/engine/src/schedule/pool.rs"]
mod pool;
#[allow(dead_code, reason = "the engine uses more of them than the models")]
#[path = "../../crates/engine/src/schedule/queue.rs"]
mod queue;

mod ends;
mod orders;
mod workers;
