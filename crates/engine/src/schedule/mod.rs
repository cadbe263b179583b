//! The work of a run, and the threads that do it.

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
