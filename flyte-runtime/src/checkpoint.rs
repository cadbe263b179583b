//! Checkpoints: data that a task saves for its next attempt.
//!
//! A task that is retried starts again from the beginning. A task that saves its progress from time to time can
//! continue from there: it uses a [`Checkpoint`], and [`SyncCheckpoint`] stores it in a directory.
//!
//! ```
//! use flyte_runtime::checkpoint::{Checkpoint, SyncCheckpoint};
//! # let dir = flyte_runtime::files::TempSandbox::new();
//! # let dir = dir.path();
//!
//! // The first attempt counts to 3, and fails.
//! let first = SyncCheckpoint::new(dir.join("0"));
//! assert_eq!(first.read()?, None);
//! first.write(b"3")?;
//!
//! // The second one goes on from there.
//! let second = SyncCheckpoint::new(dir.join("1")).with_source(dir.join("0"));
//! assert_eq!(second.read()?.as_deref(), Some(&b"3"[..]));
//! # Ok::<(), flyte_runtime::checkpoint::CheckpointError>(())
//! ```
//!
//! Async code uses an [`AsyncCheckpoint`].
//!
//! Corresponds to `flytekit.core.checkpointer`, and to Flyte 2's `flyte.Checkpoint`.

pub use flyte_context::checkpoint::{AsyncCheckpoint, Checkpoint, CheckpointError, SyncCheckpoint};
