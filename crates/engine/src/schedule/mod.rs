//! The work of a run, and the threads that do it.

mod parking;
mod permits;
mod pool;
mod queue;

use super::sync;
pub(crate) use parking::Parking;
pub(super) use permits::{Permit, Permits};
pub(super) use pool::Pool;
pub(super) use queue::{Hand, Role, Schedule, Scheduled, Went, drive};
