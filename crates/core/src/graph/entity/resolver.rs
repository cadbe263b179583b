//! Resolvers: how a container finds the task that it runs.

use std::fmt;

use super::{EntityDescriptor, UnknownEntity};
use flyte_config::settings::SerializationSettings;

/// Why the arguments of a container do not identify a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadTaskError {
    /// The arguments are not those that the resolver wrote.
    #[error("`{resolver}` reads the arguments `{form}` and was given `{}`", .given.join(" "))]
    Arguments {
        /// The resolver's name.
        resolver: String,
        /// The form that it reads.
        form: &'static str,
        /// The arguments that it was given.
        given: Vec<String>,
    },
    /// The binary has no such task.
    #[error(transparent)]
    Unknown(#[from] UnknownEntity),
    /// The name belongs to a workflow.
    #[error("`{name}` is a workflow, and a container runs tasks")]
    NotATask {
        /// The name.
        name: String,
    },
}

/// Writes arguments into a container's command line, and finds the task by them. Corresponds to flytekit's
/// `TaskResolverMixin`.
pub trait TaskResolver: fmt::Debug + Send + Sync {
    /// The location by which the container finds the resolver.
    fn location(&self) -> &str;

    /// The resolver's name.
    fn name(&self) -> &str;

    /// Finds the task for these arguments.
    ///
    /// # Errors
    ///
    /// When the arguments have another form or the task does not exist.
    fn load_task(&self, loader_args: &[String])
    -> Result<&'static EntityDescriptor, LoadTaskError>;

    /// The arguments by which a container finds `task`.
    fn loader_args(&self, settings: &SerializationSettings, task: &EntityDescriptor)
    -> Vec<String>;

    /// All tasks this resolver can find.
    fn get_all_tasks(&self) -> Vec<&'static EntityDescriptor>;

    /// The name under which `task` is registered.
    fn task_name(&self, task: &EntityDescriptor) -> String {
        task.name().to_owned()
    }
}
