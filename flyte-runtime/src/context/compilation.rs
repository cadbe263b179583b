//! The state of compiling one graph.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::graph::{Node, NodeList};

/// What a context holds while a workflow's body is being compiled: the graph's nodes so far.
///
/// Clones share the nodes. Corresponds to flytekit's `CompilationState`.
#[derive(Clone, Debug)]
pub struct CompilationState {
    nodes: Arc<Mutex<NodeList>>,
}

impl CompilationState {
    /// A state without nodes; the ids of its nodes begin with `prefix`.
    pub fn new(prefix: &str) -> Self {
        Self {
            nodes: Arc::new(Mutex::new(NodeList::new(prefix))),
        }
    }

    /// What the ids of the nodes begin with: nothing in a workflow, `d` in a dynamic one.
    pub fn prefix(&self) -> String {
        self.lock().prefix().to_owned()
    }

    /// The nodes made so far.
    pub fn nodes(&self) -> Vec<Node> {
        self.lock().nodes.clone()
    }

    pub(crate) fn with_nodes<R>(&self, with: impl FnOnce(&mut NodeList) -> R) -> R {
        with(&mut self.lock())
    }

    /// Takes the nodes out, leaving the state empty.
    pub(crate) fn into_nodes(self) -> NodeList {
        let empty = NodeList::new(self.lock().prefix());
        std::mem::replace(&mut *self.lock(), empty)
    }

    // A panic in a body leaves a list that is still whole: every operation on it pushes once, at its end.
    fn lock(&self) -> MutexGuard<'_, NodeList> {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
