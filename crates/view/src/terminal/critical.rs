//! What took the time of a run: its critical path.
//!
//! Events name no edges. But a node becomes ready in the moment in which the last node that it waits for ends, so what
//! it waited for is the node of the same graph that has ended last before. What follows from each other in this way has
//! no gaps, so its times add up to that of the run.
//!
//! What is needed of a node later is settled when it ends, in few bytes and without the node, and how long the path is
//! up to it, too. So a frame looks only at the steps that it shows.

use std::{ops::Range, sync::Arc, time::Duration};

use flyte_events::events::{NodeInfo, NodeKind};
use rustc_hash::FxHashMap;

use super::told::map_of;

/// How many nodes are kept; of larger runs the critical path is not told.
const MOST: usize = 100_000;

/// A part of the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step<'c> {
    pub(super) path: &'c str,
    pub(super) entity: &'c str,
    pub(super) took: Duration,
}

/// The number of a node that is kept.
pub(super) type Place = usize;

#[derive(Debug)]
struct Kept {
    /// Its path, in the names.
    path: Range<usize>,
    entity: usize,
    took: Duration,
    /// What it waited for.
    before: Option<Place>,
    /// What has ended last inside of it, if that says better than the node what took the time.
    inside: Option<Place>,
    /// The number of steps of the path up to its end.
    steps: usize,
}

/// Nodes with what each waited for.
#[derive(Debug, Default)]
pub(super) struct Critical {
    kept: Vec<Kept>,
    /// The paths of the nodes, one behind the other.
    names: String,
    entities: Vec<String>,
    /// What has ended last in each graph, by the path of the node around.
    last: FxHashMap<String, Place>,
    /// What has ended last of each map, by its path.
    elements: FxHashMap<String, (Arc<NodeInfo>, Duration)>,
    is_full: bool,
}

impl Critical {
    /// A node is ready. Its place is to be given when it ends.
    pub(super) fn ready(&mut self, node: &NodeInfo) -> Option<Place> {
        // Elements of a map wait for nothing, and there may be a million.
        if map_of(node).is_some() {
            return None;
        }
        let before = self.last.get(around(node)).copied();
        self.keep(node, before)
    }

    fn keep(&mut self, node: &NodeInfo, before: Option<Place>) -> Option<Place> {
        if self.kept.len() >= MOST {
            self.is_full = true;
            return None;
        }
        let start = self.names.len();
        self.names += &node.path;
        let entity = self.entity(&node.entity);
        self.kept.push(Kept {
            path: start..self.names.len(),
            entity,
            took: Duration::ZERO,
            before,
            inside: None,
            steps: 0,
        });
        Some(self.kept.len() - 1)
    }

    /// The number of an entity. A program has few.
    fn entity(&mut self, entity: &str) -> usize {
        let known = self.entities.iter().rposition(|known| known == entity);
        known.unwrap_or_else(|| {
            self.entities.push(entity.to_owned());
            self.entities.len() - 1
        })
    }

    /// A node that had started has ended.
    pub(super) fn ended(&mut self, place: Option<Place>, node: &Arc<NodeInfo>, took: Duration) {
        if let Some(map) = map_of(node) {
            // The element that ends last ends the map, and takes the place of the one before.
            let last = (Arc::clone(node), took);
            match self.elements.get_mut(map) {
                Some(element) => *element = last,
                None => drop(self.elements.insert(map.to_owned(), last)),
            }
            return;
        }
        let Some(place) = place else { return };
        let inside = match node.kind {
            NodeKind::Map => self.last_element(node, took),
            _ => self.last.remove(&node.path),
        };
        self.settle(place, inside, took);
        match self.last.get_mut(around(node)) {
            Some(last) => *last = place,
            None => drop(self.last.insert(around(node).to_owned(), place)),
        }
    }

    /// The element of a map that has ended last, if it took most of the time: else it is all elements.
    fn last_element(&mut self, map: &NodeInfo, took: Duration) -> Option<Place> {
        let (element, took_itself) = self.elements.remove(&map.path)?;
        if took_itself * 2 < took {
            return None;
        }
        let inside = self.last.remove(&element.path);
        let place = self.keep(&element, None)?;
        self.settle(place, inside, took_itself);
        Some(place)
    }

    fn settle(&mut self, place: Place, inside: Option<Place>, took: Duration) {
        let before = self.kept[place].before.map_or(0, |at| self.kept[at].steps);
        let own = inside.map_or(1, |at| self.kept[at].steps);
        let kept = &mut self.kept[place];
        kept.took = took;
        kept.inside = inside;
        kept.steps = before + own;
    }

    /// The path to what has ended last; empty if it is not known.
    pub(super) fn whole(&self) -> Vec<Step<'_>> {
        let mut path = Vec::new();
        if !self.is_full {
            self.back(self.last.get("").copied(), usize::MAX, &mut path);
            path.reverse();
        }
        path
    }

    /// The last steps of the path to a node that runs, without the node, and how many steps the path has. The places
    /// are those of the node and the nodes around it, from the inside out.
    pub(super) fn to(
        &self,
        places: impl Iterator<Item = Place>,
        most: usize,
    ) -> (Vec<Step<'_>>, usize) {
        let (mut path, mut steps) = (Vec::new(), 0);
        if self.is_full {
            return (path, steps);
        }
        for place in places {
            let before = self.kept[place].before;
            steps += before.map_or(0, |at| self.kept[at].steps);
            self.back(before, most, &mut path);
        }
        path.reverse();
        (path, steps)
    }

    /// Adds what has ended, and what led to it, from the end, up to a number of steps.
    fn back<'c>(&'c self, last: Option<Place>, most: usize, path: &mut Vec<Step<'c>>) {
        let mut at = last;
        while let Some(place) = at
            && path.len() < most
        {
            let kept = &self.kept[place];
            // Graphs are nested as deep as workflows call each other, for which the engine has a limit.
            match kept.inside {
                Some(_) => self.back(kept.inside, most, path),
                None => path.push(Step {
                    path: &self.names[kept.path.clone()],
                    entity: &self.entities[kept.entity],
                    took: kept.took,
                }),
            }
            at = kept.before;
        }
    }
}

fn around(node: &NodeInfo) -> &str {
    node.parent().unwrap_or_default()
}
