//! The description of a function that the macros emit: a constant that costs nothing until it is read.

use std::{
    any::Any,
    fmt,
    sync::{Arc, OnceLock},
};

use super::{Built, EntityBody, ExecutionBehavior, Location, Reference, RunTask};
use crate::{
    graph::{
        CompileError, Constant, Graph, Interface, NodeTarget, OutputVariable, Variable, gate::Gate,
    },
    options::{LaunchPlanOptions, TaskOptions, WorkflowOptions},
    types::{FlyteError, Literal, TypeInfo, Value},
};

/// The kind of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// A function that computes.
    Task,
    /// A function that builds a graph.
    Workflow,
    /// A workflow with some inputs fixed in advance.
    LaunchPlan,
    /// A wait; part of a workflow, and not in a registry.
    Gate,
}

impl fmt::Display for EntityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Task => "task",
            Self::Workflow => "workflow",
            Self::LaunchPlan => "launch plan",
            Self::Gate => "gate",
        })
    }
}

/// An input as the signature declares it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct InputDescriptor {
    /// The parameter's name.
    pub name: &'static str,
    /// The parameter's documentation.
    pub description: &'static str,
    /// Its type.
    pub info: TypeInfo,
    /// The value of `#[default(..)]`.
    pub default: Option<fn() -> Value>,
}

impl InputDescriptor {
    /// For generated code, and for entities that are made for a cluster.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        description: &'static str,
        info: TypeInfo,
        default: Option<fn() -> Value>,
    ) -> Self {
        Self {
            name,
            description,
            info,
            default,
        }
    }

    /// Whether a failure handler receives the failure here: an input `err` of type [`FlyteError`] or an optional one.
    #[inline]
    pub fn is_failure(&self) -> bool {
        let types = [
            TypeInfo::of::<FlyteError>(),
            TypeInfo::of::<Option<FlyteError>>(),
        ];
        self.name == "err" && types.contains(&self.info)
    }

    /// The value of the input if none is given: its default, or nothing for an `Option`; `None` if it is required.
    pub fn missing(&self) -> Option<Constant> {
        let value = match self.default {
            Some(default) => default(),
            None => {
                self.info.literal_type().optional()?;
                self.info.from_literal(Literal::NONE).ok()?
            }
        };
        Some(Constant {
            value,
            info: self.info,
        })
    }
}

/// A task, workflow or launch plan as the program declares it.
pub struct EntityDescriptor {
    explicit_name: Option<&'static str>,
    module_path: &'static str,
    function: &'static str,
    location: Location,
    docs: &'static str,
    inputs: &'static [InputDescriptor],
    outputs: fn() -> Vec<OutputVariable>,
    body: EntityBody,
    name: OnceLock<String>,
    output_variables: OnceLock<Vec<OutputVariable>>,
    graph: OnceLock<Result<Arc<Graph>, CompileError>>,
    complete: OnceLock<Result<(), CompileError>>,
    circle: OnceLock<Option<CompileError>>,
    prepared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl EntityDescriptor {
    /// A task or workflow, from what the macro knows about its function.
    #[expect(
        clippy::too_many_arguments,
        reason = "called by generated code alone, once for each entity"
    )]
    pub const fn new(
        explicit_name: Option<&'static str>,
        module_path: &'static str,
        function: &'static str,
        location: Location,
        docs: &'static str,
        inputs: &'static [InputDescriptor],
        outputs: fn() -> Vec<OutputVariable>,
        body: EntityBody,
    ) -> Self {
        Self {
            explicit_name,
            module_path,
            function,
            location,
            docs,
            inputs,
            outputs,
            body,
            name: OnceLock::new(),
            output_variables: OnceLock::new(),
            graph: OnceLock::new(),
            complete: OnceLock::new(),
            circle: OnceLock::new(),
            prepared: OnceLock::new(),
        }
    }

    /// A workflow that is being built in code.
    #[inline]
    pub fn imperative(name: &'static str, location: Location) -> Self {
        let body = EntityBody::Imperative(OnceLock::new());
        Self::new(Some(name), "", name, location, "", &[], Vec::new, body)
    }

    /// Sets the result of building a workflow in code; its graph must be kept before the entity is used.
    #[inline]
    pub fn keep_built(&self, built: Built) {
        if let EntityBody::Imperative(place) = &self.body {
            place.get_or_init(|| built);
        }
    }

    /// A gate, or a task for a cluster, that a graph adds.
    pub fn made(
        name: &'static str,
        location: Location,
        inputs: &'static [InputDescriptor],
        outputs: Vec<OutputVariable>,
        body: EntityBody,
    ) -> Self {
        Self {
            output_variables: OnceLock::from(outputs),
            ..Self::new(Some(name), "", name, location, "", inputs, Vec::new, body)
        }
    }

    /// Keeps the graph of an entity that was built in code; a graph that is already there stays.
    #[inline]
    pub fn keep_graph(&self, graph: Arc<Graph>) {
        self.graph.get_or_init(|| Ok(graph));
    }

    /// `crate.module.function`, or the value of `name = ".."`.
    pub fn name(&self) -> &str {
        self.name.get_or_init(|| match self.explicit_name {
            Some(name) => name.to_owned(),
            None => format!(
                "{}.{}",
                self.module_path.replace("::", ".").replace("r#", ""),
                self.function
            ),
        })
    }

    /// The last part of the name.
    #[inline]
    pub fn short_name(&self) -> &str {
        let name = self.explicit_name.unwrap_or(self.function);
        name.rsplit('.').next().unwrap_or(name)
    }

    /// Task, workflow or launch plan; for a reference, its kind on the cluster.
    pub fn kind(&self) -> EntityKind {
        match &self.body {
            EntityBody::Task { .. } | EntityBody::BuiltIn { .. } => EntityKind::Task,
            EntityBody::Workflow { .. } | EntityBody::Imperative(_) => EntityKind::Workflow,
            EntityBody::LaunchPlan { .. } => EntityKind::LaunchPlan,
            EntityBody::Reference { reference, .. } => reference.kind,
            EntityBody::Gate { .. } => EntityKind::Gate,
        }
    }

    /// How the task computes its outputs; `None` for anything else, including references.
    pub fn execution_behavior(&self) -> Option<ExecutionBehavior> {
        match &self.body {
            EntityBody::Task { run, .. } | EntityBody::BuiltIn { run, .. } => Some(match run {
                RunTask::Sync(_) | RunTask::Async(_) => ExecutionBehavior::Default,
                RunTask::Eager(_) => ExecutionBehavior::Eager,
                RunTask::Dynamic(_) => ExecutionBehavior::Dynamic,
            }),
            _ => None,
        }
    }

    /// The location of the function.
    #[inline]
    pub fn location(&self) -> Location {
        self.location
    }

    /// The function's documentation.
    #[inline]
    pub fn docs(&self) -> &'static str {
        self.docs
    }

    /// The first paragraph of the documentation, on one line.
    #[inline]
    pub fn summary(&self) -> String {
        self.docs
            .lines()
            .take_while(|line| !line.trim().is_empty())
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The inputs in declaration order.
    #[inline]
    pub fn inputs(&self) -> &'static [InputDescriptor] {
        match &self.body {
            EntityBody::Imperative(built) => built.get().map_or(&[], |built| built.inputs),
            _ => self.inputs,
        }
    }

    /// The outputs in order.
    #[inline]
    pub fn outputs(&self) -> &[OutputVariable] {
        match &self.body {
            EntityBody::Imperative(built) => built.get().map_or(&[], |built| &built.outputs),
            _ => self.output_variables.get_or_init(self.outputs),
        }
    }

    /// Inputs and outputs together.
    pub fn interface(&self) -> Interface {
        let inputs = self.inputs().iter().map(|i| Variable {
            name: i.name.into(),
            info: i.info,
            description: i.description,
        });
        let outputs = self.outputs().iter().map(|o| Variable {
            name: o.name.into(),
            info: o.info,
            description: o.description,
        });
        Interface {
            inputs: inputs.collect(),
            outputs: outputs.collect(),
        }
    }

    /// The options of a task.
    #[inline]
    pub fn task_options(&self) -> Option<&TaskOptions> {
        match &self.body {
            EntityBody::Task { options, .. } => Some(options),
            EntityBody::BuiltIn { options, .. } => Some(options),
            _ => None,
        }
    }

    /// The options of a workflow.
    #[inline]
    pub fn workflow_options(&self) -> Option<&WorkflowOptions> {
        match &self.body {
            EntityBody::Workflow { options, .. } => Some(options),
            EntityBody::Imperative(built) => built.get().map(|built| &built.options),
            _ => None,
        }
    }

    /// The options of a launch plan.
    #[inline]
    pub fn launch_plan_options(&self) -> Option<&LaunchPlanOptions> {
        match &self.body {
            EntityBody::LaunchPlan { options, .. } => Some(options),
            _ => None,
        }
    }

    /// The entity of a cluster that this one stands for.
    #[inline]
    pub fn reference(&self) -> Option<&Reference> {
        match &self.body {
            EntityBody::Reference { reference, .. } => Some(reference),
            _ => None,
        }
    }

    /// The container's arguments, for a built-in task.
    #[inline]
    pub fn built_in(&self) -> Option<&str> {
        match &self.body {
            EntityBody::BuiltIn { arguments, .. } => Some(arguments),
            _ => None,
        }
    }

    /// The entity that must be registered with a built-in task.
    #[inline]
    pub fn uses(&self) -> Option<&'static EntityDescriptor> {
        match &self.body {
            EntityBody::BuiltIn { uses, .. } => *uses,
            _ => None,
        }
    }

    /// The gate, if this is one.
    #[inline]
    pub fn gate(&self) -> Option<&Gate> {
        match &self.body {
            EntityBody::Gate { gate, .. } => Some(gate),
            _ => None,
        }
    }

    /// The name of a node that runs it: the last part of its name on a cluster.
    #[inline]
    pub fn node_name(&self) -> &str {
        match self.reference() {
            Some(reference) => reference.name.rsplit('.').next().unwrap_or_default(),
            None => self.short_name(),
        }
    }

    /// The entity that runs when the workflow fails.
    pub fn failure_handler(&self) -> Option<&'static EntityDescriptor> {
        match &self.body {
            EntityBody::Workflow {
                on_failure: Some(handler),
                ..
            } => Some(handler()),
            EntityBody::Imperative(built) => built.get()?.on_failure,
            _ => None,
        }
    }

    /// The compiled graph; compiled on first use. A task's graph is one node.
    ///
    /// # Errors
    ///
    /// When the workflow cannot be compiled; the error lists everything that is wrong.
    #[inline]
    pub fn graph(&'static self) -> Result<Arc<Graph>, CompileError> {
        self.graph
            .get_or_init(|| crate::graph::compile(self))
            .clone()
    }

    /// Compiles the graph again even if it is compiled already; for benchmarks.
    #[doc(hidden)]
    #[inline]
    pub fn compile_again(&'static self) -> Result<Arc<Graph>, CompileError> {
        crate::graph::compile(self)
    }

    /// What is wrong with a workflow that contains itself; looked for at the first call.
    pub(crate) fn circle(&'static self) -> Option<CompileError> {
        self.circle
            .get_or_init(|| crate::graph::circle::circle(self))
            .clone()
    }

    #[inline]
    pub(crate) fn known_complete(&self) -> Option<Result<(), CompileError>> {
        self.complete.get().cloned()
    }

    #[inline]
    pub(crate) fn keep_complete(
        &self,
        complete: Result<(), CompileError>,
    ) -> Result<(), CompileError> {
        self.complete.get_or_init(|| complete).clone()
    }

    /// The data that the engine prepared to run the entity and keeps with it.
    #[inline]
    pub fn prepared<T: Any>(&self) -> Option<&T> {
        self.prepared.get()?.downcast_ref()
    }

    /// Keeps data that was prepared to run the entity, unless some is kept already; returns the kept data if it is a
    /// `T`.
    #[inline]
    pub fn keep_prepared<T: Any + Send + Sync>(&self, made: T) -> Option<&T> {
        let kept = self.prepared.get_or_init(|| Box::new(made));
        kept.downcast_ref()
    }

    /// Whether it runs a graph of its own with more than one node, or may do so.
    #[inline]
    pub fn has_graph(&self) -> bool {
        matches!(
            self.body,
            EntityBody::Workflow { .. } | EntityBody::LaunchPlan { .. } | EntityBody::Imperative(_)
        )
    }

    /// The code and options of the entity.
    #[inline]
    #[doc(hidden)]
    pub fn body(&self) -> &EntityBody {
        &self.body
    }

    #[inline]
    pub(crate) fn as_target(&'static self) -> NodeTarget {
        match self.kind() {
            EntityKind::Task => NodeTarget::Task(self),
            EntityKind::Workflow => NodeTarget::Workflow(self),
            EntityKind::LaunchPlan => NodeTarget::LaunchPlan(self),
            EntityKind::Gate => NodeTarget::Gate(self),
        }
    }

    #[inline]
    pub(crate) fn output_name(&self, position: usize) -> &'static str {
        self.outputs()
            .get(position)
            .map_or("", |output| output.name)
    }
}

// The compiled graph refers to its entity, so the debug output of the entity cannot include it.
impl fmt::Debug for EntityDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` at {}", self.kind(), self.name(), self.location)
    }
}
