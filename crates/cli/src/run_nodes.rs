//! The nodes of a recorded run as text: a tree of rows, with lines below those of which there is more to say.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use super::table::{indented, table};
use flyte_core::text::glance;
use flyte_events::history::{
    AttemptRecord, GraphValue, NodeRecord, RunRecord, RunStatus, ValueSource,
};

/// How many elements of a map get rows; those that did not succeed come first.
const ELEMENTS: usize = 20;

/// How many of the last lines of an attempt that failed are shown.
const LINES: usize = 10;

/// How many sources of one input are named.
const SOURCES: usize = 4;

/// A wait that takes less is not told.
const SHORT: Duration = Duration::from_millis(100);

/// The rows of all nodes, each below the node around it.
pub(super) fn tree(run: &RunRecord) -> String {
    let mut tree = Tree {
        inside: HashMap::new(),
        rows: Vec::new(),
        below: Vec::new(),
    };
    let known: HashSet<&str> = run.nodes().iter().map(|node| node.path.as_str()).collect();
    for node in run.nodes() {
        // What is around a node may be lost with the end of a damaged log.
        let around = around(&node.path).filter(|around| known.contains(around));
        let inside = tree.inside.entry(around.unwrap_or_default());
        inside.or_default().push(node);
    }
    tree.add("", 0);
    let rows = table("  ", &tree.rows);
    let rows = rows.lines().zip(&tree.below);
    rows.map(|(row, below)| format!("{row}\n{below}")).collect()
}

/// The path of the node around another.
fn around(path: &str) -> Option<&str> {
    let end = match path.strip_suffix(']') {
        Some(element) => element.rfind('['),
        None => path.rfind('/'),
    };
    end.map(|end| &path[..end])
}

struct Tree<'r> {
    /// The nodes inside of each, by its path.
    inside: HashMap<&'r str, Vec<&'r NodeRecord>>,
    rows: Vec<[String; 5]>,
    /// What is below each row.
    below: Vec<String>,
}

impl<'r> Tree<'r> {
    fn add(&mut self, around: &'r str, depth: usize) {
        let Some(nodes) = self.inside.remove(around) else {
            return;
        };
        let (elements, nodes): (Vec<_>, Vec<_>) =
            nodes.into_iter().partition(|node| node.path.ends_with(']'));
        for node in nodes {
            self.add_node(node, depth);
        }
        self.add_elements(elements, depth);
    }

    fn add_node(&mut self, node: &'r NodeRecord, depth: usize) {
        let indent = "  ".repeat(depth);
        self.rows.push([
            format!("{indent}{}", node.path),
            node.status.to_string(),
            node.took().map(seconds).unwrap_or_default(),
            what(node),
            sources(&node.sources),
        ]);
        let below = indented(&format!("      {indent}"), &more(node));
        self.below.push(below);
        self.add(&node.path, depth + 1);
    }

    /// The first elements that did not succeed, then the first of the others.
    fn add_elements(&mut self, elements: Vec<&'r NodeRecord>, depth: usize) {
        let (good, mut bad): (Vec<_>, Vec<_>) =
            elements.into_iter().partition(|element| is_good(element));
        // Those that failed before those that did not run because of them.
        bad.sort_by_key(|element| element.status != RunStatus::Failed);
        let all = bad.len() + good.len();
        let mut shown: Vec<_> = bad.iter().chain(&good).take(ELEMENTS).copied().collect();
        shown.sort_by_key(|element| index(&element.path));
        let left_good = good.len() - shown.iter().filter(|element| is_good(element)).count();
        for element in &shown {
            self.add_node(element, depth);
        }
        if all > shown.len() {
            let left_bad = all - shown.len() - left_good;
            let counts = [(left_good, "succeeded"), (left_bad, "did not")];
            let counts = counts.into_iter().filter(|(count, _)| *count > 0);
            let texts: Vec<_> = counts
                .map(|(count, what)| format!("{count} {what}"))
                .collect();
            let indent = "  ".repeat(depth);
            if let Some(below) = self.below.last_mut() {
                *below += &format!("  {indent}and {}\n", texts.join(", "));
            }
        }
    }
}

fn is_good(node: &NodeRecord) -> bool {
    matches!(node.status, RunStatus::Succeeded | RunStatus::Cached)
}

/// The number of an element of a map.
fn index(path: &str) -> usize {
    let index = path
        .strip_suffix(']')
        .and_then(|path| path.rsplit_once('['));
    index.and_then(|(_, index)| index.parse().ok()).unwrap_or(0)
}

/// The description of a node; the entity of a branch is the workflow that contains it.
fn what(node: &NodeRecord) -> String {
    match node.kind.as_str() {
        "branch" => node.kind.clone(),
        "map" => format!("map {}", node.entity),
        _ => node.entity.clone(),
    }
}

/// Where the inputs come from, as in `x = n0.o0, y = 2`.
fn sources(inputs: &[GraphValue]) -> String {
    let inputs = inputs.iter().map(|input| {
        let mut sources: Vec<_> = input.sources.iter().take(SOURCES).map(source).collect();
        if input.sources.len() > SOURCES {
            sources.push("…".to_owned());
        }
        let sources = match sources.as_slice() {
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        // What the conditions of a branch look at has no name of its own.
        match input.name.starts_with('.') {
            true => sources,
            false => format!("{} = {sources}", input.name),
        }
    });
    inputs.collect::<Vec<_>>().join(", ")
}

fn source(source: &ValueSource) -> String {
    match source {
        ValueSource::Input { name, part } => format!("{name}{part}"),
        ValueSource::Node { node, output, part } => format!("{node}.{output}{part}"),
        ValueSource::Constant { value } => glance(value),
        _ => "?".to_owned(),
    }
}

/// What else there is to say of a node, in lines.
fn more(node: &NodeRecord) -> String {
    let mut lines = Vec::new();
    if let Some(error) = &node.error {
        lines.push(format!("error: {}", glance(error)));
    }
    lines.extend(times(node));
    for attempt in &node.tried {
        // The error of the last attempt is that of the node.
        let is_told = node.tried.len() == 1 && node.error.is_some();
        if let Some(error) = attempt.error.as_ref().filter(|_| !is_told) {
            let took = attempt
                .took()
                .map(|took| format!(" after {}", seconds(took)));
            let (number, took) = (attempt.number, took.unwrap_or_default());
            lines.push(format!("attempt {number} failed{took}: {}", glance(error)));
        }
    }
    let failed = node
        .tried
        .iter()
        .rev()
        .find(|attempt| attempt.error.is_some());
    if let Some(attempt) = failed.filter(|attempt| !attempt.lines.is_empty()) {
        lines.push(format!("attempt {} wrote last:", attempt.number));
        lines.extend(last_lines(attempt).map(|line| format!("| {line}")));
    }
    if let Some(cache) = node
        .cache
        .as_ref()
        .filter(|cache| !cache.hit && !cache.why.is_empty())
    {
        lines.push(format!("not from the cache: {}", cache.why.join("; ")));
    }
    for attempt in &node.tried {
        if let Some(deck) = &attempt.deck {
            lines.push(format!(
                "deck of attempt {}: {}",
                attempt.number,
                deck.display()
            ));
        }
    }
    lines.join("\n")
}

/// How long it waited, ran and waited between attempts, if it did not only run.
fn times(node: &NodeRecord) -> Option<String> {
    let waited = node.waited().filter(|waited| *waited >= SHORT);
    let waited =
        waited.map(
            |waited| match node.waits.iter().any(|wait| wait.reason == "equal call") {
                true => format!("waited {} for an equal call", seconds(waited)),
                false => format!("waited {} for a job", seconds(waited)),
            },
        );
    let waited = waited.filter(|_| node.kind == "task");
    let tried = match node.tried.len() {
        0 | 1 => None,
        attempts => Some(format!(
            "ran {} in {attempts} attempts, {} between them",
            seconds(node.ran()),
            seconds(node.backed_off())
        )),
    };
    let parts: Vec<_> = waited.into_iter().chain(tried).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn last_lines(attempt: &AttemptRecord) -> impl Iterator<Item = &str> {
    let text = match attempt.lines.last.is_empty() {
        true => &attempt.lines.first,
        false => &attempt.lines.last,
    };
    let skipped = text.lines().count().saturating_sub(LINES);
    text.lines().skip(skipped)
}

pub(super) fn seconds(duration: Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}
