//! Checks before registration what a Flyte 1 cluster would refuse, and what it does differently from a local run.
//!
//! ```
//! use flyte_runtime::{cluster::{Check, Rule}, prelude::*};
//!
//! #[task]
//! fn area(width: f64, height: f64) -> f64 {
//!     width * height
//! }
//!
//! #[workflow]
//! fn fläche(breite: f64, höhe: f64) -> f64 {
//!     area(breite, höhe)
//! }
//!
//! let findings = Check::new().entity(fläche::descriptor());
//! assert_eq!(findings[0].rule, Rule::NameNotAscii);
//! assert!(findings[0].is_error());
//! println!("{}", findings[0]); // with the place, and what to write instead
//! ```
//!
//! The [rules](Rule) are those of Flyte's compiler, of flyteadmin and of the engine. They apply to the registered form
//! of graphs, which has been lowered. An error is a construct that cannot be registered, or cannot run; the commands
//! `serialize` and `package`, and the `Serializer` that they use, then write nothing. A warning is a construct that is
//! registered but behaves differently from a local run. The graph of a dynamic task is checked in the container, after
//! the task has built it and before the cluster receives it.
//!
//! The check does not know the cluster's own limits: its resources, projects, launch plans and tasks.
//!
//! # What is made of a graph
//!
//! Before it writes a graph, `remote::serialize::Serializer` lowers it to one with the same results that Flyte 1's
//! compiler accepts. This applies to workflows, nested workflows, and the jobs of dynamic tasks. Local runs use the
//! graph as written.
//!
//! The main tool is a **pass-through**: a sub-workflow whose outputs are its inputs, and whose only node is a gate that
//! sleeps for no time. A cluster runs it without a container. Values that pass through it get the types of the
//! sub-workflow's interface.
//!
//! | What Flyte 1 refuses | What it becomes |
//! |---|---|
//! | a workflow, or a case of a branch, without nodes | its node is a gate that sleeps for no time |
//! | a condition on a field, an element or a key; an enum compared with a constant | a pass-through before the branch makes it a value of a primitive type |
//! | a condition on an optional value (`is_some`, `is_none`, `== Some(..)`), on a time in a struct, on a number in a struct that another program makes, or on parts of a second | a task before the branch computes it: it needs a container |
//! | an approval of a field, an element or the value of a key | a pass-through before the gate makes it a whole value |
//! | cases that are calls with outputs of the same name and different types, as in `if x > 0 { count(x); } else { name(x); }` | each is a sub-workflow with only the outputs of the branch |
//! | a map over a launch plan, or over a task of a cluster | a task makes a graph with a call for each element: it needs a container |
//! | a workflow of a cluster called as a sub-workflow (`#[reference_workflow]`) | its default launch plan, which has its name and version |
//! | an `#[echo_task]` with several inputs | a pass-through |
//! | a `timeout` below one second, which would expire before the task starts | one second |
//! | several nodes of a dynamic task's job with copies of one large constant | it is stored once, in a pass-through |
//!
//! A task compares numbers in structs if another program may have made them: if they come from the inputs of the
//! workflow, from the answer to a gate or from an entity of the cluster. Clients written in Go, and the console, send
//! integers as floats, and Python writes whole floats as integers; Flyte cannot compare the two. Flyte compares only
//! the whole seconds of times and durations; a task compares them if that could make a difference. Comparisons of
//! dates, and `>=` and `<` with a constant of whole seconds, are not changed.
//!
//! Each call of a mapped launch plan is a separate execution. The same is true for a mapped task of a cluster, which is
//! called through a workflow that is registered for it. `concurrency` is enforced with lanes: an element starts after
//! the one that many positions before it. `min_successes` and `min_success_ratio` cannot be supported, because Flyte
//! fails a graph with a failed call; such a map is not lowered. Neither is a map over a task of a cluster in a dynamic
//! task, for which nothing more can be registered.
//!
//! The names of added tasks and workflows begin with that of the workflow for which they were added, as in
//! `my_crate.pipeline.n1-if`, and `Serializer::registry` lists them. If such a name is taken, by an entity that the
//! workflow calls or by an earlier addition, a number is appended. A `Serializer` refuses two tasks or workflows with
//! the same name.

pub use flyte_check::check::{Check, Finding, RefusedBy, Rule, Severity};
#[cfg(feature = "keyring")]
pub use flyte_cluster::flyte1::SystemKeyring;
#[cfg(feature = "cluster")]
pub use flyte_cluster::flyte1::{
    AbsentEntity, AttemptRun, BackfillOptions, BackfillRun, BlockingRemote, ClusterError, Conflict,
    ConnectOptions, Difference, EntityDetails, EntityId, EntityRecord, EntityVariable,
    EntityVersion, ExecuteOptions, Execution, ExecutionEnd, ExecutionFilter, ExecutionRecord,
    ExecutionTree, Fetched, Given, Health, HealthCheck, Inputs, LaunchPlanRecord, NodeRun,
    NodeValues, Outcome, PlanSchedule, ProjectRecord, Pulled, ReferenceCheck, ReferenceDifference,
    RegisterOptions, RegisteredEntity, Registration, RegistrationStep, RelaunchOptions, Remote,
    RemoteExecution, RemoteInput, RemoteInterface, RemoteLaunchPlan, RemoteNode, RemoteOutput,
    RemoteTask, RemoteTaskOptions, RemoteWorkflow, SignInRequest, Signal, Status, TokenStore,
    Version, WaitOptions,
};
