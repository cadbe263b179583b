//! Runs compiled graphs on this machine.
//!
//! A run is a tree of frames, one for each graph that is being executed. A frame counts for every node how many others it
//! still waits for; a node whose count reaches zero is ready. Ready nodes go to the workers of the run: the thread that
//! called `run`, and helpers from a pool of the process. A chain of tasks therefore stays on one thread, and a run inside a
//! task uses the worker it is on.

mod async_tasks;
mod attempts;
mod branches;
mod caching;
mod cancellation;
mod container;
mod execution;
mod frame;
#[cfg(feature = "remote")]
mod isolated;
mod maps;
mod observe;
mod parked;
mod plan;
mod retries;
mod rules;
mod run;
mod runner;
mod schedule;
mod services;
mod sync;
mod tasks;
mod timed;
mod worker;

pub(crate) use attempts::EngineAttempt;
#[cfg(feature = "remote")]
pub(crate) use branches::compare;
pub(crate) use cancellation::OnStop;
pub use cancellation::{CancellationToken, Cancelled, cancelled, is_cancelled};
#[cfg(feature = "remote")]
pub(crate) use container::Container;
#[cfg(feature = "remote")]
pub(crate) use isolated::DECKS;
#[cfg(all(feature = "remote", feature = "cli"))]
pub(crate) use isolated::ISOLATED;
#[cfg(feature = "remote")]
pub use isolated::IsolationError;
#[cfg(all(unix, feature = "remote", feature = "cli"))]
pub(crate) use isolated::name_of as name_of_signal;
#[doc(hidden)]
pub use plan::plan_again;
#[cfg(feature = "remote")]
pub(crate) use retries::is_tried_again;
pub use runner::{Runner, Start};
pub(crate) use services::{ContextInstruments, Instruments, Mock, WithInstruments};
