//! The work of a run, and the threads that do it.
//!
//! `permits.rs`, `pool.rs` and `queue.rs` know of a run what [`Scheduled`] says and nothing else; `tests/models` compiles
//! them once more and tries them in many orders.

mod depth;
mod parking;
mod permits;
mod pool;
mod queue;

use super::sync;
pub(super) use depth::{MAX_DEPTH, drive};
pub(crate) use parking::Parking;
pub(super) use permits::{Permit, Permits};
pub(super) use pool::Pool;
pub(super) use queue::{Hand, Role, Schedule, Scheduled, Went};
