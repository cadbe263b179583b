//! Runs graphs on this machine.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

pub mod cache;
pub mod clock;
pub mod error;
pub mod gate;
pub mod process;
pub mod runner;
pub mod testing;

mod attempt;
mod cancellation;
mod container;
mod instruments;
mod launcher;
mod plan;
mod run;
mod schedule;
mod sync;

pub use cancellation::{CancellationToken, Cancelled, cancelled, is_cancelled};
pub use container::Container;
pub use instruments::{ContextInstruments, Instruments, Mock, WithInstruments};
pub use launcher::{Launch, Launcher};
#[doc(hidden)]
pub use plan::plan_again;
pub use run::compare;
pub use run::is_tried_again;
#[cfg(unix)]
pub use run::name_of_signal;
pub use run::{DECKS, ISOLATED, IsolationError};
pub use runner::{Runner, Start};
