//! How long the steps of a task took.

use std::time::{Duration, Instant, SystemTime};

use super::Deck;

/// One step of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    /// What was done.
    pub name: String,
    /// When it began.
    pub start: SystemTime,
    /// How long it took.
    pub wall: Duration,
    /// How long a processor worked on it, if that is known.
    pub cpu: Option<Duration>,
}

/// The deck with how long the steps of the task took. Corresponds to `flytekit.deck.deck.TimeLineDeck`.
#[derive(Clone, Debug)]
pub struct TimelineDeck {
    deck: Deck,
}

impl TimelineDeck {
    pub(super) fn new(deck: Deck) -> Self {
        Self { deck }
    }

    /// Adds a step that was measured elsewhere.
    pub fn append(&self, row: TimelineRow) -> &Self {
        self.deck.push_row(row);
        self
    }

    /// Does something, and adds how long it took; also if it panics.
    ///
    /// The processor's time is that of this thread, on Linux; elsewhere it is not known.
    pub fn measure<T>(&self, name: impl Into<String>, step: impl FnOnce() -> T) -> T {
        let _timer = Timer {
            timeline: self,
            name: name.into(),
            start: SystemTime::now(),
            clock: Instant::now(),
            cpu: thread_cpu_time(),
        };
        step()
    }

    /// All steps, in the order in which they ended.
    pub fn rows(&self) -> Vec<TimelineRow> {
        self.deck.rows()
    }
}

struct Timer<'a> {
    timeline: &'a TimelineDeck,
    name: String,
    start: SystemTime,
    clock: Instant,
    cpu: Option<Duration>,
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        let wall = self.clock.elapsed();
        let cpu = self
            .cpu
            .and_then(|before| thread_cpu_time()?.checked_sub(before));
        self.timeline.append(TimelineRow {
            name: std::mem::take(&mut self.name),
            start: self.start,
            wall,
            cpu,
        });
    }
}

/// How long this thread has been on a processor: the first number of `schedstat`, in nanoseconds.
#[cfg(target_os = "linux")]
fn thread_cpu_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

#[cfg(not(target_os = "linux"))]
fn thread_cpu_time() -> Option<Duration> {
    None
}
