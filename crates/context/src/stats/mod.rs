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

/// What a metric says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MetricValue {
    /// A counter goes up by this, or down if it is negative.
    Count(i64),
    /// A quantity is this now.
    Gauge(f64),
    /// Something took this long.
    Timing(Duration),
    /// This was seen; the server counts how many different ones were.
    Unique(String),
}

/// One metric on its way to a sink.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metric {
    /// The whole name, with its prefix, its parts separated by dots.
    pub name: String,
    /// What it says.
    pub value: MetricValue,
    /// Its tags, by key.
    pub tags: Arc<BTreeMap<String, String>>,
}

/// `name value {tag=value}`, in one line.
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

/// Where metrics go.
pub trait StatsSink: fmt::Debug + Send + Sync {
    /// Takes a metric. This is called from inside tasks: it must neither wait nor panic, and it has nobody to tell
    /// about a failure.
    fn send(&self, metric: Metric);
}

/// A sink that takes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoStats;

impl StatsSink for NoStats {
    fn send(&self, _metric: Metric) {}
}

/// What a task sends metrics with. The [module](self) has an example.
#[derive(Clone, Debug)]
pub struct Stats {
    sink: Arc<dyn StatsSink>,
    prefix: Arc<str>,
    tags: Arc<BTreeMap<String, String>>,
    /// Whether tags are left out of what is sent.
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

    /// Metrics that nobody sees.
    pub fn none() -> Self {
        Self::new(NoStats)
    }

    /// Metrics for the statsd server of a configuration; for nobody if it says `disabled`, and without tags if it says
    /// `disabled_tags`. Nothing is sent, and no name is looked up, before the first metric.
    ///
    /// The prefix is written in lower case, as flytekit's is.
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

    /// The same metrics under a longer prefix: `a` and then `b` is `a.b`. (flytekit's `get_stats`)
    #[must_use]
    pub fn scope(&self, name: &str) -> Self {
        Self {
            prefix: self.full_name(name).into(),
            ..self.clone()
        }
    }

    /// The same metrics with one more tag, which wins over an earlier one with its key.
    #[must_use]
    pub fn tagged(&self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let mut tags = BTreeMap::clone(&self.tags);
        tags.insert(key.into(), value.into());
        Self {
            tags: tags.into(),
            ..self.clone()
        }
    }

    /// What every name begins with; empty without a scope.
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

    /// Adds to a counter.
    pub fn incr_by(&self, name: &str, count: i64) {
        self.send(name, MetricValue::Count(count));
    }

    /// Takes one from a counter.
    pub fn decr(&self, name: &str) {
        self.decr_by(name, 1);
    }

    /// Takes from a counter.
    pub fn decr_by(&self, name: &str, count: i64) {
        self.incr_by(name, count.saturating_neg());
    }

    /// Says how much of something there is now.
    pub fn gauge(&self, name: &str, value: f64) {
        self.send(name, MetricValue::Gauge(value));
    }

    /// Says how long something took.
    pub fn timing(&self, name: &str, took: Duration) {
        self.send(name, MetricValue::Timing(took));
    }

    /// Says that something was seen; different things are counted.
    pub fn set(&self, name: &str, seen: impl Into<String>) {
        self.send(name, MetricValue::Unique(seen.into()));
    }

    /// Measures until the timer is stopped or dropped, also by a panic or an early return.
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
    /// Metrics that nobody sees.
    fn default() -> Self {
        Self::none()
    }
}

/// A time that is being measured; see [`Stats::timer`].
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
