//! Metrics of a task: counters, gauges, times and sets.
//!
//! [`Stats`] is the handle a task gets: it knows a prefix and tags, is cheap to clone, and hands every metric to a
//! [`StatsSink`]. The sinks are [`StatsdSink`] for a statsd server, [`RecordingStats`] for tests, and [`NoStats`].
//! Sending a metric never waits and never fails a task; what cannot be sent is dropped.
//!
//! ```
//! use flyte_runtime::stats::{RecordingStats, Stats};
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

pub use flyte_context::stats::{
    Metric, MetricValue, NoStats, RecordingStats, Stats, StatsSink, StatsdSink, Timer,
};
