//! How an entity is run.

use std::{fmt, pin::Pin, sync::OnceLock};

use super::{EntityDescriptor, InputDescriptor, Reference, TaskInputs};
use crate::{
    error::BoxError,
    graph::{OutputVariable, WorkflowBody, gate::Gate},
    options::{LaunchPlanOptions, TaskOptions, WorkflowOptions},
    types::Value,
};

/// How a task computes its outputs. Corresponds to flytekit's `ExecutionBehavior`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutionBehavior {
    /// The function computes the outputs: `#[task]`.
    Default,
    /// The function builds a graph from its inputs, and the graph computes the outputs: `#[dynamic]`.
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
    /// On the async runtime; the engine handles what it calls.
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

/// How an entity is run.
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
        /// Builds the graph: one node, which runs the workflow with the fixed inputs.
        build: fn(&mut WorkflowBody),
    },
    /// An entity of a cluster.
    Reference {
        /// The referenced entity.
        reference: Reference,
        /// Runs the local stub, or fails if there is none.
        run: RunTask,
    },
    /// A gate.
    Gate {
        /// The condition of the gate.
        gate: Gate,
        /// Replaces the wait, for a gate that is never waited for.
        instead: Option<RunTask>,
    },
    /// A workflow that was built in code, together with its graph.
    Imperative(OnceLock<Built>),
    /// A task that is added to a graph for a cluster and that the program does not declare.
    BuiltIn {
        /// The options of a task.
        options: Box<TaskOptions>,
        /// How it runs; it never runs locally.
        run: RunTask,
        /// The arguments of its container.
        arguments: String,
        /// The entity that must be registered with it.
        uses: Option<&'static EntityDescriptor>,
    },
}

/// The result of building a workflow in code.
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
