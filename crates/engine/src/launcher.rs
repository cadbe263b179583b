//! Tasks that something else runs than this process: a cluster, for the graph of a parent action.

use flyte_core::{
    error::BoxError,
    graph::{
        NodeOverrides,
        entity::{EntityDescriptor, TaskFuture, TaskInputs},
    },
    options::Process,
};

/// Has tasks run elsewhere. The engine decides when they start, and takes their outputs as if it had run them; how
/// often they are tried, how long they may take and whether they are cached is up to the launcher.
#[doc(hidden)]
pub trait Launcher: Send + Sync {
    /// Starts a task and waits for its outputs. Dropping the future ends the task.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    fn launch(&self, launch: Launch<'_>) -> Result<TaskFuture, BoxError>;
}

/// A task that is to run.
#[derive(Debug)]
#[doc(hidden)]
pub struct Launch<'a> {
    /// The task.
    pub entity: &'static EntityDescriptor,
    /// Its inputs, in the order of the declaration.
    pub inputs: &'a TaskInputs,
    /// The map that it is an element of, by its path; empty if there is none.
    pub group: String,
    /// What the node says about the task.
    pub overrides: Option<&'a NodeOverrides>,
}

/// Whether a launcher can run an entity: a task that has a container. Gates, and tasks that only pass their inputs on,
/// need none.
pub(crate) fn takes(entity: &EntityDescriptor) -> bool {
    entity.reference().is_none()
        && entity
            .task_options()
            .is_some_and(|options| !matches!(options.process, Some(Process::Echo)))
}
