//! The events of a run, kept for a test.

use std::sync::{Arc, Mutex, MutexGuard};

use flyte_core::lock::lock;
use flyte_events::events::{Event, EventKind, NodeInfo, NodeState, Observer};

/// Keeps every event of the runs it observes; clones share what they keep.
///
/// ```
/// use flyte_runtime::{events::NodeState, prelude::*, testing::RecordedEvents};
///
/// #[task(retries = 1)]
/// fn fails(x: i64) -> Result<i64, String> {
///     Err(format!("{x} is no good"))
/// }
///
/// let events = RecordedEvents::new();
/// Runner::local().observe(events.clone()).run(fails::call(3)).unwrap_err();
/// assert_eq!(events.states(), [("n0".to_owned(), NodeState::Failed)]);
/// assert_eq!(
///     events.lines(),
///     [
///         "run_started",
///         "node_started n0",
///         "attempt_started n0 0",
///         "attempt_ended n0 0: 3 is no good",
///         "attempt_started n0 1",
///         "attempt_ended n0 1: 3 is no good",
///         "node_ended n0 failed: 3 is no good",
///         "run_ended failed",
///     ]
/// );
/// ```
#[derive(Clone, Debug, Default)]
pub struct RecordedEvents {
    events: Arc<Mutex<Vec<Event>>>,
}

impl Observer for RecordedEvents {
    fn event(&self, event: &Event) {
        self.lock().push(event.clone());
    }
}

impl RecordedEvents {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        lock(&self.events)
    }

    /// All events in the order in which they were told.
    pub fn events(&self) -> Vec<Event> {
        self.lock().clone()
    }

    /// A line for each event: its name, the path of its node, the number of its attempt, how it ended or what it waits
    /// for, and the error of a node or an attempt. Neither times nor values, so that a test can compare them.
    pub fn lines(&self) -> Vec<String> {
        self.lock().iter().map(line).collect()
    }

    /// Path and end of each node that has ended, in that order.
    pub fn states(&self) -> Vec<(String, NodeState)> {
        let events = self.lock();
        let ended = events.iter().filter_map(|event| match &event.kind {
            EventKind::NodeEnded { node, state, .. } => Some((node.path.clone(), *state)),
            _ => None,
        });
        ended.collect()
    }

    /// How a node ended, if it has.
    pub fn state(&self, path: &str) -> Option<NodeState> {
        let states = self.states().into_iter();
        states
            .rev()
            .find_map(|(own, state)| (own == path).then_some(state))
    }

    /// A node that has started, by its path.
    pub fn node(&self, path: &str) -> Option<Arc<NodeInfo>> {
        self.lock().iter().find_map(|event| match &event.kind {
            EventKind::NodeStarted { node, .. } if node.path == path => Some(Arc::clone(node)),
            _ => None,
        })
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.lock().clear();
    }
}

fn line(event: &Event) -> String {
    let json = event.to_json();
    let mut line = json["event"].as_str().unwrap_or_default().to_owned();
    for field in ["node", "attempt", "state", "reason"] {
        match &json[field] {
            serde_json::Value::Null => {}
            serde_json::Value::String(text) => line = format!("{line} {text}"),
            other => line = format!("{line} {other}"),
        }
    }
    let told = match &event.kind {
        EventKind::AttemptEnded { error, .. } | EventKind::NodeEnded { error, .. } => {
            error.as_deref()
        }
        EventKind::Notice { message, .. } => Some(&**message),
        _ => None,
    };
    match told {
        Some(told) => format!("{line}: {told}"),
        None => line,
    }
}
