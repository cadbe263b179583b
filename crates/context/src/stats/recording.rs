//! A sink that records metrics, for tests.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{Metric, MetricValue, StatsSink};
use flyte_core::lock::lock;

/// Records every metric. Clones share their records: give one to the code under test, and read the other.
///
/// Corresponds to `flytekit.core.mock_stats.MockStats`, which does not record times and sets.
///
/// `{}` and `{:?}` display its metrics.
#[derive(Clone, Default)]
pub struct RecordingStats {
    metrics: Arc<Mutex<Vec<Metric>>>,
}

impl RecordingStats {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every metric, in the order in which they were sent.
    pub fn metrics(&self) -> Vec<Metric> {
        lock(&self.metrics).clone()
    }

    /// The total of a counter; 0 if it was never sent.
    pub fn counter(&self, name: &str) -> i64 {
        let counts = self.select(name, |value| match value {
            MetricValue::Count(count) => Some(count),
            _ => None,
        });
        counts.into_iter().fold(0, i64::saturating_add)
    }

    /// The last value of a gauge.
    pub fn gauge(&self, name: &str) -> Option<f64> {
        let mut values = self.select(name, |value| match value {
            MetricValue::Gauge(value) => Some(value),
            _ => None,
        });
        values.pop()
    }

    /// Every time measured under a name.
    pub fn timings(&self, name: &str) -> Vec<Duration> {
        self.select(name, |value| match value {
            MetricValue::Timing(took) => Some(took),
            _ => None,
        })
    }

    /// Every value sent under a name, in order, including repetitions.
    pub fn seen(&self, name: &str) -> Vec<String> {
        self.select(name, |value| match value {
            MetricValue::Unique(seen) => Some(seen),
            _ => None,
        })
    }

    fn select<T>(&self, name: &str, pick: impl Fn(MetricValue) -> Option<T>) -> Vec<T> {
        let metrics = self.metrics().into_iter();
        metrics
            .filter(|metric| metric.name == name)
            .filter_map(|metric| pick(metric.value))
            .collect()
    }
}

/// Every metric on its own line.
impl fmt::Display for RecordingStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metrics = self.metrics();
        metrics
            .iter()
            .try_for_each(|metric| writeln!(f, "{metric}"))
    }
}

impl fmt::Debug for RecordingStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metrics = self.metrics();
        let shown = metrics.iter().map(ToString::to_string);
        f.debug_list().entries(shown).finish()
    }
}

impl StatsSink for RecordingStats {
    fn send(&self, metric: Metric) {
        lock(&self.metrics).push(metric);
    }
}
