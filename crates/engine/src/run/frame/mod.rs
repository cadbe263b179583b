//! A graph that is being executed: its values and its progress.

pub(crate) mod branches;
pub(crate) mod maps;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use tracing::Span;

use super::{Run, execution::Execution, observe, services};
use crate::{
    container::Container,
    error::FailureCause,
    plan::{Action, Arg, Computed, Plan, PlanNode},
};
use flyte_context::context::ExecutionState;
use flyte_core::{
    graph::NodeOverrides,
    lock::{lock, unpoisoned},
    panic::{self, Each},
    types::{FlyteError, FlyteType, TypeError, TypeInfo, Value},
};
use maps::MapState;

/// A flag in a node's count: a node it waits for did not produce its outputs.
const POISONED: u32 = 1 << 31;

/// A graph that is being executed.
pub(crate) struct Frame {
    pub(crate) plan: Arc<Plan>,
    pub(crate) run: Arc<Run>,
    /// The frame and node that wait for this one; `None` for the outermost.
    pub(crate) parent: Option<(Arc<Frame>, u32)>,
    /// The number of frames around this one.
    pub(crate) depth: u32,
    /// In a branch, the state that its tasks can read.
    pub(crate) branch: Option<Box<ExecutionState>>,
    /// The span that contains its nodes.
    span: Span,
    /// Set for a map, whose nodes are numbered like the elements.
    pub(crate) map: Option<Box<MapState>>,
    /// The execution of the dynamic task that built the graph.
    unfolded_by: Mutex<Option<Box<Execution>>>,
    slots: Vec<Mutex<Slot>>,
    /// For each node, how many others it still waits for.
    waits: Vec<AtomicU32>,
    /// How many nodes without successors are not done. Every other node is done before one of them.
    remaining: AtomicU32,
    /// A node failed. With the policy `FailImmediately` no other starts.
    failed: AtomicBool,
    /// A node did not run, so outputs may be missing.
    incomplete: AtomicBool,
    /// The failure handler was started.
    handled: AtomicBool,
}

/// A value and how many readers remain; the last one takes it.
struct Slot {
    value: Option<Value>,
    uses: u32,
}

/// A node that is ready to run.
pub(crate) struct Ready {
    pub(crate) frame: Arc<Frame>,
    pub(crate) node: u32,
}

impl Frame {
    /// How many tasks and gates are in it, as far as that is known when it starts.
    pub(crate) fn tasks(&self) -> usize {
        let elements = self.map().map_or(1, MapState::elements) as usize;
        elements.saturating_mul(self.plan.tasks)
    }
}

/// How a node ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    Failed,
    Skipped,
}

/// The node number of a frame's failure handler.
pub(crate) const HANDLER: u32 = u32::MAX;

impl Frame {
    pub(crate) fn new(
        plan: Arc<Plan>,
        run: Arc<Run>,
        parent: Option<(Arc<Frame>, u32)>,
        inputs: Vec<Value>,
    ) -> Arc<Self> {
        let branch = match &parent {
            Some((parent, _)) => parent.branch.clone(),
            None => None,
        };
        Self::with_branch(plan, run, parent, inputs, branch, None)
    }

    /// The frame of a map's elements.
    pub(crate) fn of_map(plan: Arc<Plan>, parent: (Arc<Frame>, u32), map: MapState) -> Arc<Self> {
        let run = Arc::clone(&parent.0.run);
        let branch = parent.0.branch.clone();
        Self::with_branch(
            plan,
            run,
            Some(parent),
            Vec::new(),
            branch,
            Some(Box::new(map)),
        )
    }

    /// The frame of a branch's chosen case.
    pub(crate) fn of_case(
        plan: Arc<Plan>,
        parent: (Arc<Frame>, u32),
        inputs: Vec<Value>,
        branch: ExecutionState,
    ) -> Arc<Self> {
        let run = Arc::clone(&parent.0.run);
        let branch = Some(Box::new(branch));
        Self::with_branch(plan, run, Some(parent), inputs, branch, None)
    }

    fn with_branch(
        plan: Arc<Plan>,
        run: Arc<Run>,
        parent: Option<(Arc<Frame>, u32)>,
        inputs: Vec<Value>,
        branch: Option<Box<ExecutionState>>,
        map: Option<Box<MapState>>,
    ) -> Arc<Self> {
        let mut inputs = inputs.into_iter();
        let slots = plan.slot_uses.iter().map(|&uses| {
            let mut value = inputs.next();
            // An input that nothing reads is not stored.
            if uses == 0
                && let Some(unread) = value.take()
            {
                panic::discard(unread);
            }
            Mutex::new(Slot { value, uses })
        });
        let slots = slots.collect();
        let (waits, remaining) = match &map {
            Some(map) => (Vec::new(), map.elements()),
            None => {
                let waits = plan.nodes.iter();
                let waits = waits.map(|node| AtomicU32::new(node.waits_for));
                (waits.collect(), plan.last_nodes)
            }
        };
        let remaining = AtomicU32::new(remaining);
        let span = services::graph_span(&run, parent.as_ref());
        let depth = parent.as_ref().map_or(0, |(parent, _)| parent.depth + 1);
        let [failed, incomplete, handled] = [const { AtomicBool::new(false) }; 3];
        Arc::new(Self {
            plan,
            run,
            parent,
            depth,
            branch,
            span,
            map,
            unfolded_by: Mutex::default(),
            slots,
            waits,
            remaining,
            failed,
            incomplete,
            handled,
        })
    }

    /// The state of the branch that this is a case of. A workflow called by a case is inside the branch but not a case
    /// of it.
    pub(crate) fn own_branch(&self) -> Option<&ExecutionState> {
        let (parent, node) = self.parent.as_ref()?;
        let branch = self.branch.as_deref()?;
        matches!(parent.node(*node).action, Action::Branch(_)).then_some(branch)
    }

    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// Keeps the execution of the dynamic task that built the graph until the graph has produced its outputs.
    pub(crate) fn unfolded_by(&self, execution: Execution) {
        *lock(&self.unfolded_by) = Some(Box::new(execution));
    }

    /// Takes the execution of the dynamic task that built the graph.
    pub(crate) fn take_execution(&self) -> Option<Box<Execution>> {
        lock(&self.unfolded_by).take()
    }

    /// The container started for this frame's task, not for an enclosing one.
    pub(crate) fn container(&self) -> Option<&Container> {
        let container = self.run.services.container.as_ref();
        container.filter(|_| self.parent.is_none())
    }

    /// The map's state, in the frame of a map.
    pub(crate) fn map(&self) -> Option<&MapState> {
        self.map.as_deref()
    }

    pub(crate) fn node(&self, node: u32) -> &PlanNode {
        if self.map.is_some() {
            return &self.plan.nodes[0];
        }
        match (node, &self.plan.on_failure) {
            (HANDLER, Some(handler)) => handler,
            _ => &self.plan.nodes[node as usize],
        }
    }

    /// The id of a node, with the ids of the enclosing nodes; `n0[3]` for an element of a map.
    pub(crate) fn path(&self, node: u32) -> String {
        if self.parent.is_none() {
            return self.id(node).to_owned();
        }
        // A list instead of recursion, because graphs may be nested deeply.
        let mut places = Vec::with_capacity(self.depth as usize + 1);
        let mut next = Some((self, node));
        while let Some((frame, node)) = next {
            places.push((frame, node));
            let parent = frame.parent.as_ref();
            next = parent.map(|(parent, around)| (&**parent, *around));
        }
        let mut path = String::new();
        for (frame, node) in places.into_iter().rev() {
            if frame.map.is_some() && !path.is_empty() {
                path.push_str(&format!("[{node}]"));
                continue;
            }
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(frame.id(node));
        }
        path
    }

    /// The path of the map whose elements these are; empty in other frames.
    pub(crate) fn map_path(&self) -> String {
        match (&self.map, &self.parent) {
            (Some(_), Some((parent, node))) => parent.path(*node),
            _ => String::new(),
        }
    }

    /// What the source says about a node beside its task; of an element, what it says about the map.
    pub(crate) fn overrides(&self, node: u32) -> Option<&NodeOverrides> {
        if let (Some(_), Some((parent, node))) = (&self.map, &self.parent) {
            return parent.overrides(*node);
        }
        let graph = &self.plan.graph;
        let node = match node {
            HANDLER => graph.failure_node()?,
            node => graph.nodes().get(node as usize)?,
        };
        node.overrides()
    }

    /// The id of a node in its graph.
    fn id(&self, node: u32) -> &str {
        let graph = &self.plan.graph;
        match (node, graph.failure_node()) {
            (HANDLER, Some(handler)) => handler.id(),
            _ => graph.nodes()[node as usize].id(),
        }
    }

    /// Whether no more nodes of this frame may start.
    pub(crate) fn is_stopped(&self) -> bool {
        if self.run.stop.is_set() {
            return true;
        }
        // Without any failure, a deeply nested frame need not ask all frames around it.
        if !self.run.outcome.has_failed() {
            return false;
        }
        let mut frame = self;
        loop {
            if frame.failed.load(Ordering::Relaxed)
                && frame.plan.failure_policy == flyte_core::options::FailurePolicy::FailImmediately
            {
                return true;
            }
            match &frame.parent {
                // A failure handler runs because its workflow has failed.
                Some((_, HANDLER)) | None => return false,
                Some((parent, _)) => frame = parent,
            }
        }
    }

    /// Whether an attempt of a node must end although it could go on. A failure handler goes on, because it runs after
    /// its frame has failed.
    pub(crate) fn stops(&self, node: u32) -> bool {
        self.run.stop.is_set() || (node != HANDLER && self.is_stopped())
    }

    /// How the whole frame ended, if not with outputs.
    pub(crate) fn shortfall(&self) -> Option<Outcome> {
        if self.failed.load(Ordering::Acquire) {
            Some(Outcome::Failed)
        } else {
            self.incomplete
                .load(Ordering::Acquire)
                .then_some(Outcome::Skipped)
        }
    }

    /// Whether the failure handler must start now; true exactly once.
    pub(crate) fn wants_handler(&self) -> bool {
        self.plan.on_failure.is_some()
            && self.failed.load(Ordering::Acquire)
            && !self.run.stop.is_set()
            && !self.handled.swap(true, Ordering::AcqRel)
    }

    /// Stores the outputs of a node.
    pub(crate) fn store(&self, node: u32, outputs: impl IntoIterator<Item = Value>) {
        if let Some(map) = self.map() {
            return map.store(node, outputs.into_iter().next());
        }
        /// Drops the remaining outputs if dropping one has panicked: a second panic would end the process.
        struct Rest<I: Iterator<Item = Value>>(I);
        impl<I: Iterator<Item = Value>> Drop for Rest<I> {
            fn drop(&mut self) {
                self.0.by_ref().for_each(panic::discard);
            }
        }
        let node = self.node(node);
        let mut outputs = Rest(outputs.into_iter());
        for (slot, value) in self.slots[node.first_slot as usize..]
            .iter()
            .zip(outputs.0.by_ref())
        {
            let mut slot = lock(slot);
            // An output that nothing reads is dropped here, outside of the lock.
            if slot.uses > 0 {
                slot.value = Some(value);
            }
        }
    }

    /// Drops the values that nothing will read. User code that keeps a context also keeps the frame.
    pub(crate) fn clear(&self) {
        if let Some(execution) = self.take_execution() {
            panic::discard(execution);
        }
        if let Some(map) = self.map() {
            map.clear();
        }
        for slot in &self.slots {
            let value = lock(slot).value.take();
            if let Some(value) = value {
                panic::discard(value);
            }
        }
    }

    fn read(&self, slot: u32) -> Option<Value> {
        let mut slot = lock(&self.slots[slot as usize]);
        slot.uses -= 1;
        if slot.uses == 0 {
            slot.value.take()
        } else {
            slot.value.clone()
        }
    }

    /// The value of an argument. The last reader of a slot takes the value.
    pub(crate) fn value(&self, arg: &Arg) -> Result<Value, TypeError> {
        let lost = || TypeError::mismatch("a value", "none; this is a bug in flyte-runtime");
        match arg {
            Arg::Slot(slot) => self.read(*slot).ok_or_else(lost),
            Arg::Constant(value) => Ok(value.clone()),
            Arg::Failure(info) => self.failure(*info),
            Arg::Computed(computed) => match &**computed {
                Computed::Part { slot, path } => {
                    let mut value = self.read(*slot).ok_or_else(lost)?;
                    let mut taken = String::new();
                    for (step, project) in path {
                        value = project(&value, step)
                            .map_err(|error| error.at(self.plan.slot_name(*slot) + &taken))?;
                        taken += &step.to_string();
                    }
                    Ok(value)
                }
                Computed::Converted { item, from, to } => {
                    let literal = from.to_literal(&self.value(item)?);
                    let value = literal.and_then(|literal| to.from_literal(literal));
                    value.map_err(|error| self.plan.error_of(item, error))
                }
                Computed::Collection { items, assemble } => {
                    let items = Each::collect(items.iter().map(|item| self.value(item)))?;
                    assemble(items.into_inner()).ok_or_else(lost)
                }
                Computed::Map {
                    keys,
                    items,
                    assemble,
                } => {
                    let items = Each::collect(items.iter().map(|item| self.value(item)))?;
                    let items = keys.iter().cloned().zip(items.into_inner());
                    assemble(items.collect()).ok_or_else(lost)
                }
            },
        }
    }

    /// The failure passed to this frame's handler: the first one in the frame, with the frame's own node that contains
    /// it.
    fn failure(&self, info: TypeInfo) -> Result<Value, TypeError> {
        let around = match &self.parent {
            Some((parent, node)) => parent.path(*node) + "/",
            None => String::new(),
        };
        let error = self.run.outcome.first_failure(|failure| {
            let inside = failure.node.strip_prefix(&around)?;
            // The handler receives the map's name, not the element's.
            let node = inside.split(['/', '[']).next().unwrap_or_default();
            Some(FlyteError::new(node, failure.to_string()))
        });
        info.from_literal(error.unwrap_or_default().to_literal()?)
    }

    /// The values of the graph's outputs.
    pub(crate) fn output_values(&self) -> Result<Vec<Value>, FailureCause> {
        if let Some(map) = self.map() {
            return map.output_values();
        }
        let outputs = self.plan.outputs.iter().zip(self.plan.graph.outputs());
        let outputs = outputs.map(|(arg, binding)| {
            self.value(arg).map_err(|error| FailureCause::Output {
                name: binding.var.clone(),
                error: Box::new(error),
            })
        });
        Ok(Each::collect(outputs)?.into_inner())
    }

    /// Notifies the successors of a node that it is done, and calls `ready` for each that can now start, with whether
    /// it must be skipped. Returns whether the whole graph is done, apart from the nodes that became ready.
    pub(crate) fn finish(
        &self,
        node: u32,
        outcome: Outcome,
        mut ready: impl FnMut(u32, bool),
    ) -> bool {
        match outcome {
            Outcome::Succeeded => {}
            Outcome::Failed => {
                self.run.outcome.note_failure();
                self.failed.store(true, Ordering::Release);
            }
            Outcome::Skipped => self.incomplete.store(true, Ordering::Release),
        }
        // No element of a map waits for another.
        let successors = &self.node(node).successors;
        for &successor in successors {
            // A node that waits for only one other needs no count.
            if self.plan.nodes[successor as usize].waits_for == 1 {
                ready(successor, outcome != Outcome::Succeeded);
                continue;
            }
            let waits = &self.waits[successor as usize];
            if outcome != Outcome::Succeeded {
                waits.fetch_or(POISONED, Ordering::AcqRel);
            }
            let before = waits.fetch_sub(1, Ordering::AcqRel);
            if before & !POISONED == 1 {
                ready(successor, before & POISONED != 0);
            }
        }
        successors.is_empty() && self.remaining.fetch_sub(1, Ordering::AcqRel) == 1
    }
}

/// Any thread may drop the last reference to a frame, at any point.
impl Drop for Frame {
    fn drop(&mut self) {
        while let Some(slot) = self.slots.pop() {
            let slot = unpoisoned(slot.into_inner());
            if let Some(value) = slot.value {
                panic::discard(value);
            }
        }
        if let Some(map) = &mut self.map {
            map.discard();
        }
    }
}

impl Frame {
    /// Ends the elements of a map that have not started, and returns whether they were the last.
    pub(crate) fn skip_rest(&self, map: &MapState) -> bool {
        let rest = map.take_rest();
        if rest == 0 {
            return false;
        }
        if self.run.services.is_watched() {
            let elements = map.elements();
            (elements - rest..elements).for_each(|element| observe::node_left(self, element));
        }
        self.incomplete.store(true, Ordering::Release);
        self.run.outcome.count_skipped(rest as usize);
        self.remaining.fetch_sub(rest, Ordering::AcqRel) == rest
    }
}
