//! The default task resolver.

use super::Registry;
use crate::graph::entity::{EntityDescriptor, EntityKind, LoadTaskError, TaskResolver};
use flyte_config::settings::SerializationSettings;

/// Finds tasks by name among the entities of the program.
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

/// The argument before the task's name.
const TASK_NAME: &str = "task-name";

impl DefaultTaskResolver {
    /// A resolver that searches `registry` instead of all entities of the program.
    pub fn of(registry: Registry) -> Self {
        Self {
            registry: Some(registry),
        }
    }

    fn registry(&self) -> &Registry {
        self.registry
            .as_ref()
            .unwrap_or_else(|| Registry::of_program())
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
