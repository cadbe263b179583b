//! How long the steps of a task took.

use std::time::{Duration, Instant, SystemTime};

use super::{
    Deck, Html,
    page::{put, utc},
};

/// One step of a task.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
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

impl TimelineRow {
    /// A step that no processor was measured for.
    pub fn new(name: impl Into<String>, start: SystemTime, wall: Duration) -> Self {
        Self {
            name: name.into(),
            start,
            wall,
            cpu: None,
        }
    }
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

    /// The same for a future: how long it took until it was ready, waiting included.
    pub async fn measure_async<F: Future>(&self, name: impl Into<String>, step: F) -> F::Output {
        let _timer = Timer {
            timeline: self,
            name: name.into(),
            start: SystemTime::now(),
            clock: Instant::now(),
            cpu: None,
        };
        step.await
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

/// The steps as a table in the order in which they began, with bars on a common axis of time.
pub(super) fn table(rows: &[TimelineRow]) -> String {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| row.start);
    let Some(begin) = rows.first().map(|row| row.start) else {
        return String::new();
    };
    let offset = |row: &TimelineRow| row.start.duration_since(begin).unwrap_or_default();
    let ends = rows.iter().map(|row| offset(row).saturating_add(row.wall));
    let total = ends.max().unwrap_or_default();
    let total = total.as_secs_f64().max(f64::MIN_POSITIVE);

    let mut table = String::from(
        "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Start (UTC)</th>\
         <th scope=\"col\" class=\"number\">Wall time</th><th scope=\"col\" class=\"number\">CPU time</th>\
         <th scope=\"col\"></th></tr></thead>\n<tbody>\n",
    );
    for row in rows {
        let percent = |duration: Duration| duration.as_secs_f64() / total * 100.0;
        put(
            &mut table,
            format_args!(
                "<tr><td>{}</td><td class=\"nowrap\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
                 <td class=\"bars\"><div style=\"margin-left:{:.2}%;width:{:.2}%\"></div></td></tr>\n",
                Html::escape(&row.name),
                utc(row.start),
                seconds(row.wall),
                row.cpu.map_or_else(|| "–".to_owned(), seconds),
                percent(offset(row)),
                percent(row.wall),
            ),
        );
    }
    table.push_str("</tbody>\n</table></div>\n");
    table
}

/// A duration with three or more digits that count, in a unit that suits it.
pub(super) fn seconds(duration: Duration) -> String {
    match duration.as_nanos() {
        nanos if nanos < 1_000 => format!("{nanos} ns"),
        nanos if nanos < 1_000_000 => format!("{:.1} µs", nanos as f64 / 1e3),
        nanos if nanos < 1_000_000_000 => format!("{:.1} ms", nanos as f64 / 1e6),
        _ => format!("{:.3} s", duration.as_secs_f64()),
    }
}
