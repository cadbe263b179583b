//! One frame: the rows that show a run at a time, a function of its state, the time and the size of the terminal.

use std::time::{Duration, SystemTime};

use flyte_core::text::glance;
use flyte_events::events::{NodeKind, WaitReason};

use super::{
    lines::{name, name_of, number, seconds},
    live::{Live, Open, Phase},
    style::Ink,
};
use crate::picture::measure::{cells, cut};

/// The size of a terminal, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// How many cells a row has.
    pub columns: usize,
    /// How many rows there are.
    pub rows: usize,
}

/// How many rows a frame has at most: a third of the terminal, and no more than this.
const ROWS: usize = 16;

/// How many parts of the critical path are named in a frame.
const STEPS: usize = 4;

/// A row of texts in their colours.
struct Row(Vec<(Ink, String)>);

impl Row {
    fn new(ink: Ink, text: impl Into<String>) -> Self {
        Self(vec![(ink, text.into())])
    }

    fn and(mut self, ink: Ink, text: impl Into<String>) -> Self {
        self.0.push((ink, text.into()));
        self
    }

    /// The row in so many columns, without a line break.
    fn text(&self, columns: usize, colours: bool) -> String {
        let mut left = columns;
        let mut row = String::new();
        for (ink, text) in &self.0 {
            if left == 0 {
                break;
            }
            let shown = cut(text, left);
            let is_cut = shown.len() != text.len();
            left -= cells(&shown).min(left);
            row += &ink.paint(&shown, colours);
            if is_cut {
                break;
            }
        }
        row
    }
}

/// The rows of a run that goes on; none before it has started and when it has ended.
pub(super) fn frame(live: &Live, now: SystemTime, size: Size, colours: bool) -> Vec<String> {
    if live.run.is_none() || live.end.is_some() {
        return Vec::new();
    }
    let most = ROWS.min(size.rows / 3).max(1);
    let mut rows = vec![head(live, now, size.columns)];
    let left = most - 1;
    let mut open: Vec<Open<'_>> = live.open().collect();
    // Gates first: a person can do something about them. Then what has run longest.
    open.sort_by_key(|open| {
        let is_gate = open.node.kind == NodeKind::Gate;
        (!is_gate, open.does.began, open.does.order)
    });
    let path = path(live, &open).filter(|_| left >= 3);
    let left = left - usize::from(path.is_some());
    let failures = live.failures.len().min(left.div_ceil(2));
    for failure in &live.failures[live.failures.len() - failures..] {
        let error = format!(": {}", glance(&failure.error));
        rows.push(
            Row::new(Ink::Failed, "✕ ")
                .and(Ink::Strong, name_of(&failure.path, &failure.entity))
                .and(Ink::Plain, error),
        );
    }
    let left = left - failures;
    let shown = match open.len() > left {
        true => left.saturating_sub(1),
        false => open.len(),
    };
    rows.extend(
        open[..shown]
            .iter()
            .map(|open| open_row(open, now, size.columns)),
    );
    if shown < open.len() && left > 0 {
        rows.push(more(&open[shown..]));
    }
    rows.extend(path);
    let texts = rows.iter().map(|row| row.text(size.columns, colours));
    texts.collect()
}

/// What runs, how far it is, and what is waited for.
fn head(live: &Live, now: SystemTime, columns: usize) -> Row {
    let entity = live.run.as_ref().map_or("", |run| &*run.entity);
    let (done, all) = (live.counts.done(), live.all());
    let elapsed = live.started.map_or(Duration::ZERO, |at| since(at, now));
    let phases = |wanted: fn(&Open<'_>) -> bool| live.open().filter(wanted).count();
    let runs = phases(|open| open.node.is_work() && open.does.phase == Phase::Runs);
    let backoff = phases(|open| matches!(open.does.phase, Phase::Backoff { .. }));
    let gates = phases(|open| open.does.phase == Phase::Waits(WaitReason::Gate));
    let equal = phases(|open| open.does.phase == Phase::Waits(WaitReason::EqualCall));
    let tasks = format!(" {}/{}", number(done), number(all));
    let elapsed = format!(" {}", clock(elapsed));
    let own = one_line(entity.rsplit('.').next().unwrap_or(entity));
    let room = columns.saturating_sub(cells(&tasks) + cells(&elapsed));
    let mut row = Row::new(Ink::Strong, fitted(one_line(entity), own, room))
        .and(Ink::Plain, tasks)
        .and(Ink::Faint, elapsed);
    let counts = [
        (live.counts.failed, Ink::Failed, "failed"),
        (runs, Ink::Plain, "running"),
        (gates, Ink::Waits, "at a gate"),
        (backoff, Ink::Waits, "in backoff"),
        (equal, Ink::Waits, "waiting for an equal call"),
        (live.waiting_for_jobs(), Ink::Waits, "waiting for a job"),
        (live.queued(), Ink::Waits, "queued"),
        (live.counts.cached, Ink::Cached, "cached"),
    ];
    for (count, ink, what) in counts.into_iter().filter(|(count, ..)| *count > 0) {
        row = row.and(Ink::Faint, " · ");
        row = row.and(ink, format!("{} {what}", number(count)));
    }
    row
}

/// A node that has not ended.
fn open_row(open: &Open<'_>, now: SystemTime, columns: usize) -> Row {
    let took = format!(" {}", clock(since(open.does.began, now)));
    let again = match open.does.attempt {
        0 => String::new(),
        attempt => format!(" attempt {attempt}"),
    };
    let (ink, sign, what) = match open.does.phase {
        Phase::Waits(WaitReason::Gate) => (Ink::Waits, "? ", "waits for its answer".to_owned()),
        Phase::Waits(WaitReason::EqualCall) => {
            (Ink::Waits, "= ", "waits for an equal call".to_owned())
        }
        Phase::Waits(WaitReason::Permit) => (Ink::Waits, ". ", "waits for a job".to_owned()),
        Phase::Waits(_) => (Ink::Waits, ". ", "waits".to_owned()),
        Phase::Backoff { until } => {
            let left = until.duration_since(now).unwrap_or_default();
            (Ink::Waits, "! ", format!("follows in {}", clock(left)))
        }
        Phase::Runs if open.node.kind == NodeKind::Map => {
            let elements = open.does.elements;
            let of = match elements.all {
                0 => String::new(),
                all => format!("/{}", number(all)),
            };
            (
                Ink::Plain,
                "▦ ",
                format!("{}{of} done", number(elements.done)),
            )
        }
        Phase::Runs => (Ink::Plain, "● ", String::new()),
    };
    let what = match what.as_str() {
        "" => String::new(),
        what => format!(" {what}"),
    };
    let what = again + &what;
    let room = columns.saturating_sub(cells(sign) + cells(&what) + cells(&took));
    let node = open.node;
    // Half of a narrow row is for the name, whatever the node does.
    let shown = fitted(
        name(node),
        short(node.path, node.entity),
        room.max(columns / 2),
    );
    Row::new(ink, sign)
        .and(Ink::Plain, shown)
        .and(ink, what)
        .and(Ink::Faint, took)
}

/// A name, or where it has no room the last part of it, so that what comes after it can be read.
fn fitted(name: String, short: String, room: usize) -> String {
    if cells(&name) <= room {
        name
    } else {
        cut(&short, room)
    }
}

/// What did not get a row.
fn more(open: &[Open<'_>]) -> Row {
    let count = |wanted: fn(&Open<'_>) -> bool| open.iter().filter(|open| wanted(open)).count();
    let maps = count(|open| open.node.kind == NodeKind::Map);
    let runs = count(|open| open.node.is_work() && open.does.phase == Phase::Runs);
    let waits = open.len() - maps - runs;
    let counts = [(runs, "running"), (waits, "waiting"), (maps, "maps")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let texts = counts.map(|(count, what)| format!("+{} {what}", number(count)));
    Row::new(Ink::Faint, texts.collect::<Vec<_>>().join(", "))
}

/// The critical path so far: to the task that has been running longest.
fn path(live: &Live, open: &[Open<'_>]) -> Option<Row> {
    let work = open.iter().filter(|open| open.node.is_work());
    let running = work.min_by_key(|open| (open.does.began, open.does.order))?;
    let (path, steps) = live.path_to(running.node, STEPS);
    if path.is_empty() {
        return None;
    }
    let mut row = Row::new(Ink::Faint, "path ");
    let skipped = steps - path.len();
    if skipped > 0 {
        row = row.and(Ink::Faint, format!("{skipped} more › "));
    }
    for step in &path {
        row = row
            .and(Ink::Strong, short(step.path, step.entity))
            .and(Ink::Faint, format!(" {} › ", seconds(step.took)));
    }
    let node = running.node;
    Some(row.and(Ink::Strong, short(node.path, node.entity)))
}

/// The id of a node with the last part of what it runs.
fn short(path: &str, entity: &str) -> String {
    let id = path.rsplit('/').next().unwrap_or(path);
    let entity = entity.rsplit('.').next().unwrap_or(entity);
    one_line(&format!("{id} {entity}"))
}

fn one_line(text: &str) -> String {
    crate::picture::measure::line(text)
}

fn since(at: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(at).unwrap_or_default()
}

/// A time that goes on, so finer than a tenth of a second is of no use.
fn clock(time: Duration) -> String {
    let whole = time.as_secs();
    match whole {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{whole} s"),
        60..3_600 => format!("{} m {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} m", whole / 3_600, whole % 3_600 / 60),
    }
}
