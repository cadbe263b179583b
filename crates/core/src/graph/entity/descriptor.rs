//! What the macros say about a function: a constant that costs nothing until it is looked at.

use std::{
    any::Any,
    fmt,
    pin::Pin,
    sync::{Arc, OnceLock},
};

use super::Reference;
use crate::{
    error::BoxError,
    graph::{
        CompileError, Constant, Graph, Interface, NodeTarget, OutputVariable, Variable,
        WorkflowBody, gate::Gate,
    },
    options::{LaunchPlanOptions, TaskOptions, WorkflowOptions},
    panic,
    types::{FlyteError, FlyteType, Literal, TypeInfo, Value},
};

/// A place in source code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, counted from one.
    pub line: u32,
}

impl Location {
    /// For generated code.
    #[doc(hidden)]
    pub const fn new(file: &'static str, line: u32) -> Self {
        Self { file, line }
    }

    /// Where the function that says `#[track_caller]` was called.
    #[track_caller]
    #[inline]
    pub fn caller() -> Self {
        let caller = std::panic::Location::caller();
        Self {
            file: caller.file(),
            line: caller.line(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// A function that computes.
    Task,
    /// A function that builds a graph.
    Workflow,
    /// A workflow with inputs given beforehand.
    LaunchPlan,
    /// A wait; part of a workflow, and in no registry.
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

/// What running a task means. Corresponds to flytekit's `ExecutionBehavior`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionBehavior {
    /// The function computes the outputs: `#[task]`.
    Default,
    /// The function builds a graph from its inputs, and the graph gives the outputs: `#[dynamic]`.
    Dynamic,
    /// The function awaits other tasks and workflows: `#[eager]`.
    Eager,
}

impl fmt::Display for ExecutionBehavior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Dynamic => "dynamic",
            Self::Eager => "eager",
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

    /// Whether a failure handler is told of the failure here: an input `err`, a [`FlyteError`] or an optional one.
    #[inline]
    pub fn is_failure(&self) -> bool {
        let types = [
            TypeInfo::of::<FlyteError>(),
            TypeInfo::of::<Option<FlyteError>>(),
        ];
        self.name == "err" && types.contains(&self.info)
    }

    /// What the input is when nobody gives it: its default, or nothing for an `Option`; `None` when it is required.
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

/// The future of an async task's attempt.
pub type TaskFuture = Pin<Box<dyn Future<Output = Result<Vec<Value>, BoxError>> + Send>>;

/// One attempt of a sync task; appends the outputs.
pub type SyncTask = fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError>;

/// Begins one attempt of an async task.
pub type AsyncTask = fn(&mut TaskInputs) -> Result<TaskFuture, BoxError>;

/// Builds the graph of one attempt of a dynamic task.
pub type DynamicTask = fn(&mut TaskInputs, &mut WorkflowBody) -> Result<(), BoxError>;

/// How a task runs.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub enum RunTask {
    /// On a worker thread.
    Sync(SyncTask),
    /// On the async runtime.
    Async(AsyncTask),
    /// On the async runtime, and what it calls goes through the engine.
    Eager(AsyncTask),
    /// Builds a graph, which then runs in the task's place.
    Dynamic(DynamicTask),
}

impl fmt::Debug for RunTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sync(_) => "Sync",
            Self::Async(_) => "Async",
            Self::Eager(_) => "Eager",
            Self::Dynamic(_) => "Dynamic",
        })
    }
}

/// What an entity does.
#[derive(Debug)]
#[doc(hidden)]
pub enum EntityBody {
    /// A task.
    Task {
        /// The options of `#[task(..)]`.
        options: &'static TaskOptions,
        /// Runs the function.
        run: RunTask,
    },
    /// A workflow.
    Workflow {
        /// The options of `#[workflow(..)]`.
        options: &'static WorkflowOptions,
        /// The entity of `on_failure`.
        on_failure: Option<fn() -> &'static EntityDescriptor>,
        /// Builds the graph.
        build: fn(&mut WorkflowBody),
    },
    /// A launch plan.
    LaunchPlan {
        /// The options of `#[launch_plan(..)]`.
        options: &'static LaunchPlanOptions,
        /// Builds the graph: one node, which runs the workflow on the inputs that were said.
        build: fn(&mut WorkflowBody),
    },
    /// An entity of a cluster.
    Reference {
        /// Which one.
        reference: Reference,
        /// Runs the local stub, or says that there is none.
        run: RunTask,
    },
    /// A gate.
    Gate {
        /// What it waits for.
        gate: Gate,
        /// What runs in place of the wait, for one that is never to be waited for.
        instead: Option<RunTask>,
    },
    /// A workflow that was built in code, together with its graph.
    Imperative(OnceLock<Built>),
    /// A task that a graph gets for a cluster, and that nobody has declared.
    BuiltIn {
        /// The options of a task.
        options: Box<TaskOptions>,
        /// How it runs; on this machine it never does.
        run: RunTask,
        /// What its container is told to do.
        arguments: String,
        /// What has to be registered with it.
        uses: Option<&'static EntityDescriptor>,
    },
}

/// What is known of a workflow that was built in code once it is built.
#[derive(Debug)]
#[doc(hidden)]
pub struct Built {
    /// The workflow's inputs, in declaration order.
    pub inputs: &'static [InputDescriptor],
    /// The workflow's outputs, in declaration order.
    pub outputs: Vec<OutputVariable>,
    /// The options of the workflow.
    pub options: WorkflowOptions,
    /// The entity that runs when it fails.
    pub on_failure: Option<&'static EntityDescriptor>,
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
    prepared: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl EntityDescriptor {
    /// What a macro knows of a function.
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
            prepared: OnceLock::new(),
        }
    }

    /// A workflow that is being built in code.
    #[inline]
    pub fn imperative(name: &'static str, location: Location) -> Self {
        let body = EntityBody::Imperative(OnceLock::new());
        Self::new(Some(name), "", name, location, "", &[], Vec::new, body)
    }

    /// Says what the workflow that was built in code turned out to be; its graph is to be kept before it is used.
    #[inline]
    pub fn keep_built(&self, built: Built) {
        if let EntityBody::Imperative(place) = &self.body {
            place.get_or_init(|| built);
        }
    }

    /// A gate, or a task for a cluster, as a graph describes it.
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

    /// Keeps the graph of an entity that was built in code; one that has a graph keeps the first.
    #[inline]
    pub fn keep_graph(&self, graph: Arc<Graph>) {
        self.graph.get_or_init(|| Ok(graph));
    }

    /// `crate.module.function`, or what `name = ".."` says.
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

    /// Task, workflow or launch plan; for a reference what it is on the cluster.
    pub fn kind(&self) -> EntityKind {
        match &self.body {
            EntityBody::Task { .. } | EntityBody::BuiltIn { .. } => EntityKind::Task,
            EntityBody::Workflow { .. } | EntityBody::Imperative(_) => EntityKind::Workflow,
            EntityBody::LaunchPlan { .. } => EntityKind::LaunchPlan,
            EntityBody::Reference { reference, .. } => reference.kind,
            EntityBody::Gate { .. } => EntityKind::Gate,
        }
    }

    /// What running a task means; `None` for anything else, references included.
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

    /// Where the function is.
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

    /// What the container of a built-in task is told to do.
    #[inline]
    pub fn built_in(&self) -> Option<&str> {
        match &self.body {
            EntityBody::BuiltIn { arguments, .. } => Some(arguments),
            _ => None,
        }
    }

    /// What has to be registered with a built-in task.
    #[inline]
    pub fn uses(&self) -> Option<&'static EntityDescriptor> {
        match &self.body {
            EntityBody::BuiltIn { uses, .. } => *uses,
            _ => None,
        }
    }

    /// What a gate waits for.
    #[inline]
    pub fn gate(&self) -> Option<&Gate> {
        match &self.body {
            EntityBody::Gate { gate, .. } => Some(gate),
            _ => None,
        }
    }

    /// What a node that runs it is called: the last part of the name it has on a cluster.
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

    /// The compiled graph; compiled at the first call. A task's graph is one node.
    ///
    /// # Errors
    ///
    /// When the workflow cannot be compiled, with everything that is wrong.
    #[inline]
    pub fn graph(&'static self) -> Result<Arc<Graph>, CompileError> {
        self.graph
            .get_or_init(|| crate::graph::compile(self))
            .clone()
    }

    /// Compiles the graph whether it was compiled before or not; for benchmarks.
    #[doc(hidden)]
    #[inline]
    pub fn compile_again(&'static self) -> Result<Arc<Graph>, CompileError> {
        crate::graph::compile(self)
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

    /// What whoever runs the entity has made of it and keeps with it.
    #[inline]
    pub fn prepared<T: Any>(&self) -> Option<&T> {
        self.prepared.get()?.downcast_ref()
    }

    /// Keeps what was made to run the entity, unless something is kept already; gives what is kept if it is a `T`.
    #[inline]
    pub fn keep_prepared<T: Any + Send + Sync>(&self, made: T) -> Option<&T> {
        let kept = self.prepared.get_or_init(|| Box::new(made));
        kept.downcast_ref()
    }

    /// Whether it runs by running a graph of its own that has more than one node, or could.
    #[inline]
    pub fn has_graph(&self) -> bool {
        matches!(
            self.body,
            EntityBody::Workflow { .. } | EntityBody::LaunchPlan { .. } | EntityBody::Imperative(_)
        )
    }

    /// What runs when the entity is called.
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

// The compiled graph names its entity, so it cannot be part of what the entity shows.
impl fmt::Debug for EntityDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` at {}", self.kind(), self.name(), self.location)
    }
}

/// The inputs of one attempt, taken by a task's function one by one.
#[derive(Debug, Default)]
pub struct TaskInputs {
    /// One for each input of the task, in declaration order.
    pub values: Vec<Input>,
    /// Another attempt may need them, so none is moved.
    pub keep: bool,
}

/// One input: there, or moved into the function with its preview left behind for an error report.
#[derive(Debug)]
pub enum Input {
    /// It has not been moved.
    Present(Value),
    /// It has been moved; this is its preview.
    Moved(String),
}

/// An input of another type than the function's: a mistake of the engine, reported instead of raised.
#[derive(Debug, thiserror::Error)]
#[error("input {position} is no `{expected}`; this is a bug in flyte-runtime")]
struct WrongInput {
    position: usize,
    expected: &'static str,
}

/// They may be the user's, and are left wherever an attempt ends.
impl Drop for TaskInputs {
    fn drop(&mut self) {
        if !self.values.is_empty() {
            self.discard();
        }
    }
}

impl TaskInputs {
    /// Takes the input at `position` for a parameter by value: moved when this is its last use, cloned otherwise, and
    /// also while another attempt may need it.
    ///
    /// # Errors
    ///
    /// When the engine passed a value of another type.
    pub fn take<T: FlyteType>(&mut self, position: usize) -> Result<T, BoxError> {
        let wrong = || WrongInput {
            position,
            expected: std::any::type_name::<T>(),
        };
        let slot = self.values.get_mut(position).ok_or_else(wrong)?;
        let Input::Present(value) = slot else {
            return Err(wrong().into());
        };
        // A plain copy leaves the value for an error report; what owns memory is moved if nobody else needs it.
        if !std::mem::needs_drop::<T>() || self.keep || !value.is_unique() {
            return Ok(value.downcast_ref::<T>().ok_or_else(wrong)?.clone());
        }
        let preview = TypeInfo::of::<T>().preview(value);
        let Input::Present(value) = std::mem::replace(slot, Input::Moved(preview)) else {
            return Err(wrong().into());
        };
        value.into_owned::<T>().map_err(|_| wrong().into())
    }

    /// The inputs once more, for somebody who may keep them; the values themselves are shared.
    #[inline]
    pub fn shared(&self) -> Vec<Input> {
        let inputs = self.values.iter().map(|input| match input {
            Input::Present(value) => Input::Present(value.clone()),
            Input::Moved(preview) => Input::Moved(preview.clone()),
        });
        inputs.collect()
    }

    /// Lets go of all of them: of one after the other, since two that panic together when they are dropped end the
    /// process. After a panic the others are still here.
    #[inline]
    pub fn clear(&mut self) {
        while let Some(others) = self.values.len().checked_sub(1) {
            self.values.truncate(others);
        }
    }

    /// Lets go of all of them, whatever they do when they are dropped.
    #[cold]
    pub fn discard(&mut self) {
        self.values.drain(..).for_each(panic::discard);
    }

    /// All inputs, before any of them is taken.
    #[inline]
    pub fn present(&self) -> impl Iterator<Item = &Value> {
        self.values.iter().filter_map(|input| match input {
            Input::Present(value) => Some(value),
            Input::Moved(_) => None,
        })
    }

    /// Shares the input at `position` for a borrowed parameter.
    ///
    /// # Errors
    ///
    /// When the engine passed a value of another type.
    pub fn share<T: FlyteType>(&self, position: usize) -> Result<Arc<T>, BoxError> {
        let wrong = || WrongInput {
            position,
            expected: std::any::type_name::<T>(),
        };
        match self.values.get(position) {
            Some(Input::Present(value)) => {
                value.clone().downcast::<T>().map_err(|_| wrong().into())
            }
            _ => Err(wrong().into()),
        }
    }

    /// Name and shortened value of every input.
    pub fn previews(&self, entity: &EntityDescriptor) -> Vec<(&'static str, String)> {
        let previews = entity
            .inputs()
            .iter()
            .zip(&self.values)
            .map(|(input, value)| {
                let text = match value {
                    Input::Present(value) => input.info.preview(value),
                    Input::Moved(preview) => preview.clone(),
                };
                (input.name, text)
            });
        previews.collect()
    }
}
