//! Where the current code runs, and what a task is told while it runs.
//!
//! In a task, [`ctx`] gives its [`TaskContext`]: ids, attempt, directory, secrets, checkpoint, decks, logging and
//! metrics. Around code there is a [`FlyteContext`]: [`FlyteContext::current`] is the one that holds here,
//! [`enter`](FlyteContext::enter) makes another hold until its guard is dropped, and [`scope`](FlyteContext::scope)
//! while a future runs. It is immutable, and belongs to the thread or to the async task that runs the code; [`spawn`],
//! [`spawn_blocking`] and [`thread`] take it along.
//!
//! # Metrics
//!
//! [`Stats`] is the handle a task gets: it knows a prefix and tags, is cheap to clone, and hands every metric to a
//! [`StatsSink`]. The sinks are [`StatsdSink`](crate::compat::StatsdSink) for a statsd server,
//! [`RecordingStats`](crate::testing::RecordingStats) for tests, and [`NoStats`](crate::compat::NoStats).
//! Sending a metric never waits and never fails a task; what cannot be sent is dropped.
//!
//! ```
//! use flyte_runtime::{context::Stats, testing::RecordingStats};
//!
//! let recording = RecordingStats::new();
//! let stats = Stats::new(recording.clone()).scope("my_task.user_stats").tagged("team", "ml");
//!
//! stats.incr("rows");
//! stats.incr_by("rows", 30);
//! stats.gauge("queue", 4.0);
//! let timer = stats.timer("load");
//! timer.stop();
//!
//! assert_eq!(recording.counter("my_task.user_stats.rows"), 31);
//! assert_eq!(recording.gauge("my_task.user_stats.queue"), Some(4.0));
//! assert_eq!(recording.timings("my_task.user_stats.load").len(), 1);
//! ```
//!
//! Corresponds to `flytekit.interfaces.stats`: `Stats` is `TaggableStats`, `RecordingStats` is `MockStats`.

pub use flyte_config::identifier::ActionId;
pub use flyte_context::{
    context::{
        ContextGuard, FlyteContext, FlyteContextBuilder, RunMode, TaskContext, ctx, custom_context,
        get_custom_context, group, spawn, spawn_blocking, thread,
    },
    stats::{Metric, MetricValue, Stats, StatsSink},
};
