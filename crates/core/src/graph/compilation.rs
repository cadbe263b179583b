//! The state of compiling one graph.

use std::{
    any::{Any, TypeId},
    sync::{Arc, Mutex, MutexGuard},
};

use crate::{
    graph::{
        BindingData, Node, NodeList, NodeRef,
        entity::{EntityDescriptor, Location, TaskResolver},
    },
    lock::lock,
};
use flyte_scope as scope;
use flyte_scope::{Entry, View};

/// The state that a context holds while a workflow's body is compiled: the graph's nodes so far.
///
/// Clones share the nodes. Corresponds to flytekit's `CompilationState`.
#[derive(Clone, Debug)]
pub struct CompilationState {
    mode: i32,
    task_resolver: Option<Arc<dyn TaskResolver>>,
    /// Whether a workflow's body makes the nodes; no task may run there.
    of_workflow: bool,
    nodes: Arc<Mutex<NodeList>>,
}

impl CompilationState {
    /// A state without nodes or resolver; the ids of its nodes begin with `prefix`.
    pub fn new(prefix: &str) -> Self {
        Self {
            mode: 1,
            task_resolver: None,
            of_workflow: false,
            nodes: Arc::new(Mutex::new(NodeList::new(prefix))),
        }
    }

    /// Sets the resolver of tasks.
    #[must_use]
    pub fn with_task_resolver(mut self, resolver: Arc<dyn TaskResolver>) -> Self {
        self.task_resolver = Some(resolver);
        self
    }

    /// Marks the state as that of a workflow's body.
    pub(crate) fn of_workflow(mut self) -> Self {
        self.of_workflow = true;
        self
    }

    /// Whether a workflow's body is being compiled.
    pub fn is_of_workflow(&self) -> bool {
        self.of_workflow
    }

    /// Sets the mode.
    #[must_use]
    pub fn with_mode(mut self, mode: i32) -> Self {
        self.mode = mode;
        self
    }

    /// A state with the same mode and resolver and no nodes; `prefix` replaces the prefix of ids if given.
    #[must_use]
    pub fn with_params(&self, prefix: Option<&str>) -> Self {
        let prefix = prefix.map_or_else(|| self.prefix(), str::to_owned);
        Self {
            nodes: Arc::new(Mutex::new(NodeList::new(&prefix))),
            ..self.clone()
        }
    }

    /// The prefix of the node ids: nothing in a workflow, `d` in a dynamic one.
    pub fn prefix(&self) -> String {
        self.lock().prefix().to_owned()
    }

    /// Flytekit's mode of compilation, 1: calls become nodes.
    pub fn mode(&self) -> i32 {
        self.mode
    }

    /// The resolver that knows how a container finds the tasks declared here.
    pub fn task_resolver(&self) -> Option<&Arc<dyn TaskResolver>> {
        self.task_resolver.as_ref()
    }

    /// The nodes made so far.
    pub fn nodes(&self) -> Vec<Node> {
        self.lock().nodes.clone()
    }

    /// Adds a node that runs `entity` on `arguments`, one for each of its inputs in declaration order.
    #[track_caller]
    pub fn add_node(
        &self,
        entity: &'static EntityDescriptor,
        arguments: Vec<BindingData>,
    ) -> NodeRef {
        self.lock().add_node(entity, arguments, Location::caller())
    }

    pub(crate) fn with_nodes<R>(&self, with: impl FnOnce(&mut NodeList) -> R) -> R {
        with(&mut self.lock())
    }

    /// Takes the nodes out, leaving the state empty.
    pub(crate) fn into_nodes(self) -> NodeList {
        let mut list = self.lock();
        let empty = NodeList::new(list.prefix());
        std::mem::replace(&mut *list, empty)
    }

    // A panic in a body leaves the list intact: every operation on it pushes once, at its end.
    fn lock(&self) -> MutexGuard<'_, NodeList> {
        lock(&self.nodes)
    }
}

/// The scope of code that builds a graph. It inherits nothing from the code around it.
#[derive(Debug)]
pub struct Building {
    state: CompilationState,
    /// The context of the code, made when the code first reads it.
    view: View,
}

impl Building {
    pub(crate) fn new(state: CompilationState) -> Arc<Self> {
        Arc::new(Self {
            state,
            view: View::default(),
        })
    }
}

impl Entry for Building {
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        if wanted == TypeId::of::<CompilationState>() {
            Some(&self.state)
        } else if wanted == TypeId::of::<View>() {
            Some(&self.view)
        } else {
            None
        }
    }
}

/// Calls `with` with the graph under construction, if there is one.
pub fn with_node_list<R>(with: impl FnOnce(Option<&mut NodeList>) -> R) -> R {
    scope::find(|state: Option<&CompilationState>| match state {
        Some(state) => state.with_nodes(|list| with(Some(list))),
        None => with(None),
    })
}
