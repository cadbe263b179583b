//! Why a run did not give a result.
//!
//! The text of an error is made once, when its attempt has failed, into a `RenderedError` that is kept beside the
//! error. Reports, events, histories and the command line show that text; nothing asks the error again. Of a text 64
//! KiB are kept, with a notice of how many bytes more there were, and so much of the texts of its causes together; no
//! more than 128 causes are looked at.
//!
//! The code of an error can do nothing to a run but fail an attempt. If `Display` panics or gives `fmt::Error`, or
//! `source` panics, the report says so. `Debug` is not called at all. If the drop of an error or a value panics, a
//! warning of `tracing` says so, also when the caller drops the [`RunError`]; what a panic carries is dropped in
//! silence. Two drops that panic at once, as of two items of one `Vec`, end the process, as everywhere in Rust.
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
