//! Identifiers of executions: of a workflow, of one of its nodes, and of one attempt of a node's task.

use std::{fmt, str::FromStr, sync::Arc};

use super::{
    Identifier, IdentifierError, IdentifierKind, ResourceType, expect_prefix, part, split,
};

/// One execution of a workflow, or of a single task: `ex:project:domain:name`.
///
/// Corresponds to `flytekit.interfaces.cli_identifiers.WorkflowExecutionIdentifier`; `FromStr` is its
/// `from_python_std`. Clones share their text.
///
/// ```
/// use flyte_runtime::compat::identifier::WorkflowExecutionIdentifier;
///
/// assert_eq!(WorkflowExecutionIdentifier::local().to_string(), "ex:local:local:local");
/// let error = "ex:p:d".parse::<WorkflowExecutionIdentifier>().unwrap_err();
/// assert!(error.to_string().contains("write it as `ex:project:domain:name`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkflowExecutionIdentifier {
    project: Arc<str>,
    domain: Arc<str>,
    name: Arc<str>,
}

impl WorkflowExecutionIdentifier {
    const KIND: IdentifierKind = IdentifierKind::WorkflowExecution;

    /// Names an execution.
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if a part contains `:` or a control character, or is empty.
    pub fn new(
        project: impl Into<Arc<str>>,
        domain: impl Into<Arc<str>>,
        name: impl Into<Arc<str>>,
    ) -> Result<Self, IdentifierError> {
        Ok(Self {
            project: part(Self::KIND, "project", project)?,
            domain: part(Self::KIND, "domain", domain)?,
            name: part(Self::KIND, "name", name)?,
        })
    }

    /// A local execution, outside of a cluster: `ex:local:local:local`.
    pub fn local() -> Self {
        let local: Arc<str> = "local".into();
        Self {
            project: Arc::clone(&local),
            domain: Arc::clone(&local),
            name: local,
        }
    }

    /// The project it runs in.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The domain it runs in.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Its name, unique within project and domain.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for WorkflowExecutionIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ex:{}:{}:{}", self.project, self.domain, self.name)
    }
}

impl FromStr for WorkflowExecutionIdentifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let [prefix, project, domain, name] = split(Self::KIND, text)?;
        expect_prefix(Self::KIND, "ex", prefix, text)?;
        Self::new(project, domain, name)
    }
}

/// One node of one execution: `ne:project:domain:name:node_id`.
///
/// Corresponds to `flytekit.models.core.identifier.NodeExecutionIdentifier`, which does not have a text form that can
/// be parsed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeExecutionIdentifier {
    execution_id: WorkflowExecutionIdentifier,
    node_id: Arc<str>,
}

impl NodeExecutionIdentifier {
    const KIND: IdentifierKind = IdentifierKind::NodeExecution;

    /// Names a node of an execution; node ids are those of the compiled graph, such as `n0`.
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if the node id contains `:` or a control character, or is empty.
    pub fn new(
        execution_id: WorkflowExecutionIdentifier,
        node_id: impl Into<Arc<str>>,
    ) -> Result<Self, IdentifierError> {
        Ok(Self {
            execution_id,
            node_id: part(Self::KIND, "node_id", node_id)?,
        })
    }

    /// The execution of the workflow.
    pub fn execution_id(&self) -> &WorkflowExecutionIdentifier {
        &self.execution_id
    }

    /// The id of the node within its workflow.
    pub fn node_id(&self) -> &str {
        &self.node_id
    }
}

impl fmt::Display for NodeExecutionIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WorkflowExecutionIdentifier {
            project,
            domain,
            name,
        } = &self.execution_id;
        write!(f, "ne:{project}:{domain}:{name}:{}", self.node_id)
    }
}

impl FromStr for NodeExecutionIdentifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let [prefix, project, domain, name, node_id] = split(Self::KIND, text)?;
        expect_prefix(Self::KIND, "ne", prefix, text)?;
        Self::new(
            WorkflowExecutionIdentifier::new(project, domain, name)?,
            node_id,
        )
    }
}

/// One attempt of the task of a node.
///
/// Its text is `te:` and nine parts: project, domain and name of the execution, the node id, project, domain, name and
/// version of the task, and the retry.
///
/// Corresponds to `flytekit.interfaces.cli_identifiers.TaskExecutionIdentifier`.
///
/// ```
/// use flyte_runtime::compat::identifier::TaskExecutionIdentifier;
///
/// let id: TaskExecutionIdentifier = "te:p:d:f6a3:n0:p:d:square:v1:2".parse()?;
/// assert_eq!(id.node_execution_id().node_id(), "n0");
/// assert_eq!(id.task_id().name(), "square");
/// assert_eq!(id.retry_attempt(), 2);
/// # Ok::<(), flyte_runtime::compat::identifier::IdentifierError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskExecutionIdentifier {
    task_id: Identifier,
    node_execution_id: NodeExecutionIdentifier,
    retry_attempt: u32,
}

impl TaskExecutionIdentifier {
    const KIND: IdentifierKind = IdentifierKind::TaskExecution;

    /// Names an attempt; `retry_attempt` is 0 for the first one.
    ///
    /// # Errors
    ///
    /// [`IdentifierError::Prefix`] if `task_id` does not name a task: the text form has no room for another kind.
    pub fn new(
        task_id: Identifier,
        node_execution_id: NodeExecutionIdentifier,
        retry_attempt: u32,
    ) -> Result<Self, IdentifierError> {
        if task_id.resource_type() != ResourceType::Task {
            return Err(IdentifierError::Prefix {
                kind: Self::KIND,
                text: task_id.to_string(),
                found: task_id.resource_type().prefix().to_owned(),
            });
        }
        Ok(Self {
            task_id,
            node_execution_id,
            retry_attempt,
        })
    }

    /// The task.
    pub fn task_id(&self) -> &Identifier {
        &self.task_id
    }

    /// The node.
    pub fn node_execution_id(&self) -> &NodeExecutionIdentifier {
        &self.node_execution_id
    }

    /// The number of earlier attempts.
    pub fn retry_attempt(&self) -> u32 {
        self.retry_attempt
    }
}

impl fmt::Display for TaskExecutionIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let execution = &self.node_execution_id.execution_id;
        write!(
            f,
            "te:{}:{}:{}:",
            execution.project, execution.domain, execution.name
        )?;
        write!(f, "{}:", self.node_execution_id.node_id)?;
        let task = &self.task_id;
        write!(
            f,
            "{}:{}:{}:{}:",
            task.project(),
            task.domain(),
            task.name(),
            task.version()
        )?;
        write!(f, "{}", self.retry_attempt)
    }
}

impl FromStr for TaskExecutionIdentifier {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let [
            prefix,
            project,
            domain,
            name,
            node_id,
            task_project,
            task_domain,
            task_name,
            task_version,
            retry,
        ] = split(Self::KIND, text)?;
        expect_prefix(Self::KIND, "te", prefix, text)?;
        // Every number has exactly one text, so that `parse` and `to_string` are inverse: no `+1` and no `01`.
        let retry_attempt = retry
            .parse()
            .ok()
            .filter(|number: &u32| number.to_string() == retry)
            .ok_or_else(|| IdentifierError::Retry {
                text: text.to_owned(),
                found: retry.to_owned(),
            })?;
        let execution_id = WorkflowExecutionIdentifier::new(project, domain, name)?;
        Self::new(
            Identifier::new(
                ResourceType::Task,
                task_project,
                task_domain,
                task_name,
                task_version,
            )?,
            NodeExecutionIdentifier::new(execution_id, node_id)?,
            retry_attempt,
        )
    }
}
