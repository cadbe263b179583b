//! Runs graphs on this machine.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod cache;
pub mod call;
pub mod call_by_name;
pub mod clock;
pub mod deck_parts;
pub mod error;
pub mod gate;
pub mod process;
pub mod task_process;
pub mod testing;

mod attempt;
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
mod rules;
mod run;
mod runner;
mod schedule;
mod services;
mod sync;
mod timed;
mod worker;

pub(crate) use attempts::EngineAttempt;
pub use branches::compare;
pub(crate) use cancellation::OnStop;
pub use cancellation::{CancellationToken, Cancelled, cancelled, is_cancelled};
pub use container::Container;
#[cfg(feature = "remote")]
pub use execution::is_tried_again;
#[cfg(all(unix, feature = "remote"))]
pub use isolated::name_of as name_of_signal;
#[cfg(feature = "remote")]
pub use isolated::{DECKS, ISOLATED, IsolationError};
#[doc(hidden)]
pub use plan::plan_again;
pub use runner::{Runner, Start};
pub use services::{ContextInstruments, Instruments, Mock, WithInstruments};
