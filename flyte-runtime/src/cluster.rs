//! What a Flyte 1 cluster would refuse, and what it does otherwise than a run on this machine, told before anything is
//! registered.
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
//! The [rules](Rule) are those of Flyte's compiler, of flyteadmin and of the engine. They are asked of what is
//! registered: of graphs that have been lowered. An error is something that cannot be registered, or cannot run; the
//! commands `serialize` and `package`, and the `Serializer` that they use, write nothing then. A warning is something
//! that is registered and does something else than a run on this machine. What a dynamic task builds is looked at when
//! it has built it, in the container, before the cluster is told.
//!
//! Not known here are the cluster's own limits: which resources, projects, launch plans and tasks it has.
//!
//! # What is made of a graph
//!
//! `remote::serialize::Serializer` turns every graph into one with the same results that Flyte 1's compiler takes
//! before it writes it: workflows, those inside of them, and the jobs of dynamic tasks. Runs on this machine use the
//! graph as it is written.
//!
//! The main means is a **pass-through**: a sub-workflow whose outputs are its inputs, and whose only node is a gate
//! that sleeps for no time. A cluster runs it without a container. What goes through gets the types of the
//! sub-workflow's interface.
//!
//! | What Flyte 1 refuses | What it becomes |
//! |---|---|
//! | a workflow, or a case of a branch, without nodes | a gate that sleeps for no time is its node |
//! | a condition on a field, an element or a key; an enum compared with a constant | a pass-through in front of the branch makes it a value of a primitive type |
//! | a condition on an optional value (`is_some`, `is_none`, `== Some(..)`), on a time in a struct, on a number in a struct that another program makes, or on parts of a second | a task in front of the branch computes it: it costs a container |
//! | an approval of a field, an element or the value of a key | a pass-through in front of the gate makes it a whole value |
//! | cases that are calls with outputs of one name and several types, as in `if x > 0 { count(x); } else { name(x); }` | each is a sub-workflow that has the outputs of the branch alone |
//! | a map over a launch plan, or over a task of a cluster | a task makes a graph with a call for each element: it costs a container |
//! | a workflow of a cluster called as a sub-workflow (`#[reference_workflow]`) | its default launch plan, which has its name and version |
//! | an `#[echo_task]` with several inputs | a pass-through |
//! | a `timeout` below one second, which is over before the task starts | one second |
//! | several nodes of a dynamic task's job with copies of one large constant | it goes in once, through a pass-through |
//!
//! Numbers in structs are looked at by a task where another program may have made them: where they come from the inputs
//! of the workflow, from the answer to a gate or from an entity of the cluster. Clients that are written in Go, and the
//! console, send integers as floats, and Python writes floats that are whole as integers; Flyte does not compare the
//! two. Of times and durations Flyte compares the whole seconds; a task compares them where that could make a
//! difference: dates, `>=` and `<` with a constant of whole seconds are left as they are.
//!
//! The calls of a mapped launch plan are executions of their own. So are those of a task of a cluster, which a workflow
//! that is registered for it calls. `concurrency` is kept by lanes: an element starts when the one that many places
//! before it is done. `min_successes` and `min_success_ratio` cannot be kept, since Flyte fails a graph with a call
//! that has failed: such a map is left as it is. So is a map over a task of a cluster that a dynamic task makes, for
//! which nothing can be registered any more.
//!
//! Tasks and workflows that are added have names that begin with that of the workflow they are for, as in
//! `my_crate.pipeline.n1-if`, and are among those that `Serializer::registry` lists. Where such a name is taken, by
//! what the workflow calls or by what was added before, a number stands behind it. A `Serializer` refuses two tasks or
//! workflows of one name.

pub use flyte_check::check::{Check, Finding, RefusedBy, Rule, Severity};
#[cfg(feature = "cluster")]
pub use flyte_cluster::flyte1::{
    AttemptRun, BlockingRemote, ClusterError, Conflict, Difference, ExecuteOptions, Execution,
    ExecutionEnd, ExecutionRecord, ExecutionTree, NodeRun, Outcome, RegisterOptions,
    RegisteredEntity, Registration, RegistrationStep, Remote, Status,
};
