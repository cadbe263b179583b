//! Checkpoints: what a task keeps for its next attempt.
//!
//! A task that is retried starts again from the beginning. One that writes down from time to time how far it is can go
//! on from there: [`Checkpoint`] is what it writes to and reads from, [`SyncCheckpoint`] keeps it in a directory.
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
//! Async code awaits the same of an [`AsyncCheckpoint`].
//!
//! Corresponds to `flytekit.core.checkpointer`, and to Flyte 2's `flyte.Checkpoint`.

pub use flyte_context::checkpoint::{AsyncCheckpoint, Checkpoint, CheckpointError, SyncCheckpoint};
