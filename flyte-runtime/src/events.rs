//! The events of a run, and observers that receive them while it runs.
//!
//! A run emits one stream of [`Event`]s: the starts and ends of the run, its nodes and their attempts. All displays and
//! records of a run read this stream: [`Progress`](crate::view::Progress) for users, [`JsonLines`] for programs, the
//! [history](crate::history), the pages of tasks ([decks](crate::deck)), the warnings of `tracing`, and, with the
//! feature `otel`, `OpenTelemetry`. Implement [`Observer`] to receive it as well, or pass a closure. An event without
//! readers is not created.
//!
//! Only spans need more than this stream: the `tracing` spans of runs, nodes and attempts are entered around an
//! attempt, so that records of the task itself are inside them.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use flyte_runtime::{events::{Event, EventKind}, prelude::*};
//!
//! #[task]
//! fn square(x: i64) -> i64 {
//!     x * x
//! }
//!
//! #[workflow]
//! fn fourth_power(x: i64) -> i64 {
//!     square(square(x))
//! }
//!
//! let ended = Arc::new(Mutex::new(Vec::new()));
//! let seen = Arc::clone(&ended);
//! let runner = Runner::local().observe(move |event: &Event| {
//!     if let EventKind::NodeEnded { node, state, .. } = &event.kind {
//!         seen.lock().unwrap().push(format!("{} {state}", node.path));
//!     }
//! });
//! assert_eq!(runner.run(fourth_power::call(3))?, 81);
//! assert_eq!(*ended.lock().unwrap(), ["n0 succeeded", "n1 succeeded"]);
//! # Ok::<(), RunError>(())
//! ```
//!
//! A run without observers does not create events. In an observed run, every event is sent on the thread on which it
//! happens, before the run continues there, so a slow observer slows the run. An observer that panics receives no more
//! events, and the run continues. A run that an observer starts is a separate run, and the outer run's observers do not
//! observe it.
//!
//! # Nodes
//!
//! The nodes of a run form a tree, and `NodeInfo::path` is a node's position in it: `n1/n0` is the first node of the
//! workflow that is the second node, and `n1[3]` is the fourth element of a map. A run that a task starts is below the
//! node of the task, as a node of the kind [`NodeKind::Call`]: `n0/square.2c26b46b` has the first digits of the hash of
//! its inputs and, from the second call with equal inputs on, a number. So the same run always has the same paths,
//! whatever the order of execution.
//!
//! # Waits
//!
//! Events also tell what a node waits for, so that waiting, running and delays between attempts can be told apart:
//! [`EventKind::WaitStarted`] for a node that waits, with a reason that is displayed as `permit` (for one of the run's
//! jobs), `gate` (for the answer to a gate), `equal call` or `queue` (of a cluster); and [`EventKind::BackoffStarted`]
//! for the delay before another attempt. The numbers `tasks` of [`EventKind::RunStarted`], [`EventKind::NodeStarted`]
//! and [`EventKind::GraphBuilt`] add up to how many tasks are known so far. Elements of a map that no job has taken yet
//! have no events of their own.
//!
//! # The end
//!
//! [`EventKind::RunEnded`] is the last event of a run. A sync task that does not end at its timeout, or with its run,
//! is detached and continues on its thread. Its events, including those of runs that it starts, are sent below its node
//! until the run ends; nodes that still run then are reported as cancelled, and nothing is reported later. Only the log
//! still gets its warnings.

#[cfg(feature = "otel")]
pub use flyte_events::events::OpenTelemetry;
pub use flyte_events::events::{
    Event, EventKind, JsonLines, NodeKind, NodeState, Observer, Recalled, RunState, Values,
};
