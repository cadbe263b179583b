//! The lines that stay: what a user has to know, one record a line.

use std::{collections::HashMap, time::Duration};

use flyte_core::text::{glance, record, visible};
use flyte_events::events::NodeState;

use super::{
    Detail, Look,
    style::Ink,
    told::{Node, Told, What},
};

/// How many elements of one map get a line, so that a large map does not flood the output.
const ELEMENTS: u32 = 20;

/// Writes the lines of a run.
#[derive(Debug, Default)]
pub(super) struct Lines {
    look: Look,
    /// A live picture shows what goes on, so the lines tell only what went wrong.
    is_live: bool,
    /// For each map, how many of its elements have a line.
    elements: HashMap<String, u32>,
}

impl Lines {
    pub(super) fn new(look: Look, is_live: bool) -> Self {
        Self {
            look,
            is_live,
            elements: HashMap::new(),
        }
    }

    fn paint(&self, ink: Ink, text: &str) -> String {
        ink.paint(text, self.look.colours).into_owned()
    }

    fn tells_all(&self) -> bool {
        self.look.detail == Detail::Verbose
    }

    /// The line of an event, if it has one, with its line break. Texts of users move no cursor.
    pub(super) fn tell(&mut self, told: &Told<'_>) -> Option<String> {
        let node = told.node;
        match &told.what {
            What::RunStarted { run, .. } => {
                let goes_on = if run.resumed { ", resumed" } else { "" };
                let entity = visible(&run.entity);
                Some(format!("run {} of {entity}{goes_on}\n", run.id))
            }
            What::AttemptStarted { attempt } if self.tells_all() => {
                Some(format!("{} attempt {attempt} started\n", name(node)))
            }
            What::AttemptFailed {
                attempt,
                error,
                is_last,
            } => {
                // The last one is the end of its node.
                if self.is_live && *is_last {
                    return None;
                }
                let failed = self.paint(Ink::Waits, "failed");
                let (name, error) = (name(node), glance(error));
                Some(format!("{name}: attempt {attempt} {failed}: {error}\n"))
            }
            What::Backoff { attempt, wait } if !self.is_live || self.tells_all() => Some(format!(
                "{}: attempt {attempt} follows in {}\n",
                name(node),
                seconds(*wait)
            )),
            What::Ended { state, took, error } if node.is_work() => {
                let has_failed = *state == NodeState::Failed;
                if *state == NodeState::Skipped || !self.is_shown(node, has_failed) {
                    return None;
                }
                let took = took.map(|took| format!(" in {}", seconds(took)));
                let took = took.unwrap_or_default();
                let word = self.paint(ink(*state), &state.to_string());
                let error = error.as_deref().filter(|_| self.is_live && has_failed);
                let error = error.map(|error| format!(": {}", glance(error)));
                let (name, error) = (name(node), error.unwrap_or_default());
                Some(format!("{name} {word}{took}{error}\n"))
            }
            What::Notice { message } => {
                let node = match node.path {
                    "" => String::new(),
                    path => format!("{}: ", visible(path)),
                };
                Some(format!("{node}{}\n", record(message)))
            }
            _ => None,
        }
    }

    /// Whether the end of a node gets a line: of the elements of a map only the first few do.
    fn is_shown(&mut self, node: Node<'_>, has_failed: bool) -> bool {
        if self.tells_all() {
            return true;
        }
        if self.is_live && !has_failed {
            return false;
        }
        let Some(map) = node.map() else {
            return true;
        };
        let shown = self.elements.entry(map.to_owned()).or_default();
        *shown += 1;
        *shown <= ELEMENTS
    }
}

/// The path of a node and what it runs, as a terminal may get them.
pub(super) fn name(node: Node<'_>) -> String {
    name_of(node.path, node.entity)
}

/// The same of a path and what is run there.
pub(super) fn name_of(path: &str, entity: &str) -> String {
    visible(&format!("{path} {entity}")).replace(['\n', '\t'], " ")
}

pub(super) fn ink(state: NodeState) -> Ink {
    match state {
        NodeState::Succeeded => Ink::Succeeded,
        NodeState::Recalled(_) => Ink::Cached,
        NodeState::Failed => Ink::Failed,
        _ => Ink::Faint,
    }
}

/// A duration for users.
pub(super) fn seconds(duration: Duration) -> String {
    match duration.as_secs_f64() {
        long if long >= 100.0 => format!("{long:.0} s"),
        middle if middle >= 1.0 => format!("{middle:.1} s"),
        short => format!("{:.0} ms", short * 1_000.0),
    }
}

/// A number with separators, as in `9,984`.
pub(super) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
