//! What took the time of a run: its critical path.
//!
//! Events name no edges. But a node becomes ready in the moment in which the last node that it waits for ends, so what
//! it waited for is the node of the same graph that has ended last before. What follows from each other in this way has
//! no gaps, so its times add up to that of the run.

use std::{collections::HashMap, sync::Arc, time::Duration};

use flyte_events::events::{NodeInfo, NodeKind};

use super::{live::Key, told::map_of};

/// How many nodes are kept; of larger runs the critical path is not told.
const MOST: usize = 100_000;

/// A part of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) node: Arc<NodeInfo>,
    pub(super) took: Duration,
}

#[derive(Debug)]
struct Kept {
    step: Step,
    /// What it waited for.
    before: Option<usize>,
}

/// Nodes with what each waited for.
#[derive(Debug, Default)]
pub(super) struct Critical {
    kept: Vec<Kept>,
    /// Those that are ready or run.
    open: HashMap<Key, usize>,
    /// What has ended last in each graph, by the path of the node around.
    last: HashMap<String, usize>,
    is_full: bool,
}

impl Critical {
    /// A node is ready.
    pub(super) fn ready(&mut self, node: &Arc<NodeInfo>) {
        // Elements of a map wait for nothing, and there may be a million.
        if map_of(node).is_some() || self.open.contains_key(node.path.as_str()) {
            return;
        }
        let before = self.last.get(around(node)).copied();
        let step = Step {
            node: Arc::clone(node),
            took: Duration::ZERO,
        };
        if let Some(kept) = self.keep(Kept { step, before }) {
            self.open.insert(Key(Arc::clone(node)), kept);
        }
    }

    fn keep(&mut self, kept: Kept) -> Option<usize> {
        if self.kept.len() >= MOST {
            self.is_full = true;
            return None;
        }
        self.kept.push(kept);
        Some(self.kept.len() - 1)
    }

    /// A node that had started has ended.
    pub(super) fn ended(&mut self, node: &Arc<NodeInfo>, took: Duration) {
        let step = Step {
            node: Arc::clone(node),
            took,
        };
        if let Some(map) = map_of(node) {
            // The element that ends last ends the map, and takes the place of the one before.
            match self.last.get(map) {
                Some(&place) => self.kept[place].step = step,
                None => {
                    if let Some(place) = self.keep(Kept { step, before: None }) {
                        self.last.insert(map.to_owned(), place);
                    }
                }
            }
            return;
        }
        let Some(place) = self.open.remove(node.path.as_str()) else {
            return;
        };
        self.kept[place].step.took = took;
        match self.last.get_mut(around(node)) {
            Some(last) => *last = place,
            None => {
                self.last.insert(around(node).to_owned(), place);
            }
        }
    }

    /// A node has ended that had not started.
    pub(super) fn left(&mut self, node: &NodeInfo) {
        self.open.remove(node.path.as_str());
    }

    /// The path to what has ended last; empty if it is not known.
    pub(super) fn whole(&self) -> Vec<Step> {
        let mut path = Vec::new();
        if !self.is_full {
            self.inside("", &mut path);
        }
        path
    }

    /// The path to a node that runs, without the node.
    pub(super) fn to(&self, node: &NodeInfo) -> Vec<Step> {
        let mut around = Vec::new();
        let mut at = Some(node.path.as_str());
        while let Some(path) = at {
            around.push(path);
            at = parent(path);
        }
        let mut path = Vec::new();
        if self.is_full {
            return path;
        }
        for place in around.iter().rev().filter_map(|path| self.open.get(*path)) {
            self.up_to(self.kept[*place].before, &mut path);
        }
        path
    }

    fn inside(&self, around: &str, path: &mut Vec<Step>) {
        self.up_to(self.last.get(around).copied(), path);
    }

    /// Adds what led to a node, and the node.
    fn up_to(&self, last: Option<usize>, path: &mut Vec<Step>) {
        let before = |place: &usize| self.kept[*place].before;
        let mut places: Vec<_> = std::iter::successors(last, before).collect();
        places.reverse();
        for place in places {
            let step = &self.kept[place].step;
            // Graphs are nested as deep as workflows call each other, for which the engine has a limit.
            match self.is_opened(step) {
                true => self.inside(&step.node.path, path),
                false => path.push(step.clone()),
            }
        }
    }

    /// Whether what is inside a node says better than the node what took the time.
    fn is_opened(&self, step: &Step) -> bool {
        match self.last.get(&step.node.path) {
            None => false,
            // Of a map it is all elements, unless the last one took most of it.
            Some(&last) if step.node.kind == NodeKind::Map => {
                self.kept[last].step.took * 2 >= step.took
            }
            Some(_) => true,
        }
    }
}

fn around(node: &NodeInfo) -> &str {
    node.parent().unwrap_or_default()
}

/// The path of the node around another.
fn parent(path: &str) -> Option<&str> {
    let end = match path.strip_suffix(']') {
        Some(element) => element.rfind('['),
        None => path.rfind('/'),
    };
    end.map(|end| &path[..end])
}
