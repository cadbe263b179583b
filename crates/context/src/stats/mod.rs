//! Metrics of a task: counters, gauges, times and sets.

mod recording;
mod statsd;
#[cfg(test)]
mod tests;

pub use recording::RecordingStats;
pub use statsd::StatsdSink;

use std::{
    collections::BTreeMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use flyte_config::config::StatsConfig;

/// The value of a metric.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MetricValue {
    /// A counter increases by this, or decreases if it is negative.
    Count(i64),
    /// A quantity now has this value.
    Gauge(f64),
    /// Something took this long.
    Timing(Duration),
    /// This value was seen; the server counts the different ones.
    Unique(String),
}

/// A metric for a sink.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// The full name, with its prefix; the parts are separated by dots.
    pub name: String,
    /// Its value.
    pub value: MetricValue,
    /// Its tags, by key.
    pub tags: Arc<BTreeMap<String, String>>,
}

/// Displays `name value {tag=value}`, on one line.
impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.value {
            MetricValue::Count(count) => write!(f, "{name} {count:+}")?,
            MetricValue::Gauge(value) => write!(f, "{name} = {value}")?,
            MetricValue::Timing(took) => write!(f, "{name} took {took:?}")?,
            MetricValue::Unique(seen) => write!(f, "{name} saw {seen}")?,
        }
        if self.tags.is_empty() {
            return Ok(());
        }
        let tags: Vec<_> = self
            .tags
            .iter()
            .map(|(key, tag)| format!("{key}={tag}"))
            .collect();
        write!(f, " {{{}}}", tags.join(", "))
    }
}

/// Receives metrics.
pub trait StatsSink: fmt::Debug + Send + Sync {
    /// Takes a metric. It is called inside tasks, so it must neither block nor panic, and it cannot report a failure.
    fn send(&self, metric: Metric);
}

/// A sink that discards metrics.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoStats;

impl StatsSink for NoStats {
    fn send(&self, _metric: Metric) {}
}

/// Sends metrics of a task. The [module](self) has an example.
#[derive(Clone, Debug)]
pub struct Stats {
    sink: Arc<dyn StatsSink>,
    prefix: Arc<str>,
    tags: Arc<BTreeMap<String, String>>,
    /// Whether tags are not sent.
    untagged: bool,
}

impl Stats {
    /// Metrics for a sink, without prefix and tags.
    pub fn new(sink: impl StatsSink + 'static) -> Self {
        Self {
            sink: Arc::new(sink),
            prefix: "".into(),
            tags: Arc::default(),
            untagged: false,
        }
    }

    /// Metrics that are discarded.
    pub fn none() -> Self {
        Self::new(NoStats)
    }

    /// Metrics for the statsd server of a configuration; they are discarded if it says `disabled`, and sent without
    /// tags if it says `disabled_tags`. Nothing is sent, and no name is resolved, before the first metric.
    ///
    /// The prefix is converted to lower case, as in flytekit.
    pub fn from_config(config: &StatsConfig, prefix: &str) -> Self {
        let stats = if *config.disabled {
            Self::none()
        } else {
            Self::new(StatsdSink::new(config.host.as_str(), *config.port))
        };
        Self {
            untagged: *config.disabled_tags,
            ..stats.scope(&prefix.to_lowercase())
        }
    }

    /// The metrics with a longer prefix: `a` and then `b` is `a.b`. (flytekit's `get_stats`)
    #[must_use]
    pub fn scope(&self, name: &str) -> Self {
        Self {
            prefix: self.full_name(name).into(),
            ..self.clone()
        }
    }

    /// The metrics with one more tag, which replaces an earlier one with the same key.
    #[must_use]
    pub fn tagged(&self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let mut tags = BTreeMap::clone(&self.tags);
        tags.insert(key.into(), value.into());
        Self {
            tags: tags.into(),
            ..self.clone()
        }
    }

    /// The prefix of every name; empty without a scope.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The tags of every metric.
    pub fn tags(&self) -> &BTreeMap<String, String> {
        &self.tags
    }

    /// Adds one to a counter.
    pub fn incr(&self, name: &str) {
        self.incr_by(name, 1);
    }

    /// Adds a number to a counter.
    pub fn incr_by(&self, name: &str, count: i64) {
        self.send(name, MetricValue::Count(count));
    }

    /// Subtracts one from a counter.
    pub fn decr(&self, name: &str) {
        self.decr_by(name, 1);
    }

    /// Subtracts a number from a counter.
    pub fn decr_by(&self, name: &str, count: i64) {
        self.incr_by(name, count.saturating_neg());
    }

    /// Sends the current value of a quantity.
    pub fn gauge(&self, name: &str, value: f64) {
        self.send(name, MetricValue::Gauge(value));
    }

    /// Sends the duration of an operation.
    pub fn timing(&self, name: &str, took: Duration) {
        self.send(name, MetricValue::Timing(took));
    }

    /// Sends a value; the server counts the different ones.
    pub fn set(&self, name: &str, seen: impl Into<String>) {
        self.send(name, MetricValue::Unique(seen.into()));
    }

    /// Measures the time until the timer is stopped or dropped, also by a panic or an early return.
    ///
    /// ```
    /// # let stats = flyte_runtime::context::Stats::none();
    /// let sum: i64 = {
    ///     let _timer = stats.timer("sum");
    ///     (1..1000).sum()
    /// };
    /// ```
    pub fn timer(&self, name: impl Into<String>) -> Timer {
        Timer {
            stats: self.clone(),
            name: name.into(),
            start: Instant::now(),
        }
    }

    fn send(&self, name: &str, value: MetricValue) {
        let tags = if self.untagged {
            Arc::default()
        } else {
            Arc::clone(&self.tags)
        };
        self.sink.send(Metric {
            name: self.full_name(name),
            value,
            tags,
        });
    }

    fn full_name(&self, name: &str) -> String {
        match (&*self.prefix, name) {
            ("", name) => name.to_owned(),
            (prefix, "") => prefix.to_owned(),
            (prefix, name) => format!("{prefix}.{name}"),
        }
    }
}

impl Default for Stats {
    /// Metrics that are discarded.
    fn default() -> Self {
        Self::none()
    }
}

/// Measures a time; see [`Stats::timer`].
#[derive(Debug)]
#[must_use = "a timer that is dropped at once measures nothing; write `let _timer = …`"]
pub struct Timer {
    stats: Stats,
    name: String,
    start: Instant,
}

impl Timer {
    /// Stops measuring and sends the time. Dropping does the same.
    pub fn stop(self) {}
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.stats.timing(&self.name, self.start.elapsed());
    }
}
