//! Lowers a graph to one that Flyte 1's compiler accepts and that has the same results.
//!
//! A graph that does not need any change is returned as it is.
//!
//! ```
//! use flyte_check::lower::{Change, NodePath, lower};
//! use flyte_runtime::prelude::*;
//!
//! #[task]
//! fn half(x: i64) -> i64 {
//!     x / 2
//! }
//!
//! #[workflow]
//! fn at_most_ten(x: i64) -> i64 {
//!     if x > 10 { half(x) } else { x }
//! }
//!
//! let graph = at_most_ten::graph()?;
//! let lowered = lower(&graph);
//! let [done] = lowered.lowerings() else { panic!("one thing is to be done") };
//! assert_eq!((done.change, done.pod), (Change::Empty, false));
//! assert_eq!(done.node.to_string(), "n0/n1");
//!
//! // The gate that was added belongs to the `else`.
//! let origin = lowered.source_of(&NodePath::of(["n0", "n1", "n0"])).unwrap();
//! assert_eq!(origin.node.to_string(), "n0/n1");
//! assert_eq!(origin.added_by, Some(Change::Empty));
//! # Ok::<(), flyte_runtime::graph::CompileError>(())
//! ```

mod approvals;
pub mod built_in;
mod compared;
mod conditions;
mod constants;
mod maps;
mod mixed_outputs;
mod nodes;
mod pass;
mod path;
mod record;
mod renumber;
mod work;

use std::{fmt, sync::Arc};

use flyte_core::graph::Graph;

pub(crate) use conditions::is_inexact;
pub use path::NodePath;
pub use record::Origin;

use record::Record;

/// The kinds of changes to a graph, with their reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Change {
    /// A workflow or a case of a branch does not have a node.
    Empty,
    /// A condition reads a part of a value, or compares an enum with a constant.
    Condition,
    /// A condition reads an optional value, a time, or a value with another form in a struct.
    ComputedCondition,
    /// A gate approves a part of a value.
    Approval,
    /// The cases of a branch have an output with the same name and different types.
    CaseOutputs,
    /// A launch plan or a task of a cluster is mapped.
    LaunchPlanMap,
    /// A workflow of a cluster is called as a sub-workflow.
    ReferenceWorkflow,
    /// An echo task has several inputs.
    Echo,
    /// A timeout is below one second.
    Timeout,
    /// Nodes of a dynamic task's job have the same large constant as an input.
    Constant,
}

/// One change to a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lowering {
    /// The kind of change.
    pub change: Change,
    /// The source node that was changed; the empty path for the graph itself.
    pub node: NodePath,
    /// The added node, in the lowered graph.
    pub added: Option<NodePath>,
    /// Whether it needs a container that is not in the source.
    pub pod: bool,
}

/// Describes the change, as in "node `n1`: its conditions look at a pass-through".
impl fmt::Display for Lowering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.node.is_empty() {
            f.write_str("the workflow")?;
        } else {
            write!(f, "node `{}`", self.node)?;
        }
        f.write_str(match self.change {
            Change::Empty => " calls nothing, so it gets a gate that sleeps for no time",
            Change::Condition => {
                " has conditions that Flyte does not compare; a sub-workflow in front of it gives their values \
                 primitive types"
            }
            Change::ComputedCondition => {
                " has conditions that Flyte cannot compute; a task of the program in front of it does"
            }
            Change::Approval => {
                " approves a part of a value; a sub-workflow in front of it makes the part a value of its own"
            }
            Change::CaseOutputs => {
                " is a case with an output that has another type in another case, so it becomes a sub-workflow"
            }
            Change::LaunchPlanMap => {
                " maps what is not a task of the program; a task makes a graph with a call for each element"
            }
            Change::ReferenceWorkflow => {
                " calls a workflow of the cluster, which is run by its default launch plan, as an execution of its own"
            }
            Change::Echo => " is an echo task with several inputs, and becomes a sub-workflow",
            Change::Timeout => " has a timeout below one second, and gets one second",
            Change::Constant => {
                " gives several nodes the same large constant, which goes in once, through a sub-workflow"
            }
        })
    }
}

/// A graph that Flyte 1 accepts, and its relation to the source graph.
#[derive(Clone, Debug)]
pub struct Lowered {
    source: Arc<Graph>,
    graph: Arc<Graph>,
    record: Record,
}

impl Lowered {
    /// The graph that Flyte 1 accepts; the source itself if nothing was changed.
    pub fn graph(&self) -> &Arc<Graph> {
        &self.graph
    }

    /// The source graph.
    pub fn source(&self) -> &Arc<Graph> {
        &self.source
    }

    /// The changes, in the order of the nodes.
    pub fn lowerings(&self) -> &[Lowering] {
        &self.record.lowerings
    }

    /// The origin of a node of the lowered graph; `None` if there is no such node.
    ///
    /// Paths end at the nodes of workflows with a name in the source: those are lowered separately.
    pub fn source_of(&self, lowered: &NodePath) -> Option<Origin> {
        lowered.find_in(&self.graph)?;
        Some(self.record.origin(lowered))
    }

    /// The nodes of the lowered graph that come from a source node, first the one that represents it; empty if there is
    /// no such node.
    pub fn nodes_of(&self, source: &NodePath) -> Vec<NodePath> {
        if source.find_in(&self.source).is_none() {
            return Vec::new();
        }
        let mut nodes = vec![self.record.moved(source)];
        nodes.extend(self.record.added_for(source));
        nodes.retain(|node| node.find_in(&self.graph).is_some());
        nodes.dedup();
        nodes
    }
}

/// Lowers a graph.
///
/// Called workflows that have a name are separate graphs and must be lowered separately.
pub fn lower(graph: &Arc<Graph>) -> Lowered {
    finish(graph, lower_ref(graph, false))
}

/// Lowers the graph that a dynamic task has built.
pub fn lower_job(graph: &Arc<Graph>) -> Lowered {
    finish(graph, lower_ref(graph, true))
}

/// As [`lower`] or [`lower_job`], for a graph that is not shared: `None` if it can stay as it is.
pub fn lower_ref(graph: &Graph, is_job: bool) -> (Option<Graph>, Record) {
    let mut record = Record::default();
    let changed = work::lower_top(graph, is_job, &mut record);
    (changed, record)
}

fn finish(graph: &Arc<Graph>, (changed, record): (Option<Graph>, Record)) -> Lowered {
    Lowered {
        source: Arc::clone(graph),
        graph: changed.map_or_else(|| Arc::clone(graph), Arc::new),
        record,
    }
}
