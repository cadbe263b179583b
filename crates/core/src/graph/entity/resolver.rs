//! What tells a container which task it is to run.

use std::fmt;

use super::{EntityDescriptor, UnknownEntity};
use flyte_config::settings::SerializationSettings;

/// A task that a container's arguments do not lead to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadTaskError {
    /// The arguments are not those that the resolver wrote.
    #[error("`{resolver}` reads the arguments `{form}` and was given `{}`", .given.join(" "))]
    Arguments {
        /// The resolver's name.
        resolver: String,
        /// What it reads.
        form: &'static str,
        /// What it was given.
        given: Vec<String>,
    },
    /// The binary has no such task.
    #[error(transparent)]
    Unknown(#[from] UnknownEntity),
    /// The name is a workflow's.
    #[error("`{name}` is a workflow, and a container runs tasks")]
    NotATask {
        /// The name.
        name: String,
    },
}

/// Writes into a container's arguments how to find a task, and finds it by them. Corresponds to flytekit's
/// `TaskResolverMixin`.
pub trait TaskResolver: fmt::Debug + Send + Sync {
    /// What the container is told to find the resolver by.
    fn location(&self) -> &str;

    /// The resolver's name.
    fn name(&self) -> &str;

    /// The task that these arguments mean.
    ///
    /// # Errors
    ///
    /// When the arguments are of another form or the task is not there.
    fn load_task(&self, loader_args: &[String])
    -> Result<&'static EntityDescriptor, LoadTaskError>;

    /// The arguments by which a container finds `task`.
    fn loader_args(&self, settings: &SerializationSettings, task: &EntityDescriptor)
    -> Vec<String>;

    /// All tasks this resolver can find.
    fn get_all_tasks(&self) -> Vec<&'static EntityDescriptor>;

    /// The name `task` is registered under.
    fn task_name(&self, task: &EntityDescriptor) -> String {
        task.name().to_owned()
    }
}
