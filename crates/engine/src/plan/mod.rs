//! A graph in the form the engine walks: indices instead of names, everything counted beforehand.

mod branch;
mod lower;
mod map;
mod notice;
mod outline;
mod policy;
mod wiring;

use std::sync::{Arc, OnceLock};

pub(crate) use branch::{BranchPlan, CasePlan, DefaultPlan, Side, Test};
#[doc(hidden)]
pub use lower::plan_again;
pub(super) use lower::plan_dynamic;
pub(crate) use lower::plan_of;
pub(crate) use map::MapPlan;
pub(crate) use policy::{AttemptPolicy, Rules};

use flyte_core::{
    graph::{
        Assemble, Graph, PathStep, Projection,
        entity::{EntityDescriptor, RunTask},
    },
    options::FailurePolicy,
    types::{TypeInfo, Value},
};

/// Where an argument comes from.
pub(crate) enum Arg {
    /// The value of a slot.
    Slot(u32),
    /// A constant of the body.
    Constant(Value),
    /// The failure that a handler is told of, as a value of this type.
    Failure(TypeInfo),
    /// Something made of several values.
    Computed(Box<Computed>),
}

/// An argument that is made when it is needed.
pub(crate) enum Computed {
    /// A part of the value of a slot.
    Part {
        slot: u32,
        path: Vec<(PathStep, Projection)>,
    },
    /// A list or an `Option`.
    Collection { items: Vec<Arg>, assemble: Assemble },
    /// A map.
    Map {
        keys: Vec<String>,
        items: Vec<Arg>,
        assemble: fn(Vec<(String, Value)>) -> Option<Value>,
    },
    /// What is of another Rust type with the same form in Flyte.
    Converted {
        item: Arg,
        from: TypeInfo,
        to: TypeInfo,
    },
}

/// What a node does.
pub(crate) enum Action {
    /// Runs a task.
    Task(RunTask),
    /// Runs another graph.
    Workflow(Arc<Plan>),
    /// Runs one of several graphs.
    Branch(Box<BranchPlan>),
    /// Runs something for each element of a list.
    Map(Box<MapPlan>),
}

/// One node.
pub(crate) struct PlanNode {
    /// What it runs; for a branch and a case of one the workflow that they are written in, for a map what runs for each
    /// element.
    pub(crate) entity: &'static EntityDescriptor,
    pub(crate) action: Action,
    /// One for each input, in declaration order; for a branch one for each value that its conditions and cases use.
    pub(crate) args: Vec<Arg>,
    /// What is to be done about its attempts besides making one; `None` for most.
    pub(crate) policy: Option<Box<AttemptPolicy>>,
    /// How much memory its attempts may have that are processes, in bytes.
    pub(crate) memory: Option<u64>,
    /// The slot of its first output; the others follow.
    pub(crate) first_slot: u32,
    /// How many nodes have to be done first.
    pub(crate) waits_for: u32,
    /// The nodes that wait for this one.
    pub(crate) successors: Vec<u32>,
    /// The slot of its only output, when nobody reads that but the only node that waits for this one, and that node
    /// waits for no other: whoever runs both hands the value on without the slot.
    pub(crate) hands_on: Option<u32>,
}

impl PlanNode {
    /// How many tasks and gates are in it, as far as that is known before it starts.
    pub(crate) fn tasks(&self) -> usize {
        match &self.action {
            Action::Task(_) => 1,
            Action::Workflow(plan) => plan.tasks,
            Action::Branch(_) | Action::Map(_) => 0,
        }
    }
}

/// A graph ready to be executed, with everything it contains.
///
/// The values of a frame live in slots: first the inputs of the graph, then the outputs of each node.
pub(crate) struct Plan {
    pub(crate) graph: Arc<Graph>,
    pub(crate) nodes: Vec<PlanNode>,
    /// The nodes that wait for nothing.
    pub(crate) roots: Vec<u32>,
    /// How many nodes no other waits for.
    pub(crate) last_nodes: u32,
    /// How many tasks and gates are in it, without those in branches, maps and what dynamic tasks build.
    pub(crate) tasks: usize,
    /// For each slot how many arguments and outputs read it.
    pub(crate) slot_uses: Vec<u32>,
    /// One for each output of the graph.
    pub(crate) outputs: Vec<Arg>,
    pub(crate) failure_policy: FailurePolicy,
    /// The failure handler.
    pub(crate) on_failure: Option<PlanNode>,
    /// For runs in this process and for isolated ones, each made at the first.
    notices: [OnceLock<Option<String>>; 2],
}

impl Plan {
    /// What a run says about options that have no effect on this machine.
    pub(crate) fn notice(&self, is_isolated: bool) -> Option<&str> {
        let notice = &self.notices[usize::from(is_isolated)];
        let made = notice.get_or_init(|| notice::of(self, is_isolated));
        made.as_deref()
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("graph", &self.graph)
            .finish_non_exhaustive()
    }
}
