//! The subject of a check, and the names of its nodes in the source.

use std::sync::Arc;

use super::{Finding, Rule};
use crate::lower::{self, Lowered, NodePath, lower, lower_job};
use flyte_core::graph::{Graph, entity::Location};

/// A graph as it is registered, and the source graph from which it was made.
pub(super) struct Subject {
    lowered: Option<Lowered>,
    graph: Arc<Graph>,
    /// Whether a dynamic task has built it.
    pub(super) is_dynamic: bool,
}

impl Subject {
    /// The registered form of a graph; the graph itself if `as_written`.
    pub(super) fn of(source: &Arc<Graph>, as_written: bool, is_dynamic: bool) -> Self {
        let lowered = match (as_written, is_dynamic) {
            (true, _) => None,
            (false, true) => Some(lower_job(source)),
            (false, false) => Some(lower(source)),
        };
        let graph = lowered.as_ref().map_or(source, Lowered::graph);
        Self {
            graph: Arc::clone(graph),
            lowered,
            is_dynamic,
        }
    }

    pub(super) fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    pub(super) fn lowered(&self) -> Option<&Lowered> {
        self.lowered.as_ref()
    }

    /// The source node to which a node belongs.
    fn source(&self, path: &NodePath) -> NodePath {
        let origin = self.lowered.as_ref().and_then(|it| it.source_of(path));
        origin.map_or_else(|| path.clone(), |origin| origin.node)
    }

    /// The change for which a node was added, if it is not in the source.
    pub(super) fn added_by(&self, path: &NodePath) -> Option<lower::Change> {
        self.lowered.as_ref()?.source_of(path)?.added_by
    }

    /// The name and the location of a node.
    pub(super) fn place(&self, path: &NodePath) -> (String, Location) {
        self.source_place(&self.source(path))
    }

    /// The name and the location of a source node.
    pub(super) fn source_place(&self, source: &NodePath) -> (String, Location) {
        let graph = self.lowered.as_ref().map_or(&self.graph, Lowered::source);
        let name = graph.name();
        match source.find_in(graph) {
            Some(node) => (format!("node `{source}` of `{name}`"), node.location()),
            None => {
                let entity = graph.entity();
                (format!("{} `{name}`", entity.kind()), entity.location())
            }
        }
    }

    pub(super) fn finding(
        &self,
        rule: Rule,
        path: &NodePath,
        reason: impl Into<String>,
        instead: impl Into<String>,
    ) -> Finding {
        let (place, location) = self.place(path);
        Finding::new(rule, place, location, reason, instead)
    }
}
