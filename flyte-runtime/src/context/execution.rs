//! The state of running a workflow or a task.

use crate::entity::EntityDescriptor;

/// What kind of execution is going on. Corresponds to flytekit's `ExecutionState.Mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A task in a container.
    TaskExecution = 1,
    /// A workflow on this machine.
    LocalWorkflowExecution = 2,
    /// A task on this machine.
    LocalTaskExecution = 3,
}

/// What a context holds while a workflow or a task runs. Corresponds to flytekit's `ExecutionState`.
#[derive(Clone, Debug)]
pub struct ExecutionState {
    mode: Mode,
    task: Option<&'static EntityDescriptor>,
    /// How many workers the run this belongs to may use; runs started inside share them.
    jobs: Option<crate::engine::Jobs>,
}

impl ExecutionState {
    pub(crate) fn of_task(task: &'static EntityDescriptor, jobs: crate::engine::Jobs) -> Self {
        Self {
            mode: Mode::LocalTaskExecution,
            task: Some(task),
            jobs: Some(jobs),
        }
    }

    /// What kind of execution is going on.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The task that is running.
    pub fn task(&self) -> Option<&'static EntityDescriptor> {
        self.task
    }

    /// Whether this machine runs the code, and not a cluster.
    pub fn is_local_execution(&self) -> bool {
        matches!(
            self.mode,
            Mode::LocalWorkflowExecution | Mode::LocalTaskExecution
        )
    }

    pub(crate) fn jobs(&self) -> Option<&crate::engine::Jobs> {
        self.jobs.as_ref()
    }
}
