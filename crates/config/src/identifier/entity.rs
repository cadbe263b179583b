//! Identifiers of registered entities.

use std::{fmt, str::FromStr, sync::Arc};

use super::{IdentifierError, IdentifierKind, part, split};

const KIND: IdentifierKind = IdentifierKind::Entity;

/// What kind of entity an [`Identifier`] names.
///
/// Corresponds to `flytekit.models.core.identifier.ResourceType`, without its `UNSPECIFIED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ResourceType {
    /// A task.
    Task,
    /// A workflow.
    Workflow,
    /// A launch plan: a workflow with inputs, a schedule and options.
    LaunchPlan,
}

impl ResourceType {
    /// The first part of the text form: `tsk`, `wf` or `lp`.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Task => "tsk",
            Self::Workflow => "wf",
            Self::LaunchPlan => "lp",
        }
    }

    /// The name in Flyte's protobuf: `TASK`, `WORKFLOW` or `LAUNCH_PLAN` (flytekit's `resource_type_name()`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Task => "TASK",
            Self::Workflow => "WORKFLOW",
            Self::LaunchPlan => "LAUNCH_PLAN",
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        [Self::Task, Self::Workflow, Self::LaunchPlan]
            .into_iter()
            .find(|kind| kind.prefix() == text || kind.name() == text)
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The full name of a task, workflow or launch plan: where it is registered, and in which version.
///
/// Its text is `tsk:project:domain:name:version`, or `wf:` or `lp:` in front. The longer form that flytekit's core
/// identifiers print (`TASK:project:domain:name:version`) is read as well.
///
/// Corresponds to `flytekit.interfaces.cli_identifiers.Identifier`. Clones share their text.
///
/// ```
/// use flyte_runtime::compat::identifier::{Identifier, ResourceType};
///
/// let id: Identifier = "tsk:flytesnacks:development:square:v1".parse()?;
/// assert_eq!(id.resource_type(), ResourceType::Task);
/// assert_eq!(id.name(), "square");
/// assert_eq!(id.to_string(), "tsk:flytesnacks:development:square:v1");
/// # Ok::<(), flyte_runtime::compat::identifier::IdentifierError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier {
    resource_type: ResourceType,
    project: Arc<str>,
    domain: Arc<str>,
    name: Arc<str>,
    version: Arc<str>,
}

impl Identifier {
    /// Names an entity.
    ///
    /// # Errors
    ///
    /// [`IdentifierError::Empty`], [`IdentifierError::Colon`] or [`IdentifierError::Control`] if a part is empty, or
    /// contains `:` or a control character.
    pub fn new(
        resource_type: ResourceType,
        project: impl Into<Arc<str>>,
        domain: impl Into<Arc<str>>,
        name: impl Into<Arc<str>>,
        version: impl Into<Arc<str>>,
    ) -> Result<Self, IdentifierError> {
        Ok(Self {
            resource_type,
            project: part(KIND, "project", project)?,
            domain: part(KIND, "domain", domain)?,
            name: part(KIND, "name", name)?,
            version: part(KIND, "version", version)?,
        })
    }

    /// The task that runs on this machine when nothing else is known: `tsk:local:local:local:local`.
    pub fn local() -> Self {
        let local: Arc<str> = "local".into();
        Self {
            resource_type: ResourceType::Task,
            project: Arc::clone(&local),
            domain: Arc::clone(&local),
            name: Arc::clone(&local),
            version: local,
        }
    }

    /// Whether it names a task, a workflow or a launch plan.
    pub fn resource_type(&self) -> ResourceType {
        self.resource_type
    }

    /// The project it is registered in.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The domain it is registered in, such as `development`.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Its name, unique within project and domain.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            resource_type,
            project,
            domain,
            name,
            version,
        } = self;
        write!(
            f,
            "{}:{project}:{domain}:{name}:{version}",
            resource_type.prefix()
        )
    }
}

impl FromStr for Identifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let [prefix, project, domain, name, version] = split(KIND, text)?;
        let resource_type =
            ResourceType::from_text(prefix).ok_or_else(|| IdentifierError::Prefix {
                kind: KIND,
                text: text.to_owned(),
                found: prefix.to_owned(),
            })?;
        Self::new(resource_type, project, domain, name, version)
    }
}
