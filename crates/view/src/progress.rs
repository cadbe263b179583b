//! Displays events to users: a line for each end, and a summary.

use std::{
    collections::HashMap,
    fmt::{self, Write as _},
    io::Write,
    sync::Mutex,
    time::Duration,
};

use flyte_core::{lock::lock, no_other_variant, text};
use flyte_events::events::{Event, EventKind, NodeKind, NodeState, Observer, Recalled, RunState};

/// How many elements of one map get a line, so that a large map does not flood the output.
const ELEMENTS: u32 = 20;

/// How many of the slowest tasks the summary names, and their minimum duration.
const SLOWEST: usize = 3;
const SLOW: Duration = Duration::from_millis(100);

/// Writes a line for every task that has ended and every attempt that has failed, and a summary at the end: how often
/// each state occurred, and the slowest tasks. Values are not displayed. The command line writes this to a terminal.
pub struct Progress {
    state: Mutex<State>,
}

struct State {
    writer: Box<dyn Write + Send>,
    ran: usize,
    cached: usize,
    resumed: usize,
    failed: usize,
    skipped: usize,
    retried: usize,
    slowest: Vec<(Duration, String)>,
    /// For each map, how many of its elements have a line.
    elements: HashMap<String, u32>,
}

impl Progress {
    /// Writes to standard error, a file, or anything else.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self {
            state: Mutex::new(State {
                writer: Box::new(writer),
                ran: 0,
                cached: 0,
                resumed: 0,
                failed: 0,
                skipped: 0,
                retried: 0,
                slowest: Vec::new(),
                elements: HashMap::new(),
            }),
        }
    }
}

impl Observer for Progress {
    fn event(&self, event: &Event) {
        let mut state = lock(&self.state);
        if let Some(text) = state.tell(event) {
            // Node ids and names may come from users, too.
            let text = text::visible(&text);
            // If the terminal is gone, the error cannot be reported.
            let _ = state.writer.write_all(text.as_bytes());
            let _ = state.writer.flush();
        }
    }
}

impl State {
    fn tell(&mut self, event: &Event) -> Option<String> {
        match &event.kind {
            EventKind::RunStarted { .. } => {
                let run = &event.run;
                let goes_on = if run.resumed { ", resumed" } else { "" };
                Some(format!("run {} of {}{goes_on}\n", run.id, run.entity))
            }
            EventKind::AttemptEnded {
                node,
                attempt,
                error: Some(error),
                ..
            } => {
                self.retried += 1;
                let (path, entity) = (&node.path, &node.entity);
                let error = text::glance(error);
                Some(format!(
                    "{path} {entity}: attempt {attempt} failed: {error}\n"
                ))
            }
            EventKind::BackoffStarted {
                node,
                attempt,
                wait,
                ..
            } => Some(format!(
                "{} {}: attempt {attempt} follows in {}\n",
                node.path,
                node.entity,
                seconds(*wait)
            )),
            EventKind::NodeEnded {
                node, state, took, ..
            } => {
                if !matches!(node.kind, NodeKind::Task | NodeKind::Gate) {
                    return None;
                }
                self.count(*state);
                if let Some(took) = took {
                    self.note_slow(*took, &node.path, &node.entity);
                }
                if *state == NodeState::Skipped || !self.is_shown(node.parent(), &node.path) {
                    return None;
                }
                let took = took.map(|took| format!(" in {}", seconds(took)));
                Some(format!(
                    "{} {} {state}{}\n",
                    node.path,
                    node.entity,
                    took.unwrap_or_default()
                ))
            }
            EventKind::Notice { node, message, .. } => {
                let node = node.as_ref().map(|node| format!("{}: ", node.path));
                let message = text::record(message);
                Some(format!("{}{message}\n", node.unwrap_or_default()))
            }
            EventKind::RunEnded { state, took, .. } => {
                Some(self.summary(*state, *took, &event.run.id))
            }
            // Starts and unknown kinds of events are not displayed.
            _ => None,
        }
    }

    fn count(&mut self, state: NodeState) {
        let count = match state {
            NodeState::Succeeded => &mut self.ran,
            NodeState::Recalled(Recalled::Cached) => &mut self.cached,
            NodeState::Recalled(_) => &mut self.resumed,
            NodeState::Failed => &mut self.failed,
            NodeState::Skipped | NodeState::Cancelled => &mut self.skipped,
            _ => no_other_variant!(NodeState),
        };
        *count += 1;
    }

    fn note_slow(&mut self, took: Duration, path: &str, entity: &str) {
        if took < SLOW {
            return;
        }
        let place = self.slowest.partition_point(|(other, _)| *other >= took);
        if place < SLOWEST {
            self.slowest
                .insert(place, (took, format!("{path} {entity}")));
            self.slowest.truncate(SLOWEST);
        }
    }

    /// Whether a node gets a line: all do except the elements of a map beyond the first few.
    fn is_shown(&mut self, parent: Option<&str>, path: &str) -> bool {
        let (Some(map), true) = (parent, path.ends_with(']')) else {
            return true;
        };
        let shown = self.elements.entry(map.to_owned()).or_default();
        *shown += 1;
        *shown <= ELEMENTS
    }

    fn summary(&self, state: RunState, took: Duration, id: &str) -> String {
        let mut text = format!("run {id} {state} in {}:", seconds(took));
        let repeated = self.retried.saturating_sub(self.failed);
        let counts = [
            (self.ran, "ran"),
            (self.cached, "from the cache"),
            (self.resumed, "from before"),
            (self.failed, "failed"),
            (self.skipped, "did not run"),
            (
                repeated,
                match repeated {
                    1 => "attempt repeated",
                    _ => "attempts repeated",
                },
            ),
        ];
        let mut separator = " ";
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let _ = write!(text, "{separator}{count} {what}");
            separator = ", ";
        }
        if separator == " " {
            text += " nothing to do";
        }
        text.push('\n');
        for (took, task) in &self.slowest {
            let _ = writeln!(text, "  {} {task}", seconds(*took));
        }
        text
    }
}

/// A duration for users.
fn seconds(duration: Duration) -> String {
    match duration.as_secs_f64() {
        long if long >= 100.0 => format!("{long:.0} s"),
        middle if middle >= 1.0 => format!("{middle:.1} s"),
        short => format!("{:.0} ms", short * 1_000.0),
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
    }
}
