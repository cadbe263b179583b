//! Tasks that only a cluster's plugin can run.

use super::{EntityDescriptor, Location};

/// A local run reached a task that only a cluster's plugin can run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the task `{task}` is run by the plugin of a cluster for tasks of type `{task_type}`, and there is none on this \
     machine; mock it in \
     a test: `let _mocked = mock::<{function}>(|..| ..);`. If the plugin starts a container of this program, write a \
     body for `{function}` \
     ({location})"
)]
#[non_exhaustive]
pub struct NoPluginError {
    /// The name of the task.
    pub task: String,
    /// Its type.
    pub task_type: String,
    /// The function that declares it.
    pub function: String,
    /// Where that function is.
    pub location: Location,
}

impl NoPluginError {
    pub(crate) fn new(entity: &EntityDescriptor) -> Self {
        let plugin = entity.task_options().and_then(|options| options.plugin);
        Self {
            task: entity.name().to_owned(),
            task_type: plugin.map_or("", |plugin| plugin.task_type).to_owned(),
            function: entity.short_name().to_owned(),
            location: entity.location(),
        }
    }
}
