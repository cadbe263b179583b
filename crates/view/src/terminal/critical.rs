//! What took the time of a run: its critical path.
//!
//! Events name no edges. But a node becomes ready in the moment in which the last node that it waits for ends, so what
//! it waited for is the node of the same graph that has ended last before. What follows from each other in this way has
//! no gaps, so its times add up to that of the run.
//!
//! What is needed of a node later is settled when it ends, in few bytes and without the node, and how long the path is
//! up to it, too. So a frame looks only at the steps that it shows.

use std::time::Duration;

use flyte_events::events::NodeKind;
use rustc_hash::FxHashMap;

use super::told::{Entities, Node, parent};

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
pub(super) type Place = u32;

#[derive(Debug)]
struct Kept {
    /// Where its path begins in the names, and its length.
    path: (u32, u32),
    entity: u32,
    took: Duration,
    /// What it waited for.
    before: Option<Place>,
    /// What has ended last inside of it, if that says better than the node what took the time.
    inside: Option<Place>,
    /// The number of steps of the path up to its end.
    steps: u32,
}

/// An element of a map.
#[derive(Debug)]
struct Element {
    path: String,
    entity: u32,
    took: Duration,
}

/// Nodes with what each waited for.
#[derive(Debug, Default)]
pub(super) struct Critical {
    kept: Vec<Kept>,
    /// The paths of the nodes, one behind the other.
    names: String,
    pub(super) entities: Entities,
    /// What has ended last in the graph of the run itself.
    last_of_run: Option<Place>,
    /// The same of each other graph, by the path of the node around.
    last: FxHashMap<String, Place>,
    /// What has ended last of each map, by its path.
    elements: FxHashMap<String, Element>,
    is_full: bool,
}

impl Critical {
    /// A node is ready, of an entity with a number. Its place is to be given when it ends.
    pub(super) fn ready(&mut self, node: Node<'_>, entity: u32) -> Option<Place> {
        // Elements of a map wait for nothing, and there may be a million.
        if node.map().is_some() {
            return None;
        }
        let before = match parent(node.path) {
            None => self.last_of_run,
            Some(around) => self.last.get(around).copied(),
        };
        self.keep(node.path, entity, before)
    }

    fn keep(&mut self, path: &str, entity: u32, before: Option<Place>) -> Option<Place> {
        let (start, length) = (self.names.len(), path.len());
        // Names are far shorter; if not, the path is not told.
        if self.kept.len() >= MOST || start + length > u32::MAX as usize {
            self.is_full = true;
            return None;
        }
        self.names += path;
        self.kept.push(Kept {
            path: (start as u32, length as u32),
            entity,
            took: Duration::ZERO,
            before,
            inside: None,
            steps: 0,
        });
        Some(self.kept.len() as Place - 1)
    }

    /// A node that had started has ended.
    pub(super) fn ended(&mut self, place: Option<Place>, node: Node<'_>, took: Duration) {
        if let Some(map) = node.map() {
            // The element that ends last ends the map, and takes the place of the one before.
            let entity = self.entities.number(node.entity);
            match self.elements.get_mut(map) {
                Some(last) => {
                    node.path.clone_into(&mut last.path);
                    (last.entity, last.took) = (entity, took);
                }
                None => {
                    let path = node.path.to_owned();
                    let first = Element { path, entity, took };
                    self.elements.insert(map.to_owned(), first);
                }
            }
            return;
        }
        let Some(place) = place else { return };
        let inside = match node.kind {
            NodeKind::Map => self.last_element(node.path, took),
            _ => self.end_of(node.path),
        };
        self.settle(place, inside, took);
        match parent(node.path) {
            None => self.last_of_run = Some(place),
            Some(around) => match self.last.get_mut(around) {
                Some(last) => *last = place,
                None => drop(self.last.insert(around.to_owned(), place)),
            },
        }
    }

    /// The element of a map that has ended last, if it took most of the time: else it is all elements.
    fn last_element(&mut self, map: &str, took: Duration) -> Option<Place> {
        let element = self.elements.remove(map)?;
        if element.took * 2 < took {
            return None;
        }
        let inside = self.end_of(&element.path);
        let place = self.keep(&element.path, element.entity, None)?;
        self.settle(place, inside, element.took);
        Some(place)
    }

    /// What has ended last inside of a node that ends.
    fn end_of(&mut self, path: &str) -> Option<Place> {
        match self.last.is_empty() {
            true => None,
            false => self.last.remove(path),
        }
    }

    fn settle(&mut self, place: Place, inside: Option<Place>, took: Duration) {
        let steps = |place: Option<Place>| place.map(|place| self.kept[place as usize].steps);
        let before = steps(self.kept[place as usize].before).unwrap_or(0);
        let own = steps(inside).unwrap_or(1);
        let kept = &mut self.kept[place as usize];
        kept.took = took;
        kept.inside = inside;
        kept.steps = before + own;
    }

    /// The path to what has ended last; empty if it is not known.
    pub(super) fn whole(&self) -> Vec<Step<'_>> {
        let mut path = Vec::new();
        if !self.is_full {
            self.back(self.last_of_run, usize::MAX, &mut path);
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
            let before = self.kept[place as usize].before;
            steps += before.map_or(0, |at| self.kept[at as usize].steps as usize);
            self.back(before, most, &mut path);
        }
        path.reverse();
        (path, steps)
    }

    fn name(&self, kept: &Kept) -> &str {
        let (start, length) = kept.path;
        &self.names[start as usize..][..length as usize]
    }

    /// Adds what has ended, and what led to it, from the end, up to a number of steps.
    fn back<'c>(&'c self, last: Option<Place>, most: usize, path: &mut Vec<Step<'c>>) {
        let mut at = last;
        while let Some(place) = at
            && path.len() < most
        {
            let kept = &self.kept[place as usize];
            // Graphs are nested as deep as workflows call each other, for which the engine has a limit.
            match kept.inside {
                Some(_) => self.back(kept.inside, most, path),
                None => path.push(Step {
                    path: self.name(kept),
                    entity: self.entities.name(kept.entity),
                    took: kept.took,
                }),
            }
            at = kept.before;
        }
    }
}
