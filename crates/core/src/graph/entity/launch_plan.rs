//! The workflow and the inputs of a launch plan.

use super::{EntityBody, EntityDescriptor, InputDescriptor};
use crate::{
    graph::{CompileError, CompileProblem, Constant},
    options::LaunchPlanOptions,
};

/// An entity that a launch plan can start: a workflow, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "a launch plan starts a workflow, and `{Self}` is none",
    label = "no workflow",
    note = "annotate its function with `#[workflow]`; a single task is started through a workflow that calls it"
)]
pub trait Launchable: super::Entity {}

/// A workflow with fixed inputs and options for its executions (`flyteidl.admin.LaunchPlan`).
///
/// Every workflow has a default launch plan with the same name and without options; `#[launch_plan]` declares others.
/// Corresponds to flytekit's `LaunchPlan`.
///
/// ```
/// use flyte_runtime::{Entity, graph::LaunchPlan, prelude::*};
///
/// #[task]
/// fn add(a: i64, b: i64) -> i64 {
///     a + b
/// }
///
/// #[workflow]
/// fn sum(a: i64, b: i64) -> i64 {
///     add(a, b)
/// }
///
/// #[launch_plan(schedule = "@daily")]
/// fn daily(#[default(1)] a: i64) -> i64 {
///     sum(a = a, b = 10)
/// }
///
/// let plan = LaunchPlan::of(daily::descriptor())?.expect("it is one");
/// assert_eq!(plan.workflow().short_name(), "sum");
/// assert_eq!(plan.parameters()[0].name, "a");
/// assert_eq!(plan.fixed_inputs()[0].0, "b");
/// assert_eq!(plan.fixed_inputs()[0].1.preview(), "10");
/// # Ok::<(), flyte_runtime::graph::CompileError>(())
/// ```
#[derive(Clone, Debug)]
pub struct LaunchPlan {
    entity: &'static EntityDescriptor,
    workflow: &'static EntityDescriptor,
    options: LaunchPlanOptions,
    fixed: Vec<(String, Constant)>,
}

impl LaunchPlan {
    /// The launch plan that an entity declares, or the default one of a workflow. `None` for a task, and for a
    /// reference, because only its name is known.
    ///
    /// # Errors
    ///
    /// When the launch plan cannot be compiled.
    pub fn of(entity: &'static EntityDescriptor) -> Result<Option<Self>, CompileError> {
        match entity.body() {
            EntityBody::Task { .. }
            | EntityBody::Reference { .. }
            | EntityBody::Gate { .. }
            | EntityBody::BuiltIn { .. } => Ok(None),
            EntityBody::Workflow { .. } | EntityBody::Imperative(_) => Ok(Some(Self {
                entity,
                workflow: entity,
                options: LaunchPlanOptions::new(),
                fixed: Vec::new(),
            })),
            EntityBody::LaunchPlan { options, .. } => {
                let graph = entity.graph()?;
                // Compilation checked that the single node exists and runs a workflow.
                let node = &graph.nodes()[0];
                let Some(workflow) = node.target().entity() else {
                    return Ok(None);
                };
                let mut fixed = Vec::new();
                for binding in node.bindings() {
                    let value = binding.data.known().map_err(|source| CompileError {
                        workflow: entity.name().to_owned(),
                        location: entity.location(),
                        problems: vec![CompileProblem::InputValue {
                            entity: workflow.name().to_owned(),
                            name: binding.var.to_string(),
                            source,
                        }],
                    })?;
                    let declared = workflow
                        .inputs()
                        .iter()
                        .find(|input| input.name == binding.var);
                    if let (Some(value), Some(input)) = (value, declared) {
                        let info = input.info;
                        fixed.push((binding.var.to_string(), Constant { value, info }));
                    }
                }
                Ok(Some(Self {
                    entity,
                    workflow,
                    options: **options,
                    fixed,
                }))
            }
        }
    }

    /// Its name; that of the workflow for a default launch plan.
    pub fn name(&self) -> &'static str {
        self.entity.name()
    }

    /// Whether this is the default launch plan of its workflow.
    pub fn is_default(&self) -> bool {
        std::ptr::eq(self.entity, self.workflow)
    }

    /// The workflow that it starts.
    pub fn workflow(&self) -> &'static EntityDescriptor {
        self.workflow
    }

    /// The declared options.
    pub fn options(&self) -> &LaunchPlanOptions {
        &self.options
    }

    /// The inputs that can be given, with their defaults (`default_inputs`).
    pub fn parameters(&self) -> &'static [InputDescriptor] {
        self.entity.inputs()
    }

    /// The inputs of the workflow that cannot be given, sorted by name, with their values (`fixed_inputs`).
    pub fn fixed_inputs(&self) -> &[(String, Constant)] {
        &self.fixed
    }
}
