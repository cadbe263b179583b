//! Why a run failed.
//!
//! The text of an error is rendered once, when its attempt fails, into a `RenderedError` that is kept with the error.
//! Reports, events, histories and the command line show that text; the error is not formatted again. One text is kept
//! up to 64 KiB, with a note of how many bytes are missing, and so are the texts of its causes together; at most 128
//! causes are followed.
//!
//! The code of an error can only fail its attempt, not the run. If `Display` panics or returns `fmt::Error`, or
//! `source` panics, the report says so. `Debug` is never called. If the drop of an error or a value panics, this is
//! logged as a `tracing` warning, also when the caller drops the [`RunError`]; the payload of the panic is dropped
//! silently. As everywhere in Rust, two drops that panic at once, such as those of two items of one `Vec`, end the
//! process.
//!
//! ```
//! use std::fmt;
//! use flyte_runtime::{error::FailureCause, prelude::*};
//!
//! #[derive(Debug)]
//! struct Broken;
//!
//! impl fmt::Display for Broken {
//!     fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
//!         panic!("no text")
//!     }
//! }
//!
//! impl std::error::Error for Broken {}
//!
//! #[task]
//! fn breaks() -> Result<i64, Broken> {
//!     Err(Broken)
//! }
//!
//! let RunError::Failed(failure) = breaks::run().unwrap_err() else {
//!     panic!("another error");
//! };
//! let cause = &failure.first.cause;
//! assert!(cause.rendered().message().starts_with("the error's `Display` panicked at "));
//! // The error is still there.
//! assert!(matches!(cause, FailureCause::Error(error) if error.is::<Broken>()));
//! ```

pub use flyte_core::{
    error::{BoxError, IgnoreOutputs, TaskError},
    graph::entity::{NoPluginError, NotHereError},
};
pub use flyte_engine::{
    error::{FailureCause, NodeFailure, RunError, RunFailure, TimeLimit},
    process::ProcessError,
};
