//! The context of the running code: the parameters and services of a task.
//!
//! In a task, [`ctx`] returns its [`TaskContext`]: ids, attempt, directory, secrets, checkpoint, decks, logging and
//! metrics. A [`FlyteContext`] surrounds any code: [`FlyteContext::current`] returns the current one,
//! [`enter`](FlyteContext::enter) makes another the current one until its guard is dropped, and
//! [`scope`](FlyteContext::scope) does so while a future runs. Contexts are immutable, and belong to the thread or
//! async task that runs the code; [`spawn`], [`spawn_blocking`] and [`thread`] pass them on.
//!
//! # Metrics
//!
//! [`Stats`] is a task's handle for metrics: it has a prefix and tags, is cheap to clone, and passes every metric to a
//! [`StatsSink`]. The sinks are [`StatsdSink`](crate::compat::StatsdSink) for a statsd server,
//! [`RecordingStats`](crate::testing::RecordingStats) for tests, and [`NoStats`](crate::compat::NoStats). Sending a
//! metric never blocks and never fails a task; metrics that cannot be sent are dropped.
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
