//! Flyte 2's identifier of an action.

use std::{fmt, str::FromStr, sync::Arc};

use super::{IdentifierError, IdentifierKind, expect_prefix, optional_part, part, split};

const KIND: IdentifierKind = IdentifierKind::Action;

/// One action of a run: Flyte 2's unit of execution, and the value of `ctx().action` inside a task.
///
/// Corresponds to `flyte.models.ActionID`. Where that has `None` for a part, this has an empty text. As there, a
/// missing run name defaults to the action's name. Clones share their text.
///
/// ```
/// use flyte_runtime::context::ActionId;
///
/// let root = ActionId::new("a0")?.with_run("r7xk", "flytesnacks", "development", "")?;
/// assert_eq!(root.to_string(), "ac::flytesnacks:development:r7xk:a0");
/// assert_eq!(root.unique_id(), "flytesnacks-development-r7xk-a0");
/// assert_eq!(root.new_sub_action("a1")?.run_name(), "r7xk");
/// # Ok::<(), flyte_runtime::compat::identifier::IdentifierError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionId {
    name: Arc<str>,
    run_name: Arc<str>,
    project: Arc<str>,
    domain: Arc<str>,
    org: Arc<str>,
}

impl ActionId {
    /// An action that is its own run: the run has the action's name.
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if the name contains `:` or a control character, or is empty.
    pub fn new(name: impl Into<Arc<str>>) -> Result<Self, IdentifierError> {
        let name = part(KIND, "name", name)?;
        let empty: Arc<str> = "".into();
        Ok(Self {
            run_name: Arc::clone(&name),
            name,
            project: Arc::clone(&empty),
            domain: Arc::clone(&empty),
            org: empty,
        })
    }

    /// The same action within a named run, in a project, domain and organization (empty if not used).
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if a part contains `:` or a control character, or is empty.
    pub fn with_run(
        self,
        run_name: impl Into<Arc<str>>,
        project: impl Into<Arc<str>>,
        domain: impl Into<Arc<str>>,
        org: impl Into<Arc<str>>,
    ) -> Result<Self, IdentifierError> {
        Ok(Self {
            name: self.name,
            run_name: part(KIND, "run_name", run_name)?,
            project: optional_part(KIND, "project", project)?,
            domain: optional_part(KIND, "domain", domain)?,
            org: optional_part(KIND, "org", org)?,
        })
    }

    /// Another action of the same run (flyte's `new_sub_action`; the caller chooses the name).
    ///
    /// # Errors
    ///
    /// [`IdentifierError`] if the name contains `:` or a control character, or is empty.
    pub fn new_sub_action(&self, name: impl Into<Arc<str>>) -> Result<Self, IdentifierError> {
        Ok(Self {
            name: part(KIND, "name", name)?,
            ..self.clone()
        })
    }

    /// The name of the action, unique within its run.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of its run.
    pub fn run_name(&self) -> &str {
        &self.run_name
    }

    /// The project of the run, or an empty text.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The domain of the run, or an empty text.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The organization of the run, or an empty text.
    pub fn org(&self) -> &str {
        &self.org
    }

    /// `project-domain-run_name-name`, for keys and file names (flyte's `unique_id_str`).
    ///
    /// It cannot be parsed, because parts may contain dashes: use `to_string` and `parse` for that.
    pub fn unique_id(&self) -> String {
        format!(
            "{}-{}-{}-{}",
            self.project, self.domain, self.run_name, self.name
        )
    }
}

impl fmt::Display for ActionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ac:{}:{}:{}:{}:{}",
            self.org, self.project, self.domain, self.run_name, self.name
        )
    }
}

impl FromStr for ActionId {
    type Err = IdentifierError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let [prefix, org, project, domain, run_name, name] = split(KIND, text)?;
        expect_prefix(KIND, "ac", prefix, text)?;
        Self::new(name)?.with_run(run_name, project, domain, org)
    }
}
