//! The spans of a run, its nodes and their attempts. Each is the parent of the next, on whichever threads they are
//! made.

use std::sync::Arc;

use tracing::Span;

use super::Services;
use crate::run::{Run, frame::Frame};

impl Services {
    /// The span of a node, inside its graph's span.
    fn node_span(&self, frame: &Frame, node: u32) -> Span {
        let task = frame.node(node).entity.name();
        let make =
            || tracing::info_span!(parent: frame.span(), "node", id = frame.path(node), task);
        self.logged(make)
    }

    /// The span of an attempt, inside the span of its node.
    fn attempt_span(&self, node: &Span, number: u32) -> Span {
        self.logged(|| tracing::info_span!(parent: node, "attempt", number))
    }

    pub(super) fn within<R>(&self, span: &Span, work: impl FnOnce() -> R) -> R {
        self.logged(|| span.in_scope(work))
    }
}

/// The spans of a node and of its current attempt.
#[derive(Debug)]
pub(crate) struct Spans {
    /// `None` in a run that nothing listens to.
    node_and_attempt: Option<Box<(Span, Span)>>,
}

impl Spans {
    /// The spans of the first attempt.
    pub(crate) fn of(frame: &Frame, node: u32) -> Self {
        let spans = frame.run.services.watched().map(|services| {
            let node = services.node_span(frame, node);
            let attempt = services.attempt_span(&node, 0);
            Box::new((node, attempt))
        });
        Self {
            node_and_attempt: spans,
        }
    }

    /// Switches to another attempt.
    pub(crate) fn next(&mut self, run: &Run, number: u32) {
        if let (Some(services), Some(spans)) = (run.services.watched(), &mut self.node_and_attempt)
        {
            spans.1 = services.attempt_span(&spans.0, number);
        }
    }

    /// Runs code in the current attempt's span.
    pub(crate) fn within<R>(&self, run: &Run, work: impl FnOnce() -> R) -> R {
        match (run.services.watched(), &self.node_and_attempt) {
            (Some(services), Some(spans)) => services.within(&spans.1, work),
            _ => work(),
        }
    }

    /// The span of the current attempt, for code that cannot borrow these spans.
    pub(crate) fn attempt(&self) -> Option<Span> {
        self.node_and_attempt.as_ref().map(|spans| spans.1.clone())
    }
}

/// The span around the nodes of a graph: that of the run, or of the node that the graph runs for.
pub(crate) fn graph_span(run: &Run, parent: Option<&(Arc<Frame>, u32)>) -> Span {
    match (run.services.watched(), parent) {
        (None, _) => Span::none(),
        (Some(services), None) => services.span.clone(),
        (Some(services), Some((parent, node))) => services.node_span(parent, *node),
    }
}

/// Runs code in a span that an attempt provided.
pub(crate) fn within<R>(run: &Run, span: Option<&Span>, work: impl FnOnce() -> R) -> R {
    match (run.services.watched(), span) {
        (Some(services), Some(span)) => services.within(span, work),
        _ => work(),
    }
}
