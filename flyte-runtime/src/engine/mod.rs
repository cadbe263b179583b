//! Runs compiled graphs on this machine.
//!
//! A run is a tree of frames, one for each graph that is being executed. A frame counts for every node how many others it
//! still waits for; a node whose count reaches zero is ready. Ready nodes go to the workers of the run: the thread that
//! called `run`, and helpers from a pool of the process. A chain of tasks therefore stays on one thread, and a run inside a
//! task uses the worker it is on.

mod async_tasks;
mod attempts;
mod branches;
mod broadcast;
mod caching;
mod cancellation;
mod container;
mod directory;
mod ending;
mod execution;
mod frame;
mod in_flight;
mod instruments;
#[cfg(feature = "remote")]
mod isolated;
mod jobs;
mod maps;
mod nesting;
mod notice;
mod observe;
mod outline;
mod plan;
mod pool;
mod retries;
mod rules;
mod run;
mod runner;
mod schedule;
mod sync;
mod tasks;
mod telling;
mod timed;
mod worker;

pub(crate) use attempts::AttemptOf;
#[cfg(feature = "remote")]
pub(crate) use branches::compare;
pub(crate) use cancellation::OnStop;
pub use cancellation::{CancellationToken, Cancelled, cancelled, is_cancelled};
#[cfg(feature = "remote")]
pub(crate) use container::Container;
pub(crate) use directory::Sandbox;
pub(crate) use frame::{Frame, lock};
pub(crate) use instruments::{Instruments, Mock};
#[cfg(feature = "remote")]
pub(crate) use isolated::DECKS;
#[cfg(all(feature = "remote", feature = "cli"))]
pub(crate) use isolated::ISOLATED;
#[cfg(feature = "remote")]
pub use isolated::IsolationError;
#[cfg(all(unix, feature = "remote", feature = "cli"))]
pub(crate) use isolated::name_of as name_of_signal;
pub(crate) use outline::PlannedNode;
pub(crate) use plan::{Plan, plan};
#[cfg(feature = "remote")]
pub(crate) use retries::is_tried_again;
pub use runner::{Runner, Start};
