//! How a container finds the task it is to run.

use std::fmt;

use crate::entity::{EntityDescriptor, EntityKind, FlyteEntities, Registry, UnknownEntity};
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

/// Finds tasks by their names among the entities of the binary.
///
/// ```
/// use flyte_runtime::{Registry, compat::{DefaultTaskResolver, TaskResolver}, prelude::*};
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// // `DefaultTaskResolver::default()` looks among all tasks of the program.
/// let resolver = DefaultTaskResolver::of(Registry::builder().with::<square>().build()?);
/// let task = resolver.load_task(&["task-name".to_owned(), "square".to_owned()])?;
/// assert_eq!(task.short_name(), "square");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct DefaultTaskResolver {
    registry: Option<Registry>,
}

/// The argument in front of the task's name.
const TASK_NAME: &str = "task-name";

impl DefaultTaskResolver {
    /// A resolver that looks in `registry` instead of among all entities of the program.
    pub fn of(registry: Registry) -> Self {
        Self {
            registry: Some(registry),
        }
    }

    fn registry(&self) -> &Registry {
        self.registry
            .as_ref()
            .unwrap_or_else(|| FlyteEntities::registry())
    }
}

impl TaskResolver for DefaultTaskResolver {
    fn location(&self) -> &str {
        "flyte_runtime.default_task_resolver"
    }

    fn name(&self) -> &str {
        "DefaultTaskResolver"
    }

    fn load_task(
        &self,
        loader_args: &[String],
    ) -> Result<&'static EntityDescriptor, LoadTaskError> {
        let [key, name] = loader_args else {
            return Err(self.wrong_arguments(loader_args));
        };
        if key != TASK_NAME {
            return Err(self.wrong_arguments(loader_args));
        }
        let task = self.registry().find(name)?;
        match task.kind() {
            EntityKind::Task if task.reference().is_none() => Ok(task),
            _ => Err(LoadTaskError::NotATask {
                name: task.name().to_owned(),
            }),
        }
    }

    fn loader_args(
        &self,
        _settings: &SerializationSettings,
        task: &EntityDescriptor,
    ) -> Vec<String> {
        vec![TASK_NAME.to_owned(), task.name().to_owned()]
    }

    fn get_all_tasks(&self) -> Vec<&'static EntityDescriptor> {
        self.registry().tasks().collect()
    }
}

impl DefaultTaskResolver {
    fn wrong_arguments(&self, given: &[String]) -> LoadTaskError {
        LoadTaskError::Arguments {
            resolver: self.name().to_owned(),
            form: "task-name NAME",
            given: given.to_vec(),
        }
    }
}
