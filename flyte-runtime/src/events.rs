//! What happens in a run, told while it happens.
//!
//! A run tells one stream of [`Event`]s: that it, its nodes and their attempts start and end, and how. Everything that
//! shows or keeps what happens reads this stream: [`Progress`](crate::view::Progress) for people, [`JsonLines`] for
//! programs, the [history](crate::history), the pages of tasks ([decks](crate::deck)), the warnings of `tracing`, and
//! with the feature `otel` `OpenTelemetry`. Whoever wants to be told as well is an [`Observer`]; a closure is one. An
//! event that nobody reads is not made.
//!
//! The one thing that no reader can do is to be around the code of a task: the `tracing` spans of runs, nodes and
//! attempts are entered where an attempt is made, so that what the task itself says is inside of them.
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
//! A run that nobody observes makes no events. In one that is observed every event is told on the thread on which it
//! happens, before the run goes on there, so an observer that is slow slows the run; one that panics is not told
//! anything any more, and the run goes on. A run that an observer starts is a run of its own: no part of the one that
//! it is told of, and not observed by what observes that.
//!
//! # Nodes
//!
//! The nodes of a run are a tree, and `NodeInfo::path` is a node's place in it: `n1/n0` is the first node of the
//! workflow that is the second node, `n1[3]` the fourth element of a map. A run that a task starts is below the node of
//! the task, as a node of the kind [`NodeKind::Call`]: `n0/square.2c26b46b`, with the beginning of the hash of its
//! inputs and, from the second call with equal inputs on, its number. So the same run has the same paths every time,
//! whatever ran first.
//!
//! # The end
//!
//! [`EventKind::RunEnded`] is the last event of a run. A sync task that does not end when its time is over, or its run,
//! is left behind on its thread. What it does there, runs that it starts included, is told below its node until the run
//! ends; what goes on then is told as cancelled, and nothing after that. The log alone still gets its warnings.

#[cfg(feature = "otel")]
pub use flyte_events::events::OpenTelemetry;
pub use flyte_events::events::{
    Event, EventKind, JsonLines, NodeKind, NodeState, Observer, Recalled, RunState, Values,
};
