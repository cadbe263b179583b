//! Runs compiled graphs on this machine.
//!
//! A run is a tree of frames, one for each graph that is being executed. A frame counts for every node how many others it
//! still waits for; a node whose count reaches zero is ready. Ready nodes go to the workers of the run: the thread that
//! called `run`, and helpers from a pool of the process. A chain of tasks therefore stays on one thread, and a run inside a
//! task uses the worker it is on.

#[cfg(feature = "remote")]
pub use flyte_engine::IsolationError;
#[doc(hidden)]
pub use flyte_engine::plan_again;
pub use flyte_engine::{CancellationToken, Cancelled, Runner, Start, cancelled, is_cancelled};
