//! Running nodes, one after the other, on one thread.

use std::sync::Arc;

use super::{
    Run,
    execution::{Failed, contexts::AttemptContexts},
    frame::{
        Frame, HANDLER, Outcome, Ready,
        maps::{self, Failing},
    },
    observe,
};
use crate::{
    attempt::machine::{Command, Halt},
    error::{FailureCause, NodeFailure},
    plan::{Action, Arg, PlanNode},
    schedule::{Role, Scheduled, Went},
};
use flyte_core::{
    graph::entity::{Input, TaskInputs},
    panic,
    types::{TypeError, Value},
};

/// The node number with which a frame itself becomes ready.
const START: u32 = u32::MAX - 1;

/// The node number of what starts elements of a map.
const LANE: u32 = u32::MAX - 2;

/// The node number with which an execution that has waited for its next attempt becomes ready.
pub(crate) const RESUME: u32 = u32::MAX - 3;

impl Ready {
    /// A frame whose nodes have not been started.
    pub(crate) fn start(frame: Arc<Frame>) -> Self {
        Self { frame, node: START }
    }

    /// Whether this is a node, and not something else whose turn it is.
    pub(crate) fn is_node(&self) -> bool {
        !matches!(self.node, START | LANE | RESUME)
    }
}

/// What one thread needs to run nodes; reused from node to node so that a task costs no allocation but its outputs.
#[derive(Default)]
pub(crate) struct Worker {
    pub(crate) inputs: TaskInputs,
    pub(crate) outputs: Vec<Value>,
    pub(crate) contexts: AttemptContexts,
    /// The node to run next, which never left this thread.
    next: Option<Ready>,
    /// The value of a slot that the next node alone reads; see [`PlanNode::hands_on`].
    pub(crate) handed_on: Option<(u32, Value)>,
    /// Nodes that became ready together with `next`.
    surplus: Vec<Ready>,
    /// How its thread works for the run; `None` where nodes end and none is run.
    pub(crate) role: Option<Role>,
    /// What has become of the thread since it began with the last work it was given.
    pub(crate) went: Went,
}

/// What came of running a node, as far as its worker went.
pub(crate) enum Step {
    /// It is over, with its outputs in their slots or a failure.
    Ended(Result<(), Box<Failed>>),
    /// It is over without either: its run was cancelled, its workflow has failed, or a cluster will run what it has
    /// built.
    Cancelled,
    /// It is a workflow, whose own nodes are next.
    Entered(Arc<Frame>),
    /// It waits elsewhere and will end there.
    Waiting,
}

impl Worker {
    /// Lets go of the context of the last attempt: nothing outlives the run it belongs to.
    pub(crate) fn leave(&mut self) {
        let _left = panic::catch(|| self.contexts.clear());
    }

    /// Lets go of what a node has left that has not given its outputs. What it panics with is not the next node's.
    #[cold]
    fn discard(&mut self) {
        self.inputs.discard();
        self.outputs.drain(..).for_each(panic::discard);
        if let Some((_, value)) = self.handed_on.take() {
            panic::discard(value);
        }
    }

    /// Runs a node and then, without a hand-over, what it made ready.
    pub(crate) fn run_from(&mut self, ready: Ready, role: Role) -> Went {
        self.role = Some(role);
        self.went = Went::On;
        self.next = Some(ready);
        while let Some(ready) = self.next.take() {
            self.run_node(ready);
            if !self.surplus.is_empty() {
                let run = Arc::clone(&self.surplus[0].frame.run);
                observe::nodes_wait(&run, &self.surplus);
                run.push(&mut self.surplus);
            }
        }
        self.went
    }

    fn run_node(&mut self, Ready { frame, node }: Ready) {
        if node == START {
            return self.start_frame(frame);
        }
        if node == LANE {
            return self.run_lane(frame);
        }
        if node == RESUME {
            if let Some(parked) = frame.run.schedule.parking.take_due() {
                self.resume(parked);
            }
            return;
        }
        if node != HANDLER && frame.is_stopped() {
            self.discard();
            return self.finish(frame, node, Outcome::Skipped);
        }
        // All that may be the user's code is inside: the task, and the clones and drops of its values.
        match panic::catch(|| self.attempt(&frame, node))
            .unwrap_or_else(|panic| Step::Ended(Err(FailureCause::from(panic).into())))
        {
            Step::Ended(Ok(())) => self.finish(frame, node, Outcome::Succeeded),
            Step::Entered(inner) => self.start_frame(inner),
            Step::Waiting => {}
            step => self.take_step(frame, node, step, false),
        }
    }

    /// Goes on after a step of a node that need not have begun here. Another element of the map may have its lane.
    #[cold]
    pub(crate) fn take_step(&mut self, frame: Arc<Frame>, node: u32, step: Step, freed_lane: bool) {
        let Some(outcome) = self.end_step(&frame, node, step) else {
            return;
        };
        if !freed_lane {
            return self.finish(frame, node, outcome);
        }
        if self.finish_node(&frame, node, outcome) {
            self.finish_frame(frame);
        }
    }

    /// How a node ends with a step, if it ends with it.
    #[inline]
    fn end_step(&mut self, frame: &Frame, node: u32, step: Step) -> Option<Outcome> {
        match step {
            Step::Ended(Ok(())) => Some(Outcome::Succeeded),
            Step::Ended(Err(failed)) => Some(self.end_failed(frame, node, failed)),
            Step::Cancelled => Some(self.end_cancelled()),
            Step::Entered(inner) => {
                self.start_frame(inner);
                None
            }
            Step::Waiting => None,
        }
    }

    /// How a node ends whose attempts have failed.
    #[cold]
    fn end_failed(&mut self, frame: &Frame, node: u32, failed: Box<Failed>) -> Outcome {
        let says_cancelled = failed.cause.said().is_some_and(|said| said.cancelled);
        let outcome = if Halt::of(frame, node).excuses(says_cancelled) {
            Outcome::Skipped
        } else if self.is_tolerated(frame, node, &failed) {
            Outcome::Succeeded
        } else {
            let previews = self.previews(frame, node);
            frame
                .run
                .outcome
                .record(failure(frame, node, *failed, previews));
            Outcome::Failed
        };
        self.discard();
        outcome
    }

    #[cold]
    fn end_cancelled(&mut self) -> Outcome {
        self.discard();
        Outcome::Skipped
    }

    /// Lets another element of a map start.
    pub(crate) fn start_lane(&mut self, frame: &Arc<Frame>) {
        self.make_ready(frame, LANE);
    }

    /// The inputs of a node that has failed, for the report.
    fn previews(&mut self, frame: &Frame, node: u32) -> Vec<(&'static str, String)> {
        let previews = panic::catch(|| match frame.node(node) {
            // What a branch has is not the inputs of the workflow that it is in, and a map has lists of them.
            PlanNode {
                action: Action::Branch(_) | Action::Map(_),
                ..
            } => Vec::new(),
            node => self.inputs.previews(node.entity),
        });
        previews.unwrap_or_default()
    }

    /// Runs elements of a map one after the other, until none is left or one ends elsewhere, where the lane goes on.
    fn run_lane(&mut self, frame: Arc<Frame>) {
        let Some(map) = frame.map() else {
            unreachable!("only maps have lanes")
        };
        loop {
            if frame.is_stopped() {
                if frame.skip_rest(map) {
                    self.finish_frame(frame);
                }
                return;
            }
            let Some(element) = map.take() else { return };
            let step = panic::catch(|| self.attempt(&frame, element))
                .unwrap_or_else(|panic| Step::Ended(Err(FailureCause::from(panic).into())));
            let Some(outcome) = self.end_step(&frame, element, step) else {
                return;
            };
            if self.finish_node(&frame, element, outcome) {
                return self.finish_frame(frame);
            }
        }
    }

    /// Whether a failing element leaves enough others that can succeed; counts it.
    pub(crate) fn is_tolerated(&self, frame: &Frame, element: u32, failed: &Failed) -> bool {
        let Some(map) = frame.map() else { return false };
        match map.count_failure() {
            Failing::Fatal => false,
            Failing::Tolerated => {
                observe::element_failed(frame, element, &failed.cause);
                true
            }
        }
    }

    fn attempt(&mut self, frame: &Arc<Frame>, node: u32) -> Step {
        let plan_node = frame.node(node);
        if let Err(cause) = self.gather(frame, node) {
            return Step::Ended(Err(cause.into()));
        }
        let is_watched = frame.run.services.is_watched();
        if is_watched && let Some(step) = self.attempt_mock(frame, node) {
            return step;
        }
        match &plan_node.action {
            Action::Branch(branch) => {
                let inner = branch.enter(frame, node, &mut self.inputs.values);
                entered(frame, node, inner)
            }
            Action::Map(map) => {
                let inner = map.enter(frame, node, &mut self.inputs.values);
                entered(frame, node, inner)
            }
            Action::Workflow(plan) => {
                if is_watched {
                    observe::workflow_started(frame, node, self.inputs.present());
                }
                let inputs = self
                    .inputs
                    .values
                    .drain(..)
                    .filter_map(|input| match input {
                        Input::Present(value) => Some(value),
                        Input::Moved(_) => None,
                    });
                let around = Some((Arc::clone(frame), node));
                Step::Entered(Frame::new(
                    Arc::clone(plan),
                    Arc::clone(&frame.run),
                    around,
                    inputs.collect(),
                ))
            }
            Action::Task(task) => self.attempt_task(frame, node, *task),
        }
    }

    /// Collects the arguments of a node.
    fn gather(&mut self, frame: &Frame, node: u32) -> Result<(), FailureCause> {
        self.inputs.clear();
        self.inputs.keep = false;
        let (element, node) = (node, frame.node(node));
        if let Some(map) = frame.map() {
            for position in 0..map.inputs() {
                let value = map
                    .input(position, element)
                    .map_err(|error| no_input(node, position, error))?;
                self.inputs.values.push(Input::Present(value));
            }
            return Ok(());
        }
        for arg in &node.args {
            if let (Arg::Slot(slot), Some((own, _))) = (arg, &self.handed_on)
                && slot == own
                && let Some((_, value)) = self.handed_on.take()
            {
                self.inputs.values.push(Input::Present(value));
                continue;
            }
            let value = frame
                .value(arg)
                .map_err(|error| no_input(node, self.inputs.values.len(), error))?;
            self.inputs.values.push(Input::Present(value));
        }
        self.handed_on = None;
        Ok(())
    }

    /// Makes the nodes ready that wait for nothing.
    fn start_frame(&mut self, frame: Arc<Frame>) {
        if let (Some(map), Some((parent, node))) = (frame.map(), &frame.parent)
            && let Action::Map(plan) = &parent.node(*node).action
        {
            if map.elements() == 0 {
                return self.finish_frame(frame);
            }
            for _ in 0..plan.lanes(&frame) {
                self.make_ready(&frame, LANE);
            }
            return;
        }
        if frame.plan.nodes.is_empty() {
            return self.finish_frame(frame);
        }
        for &node in &frame.plan.roots {
            self.make_ready(&frame, node);
        }
    }

    fn make_ready(&mut self, frame: &Arc<Frame>, node: u32) {
        self.make_next(Ready {
            frame: Arc::clone(frame),
            node,
        });
    }

    fn make_next(&mut self, ready: Ready) {
        match self.next {
            None => self.next = Some(ready),
            Some(_) => self.surplus.push(ready),
        }
    }

    /// A node is done: its successors may become ready, its frame may be done too, and so on outwards.
    pub(crate) fn finish(&mut self, frame: Arc<Frame>, node: u32, outcome: Outcome) {
        if node == HANDLER {
            if outcome == Outcome::Skipped {
                observe::node_left(&frame, node);
            }
            return self.finish_frame(frame);
        }
        self.end(frame, node, outcome);
    }

    /// A node that did not end where it was started, or is no element of a map, is done.
    pub(crate) fn end(&mut self, frame: Arc<Frame>, node: u32, outcome: Outcome) {
        let (done, next) = self.end_node(&frame, node, outcome);
        match next {
            // The frame goes on with its next node, without a look at its reference count.
            Some(node) => self.make_next(Ready { frame, node }),
            None if done => self.finish_frame(frame),
            None if frame.map().is_some() => self.make_ready(&frame, LANE),
            None => {}
        }
    }

    /// As [`end_node`](Self::end_node), for a frame that other code keeps; returns whether it is done.
    fn finish_node(&mut self, frame: &Arc<Frame>, node: u32, outcome: Outcome) -> bool {
        let (done, next) = self.end_node(frame, node, outcome);
        if let Some(node) = next {
            self.make_ready(frame, node);
        }
        done
    }

    /// Ends a node and all that must be skipped because of it; returns whether the frame is done, and the first of the
    /// nodes that are ready now. The others are with the worker.
    fn end_node(&mut self, frame: &Arc<Frame>, node: u32, outcome: Outcome) -> (bool, Option<u32>) {
        let mut done = false;
        let mut first = None;
        // Skipped nodes end at once, and theirs after them; a list, since a chain may be long.
        let mut ended = Vec::new();
        let mut next = Some((node, outcome));
        while let Some((node, outcome)) = next.take().or_else(|| ended.pop()) {
            if outcome == Outcome::Skipped {
                frame.run.outcome.count_skipped(1);
                observe::node_left(frame, node);
            }
            let last = frame.finish(node, outcome, |successor, skip| {
                if skip {
                    ended.push((successor, Outcome::Skipped));
                } else if first.is_none() {
                    first = Some(successor);
                } else {
                    // Behind the first, so that the order is that of the graph.
                    self.surplus.push(Ready {
                        frame: Arc::clone(frame),
                        node: successor,
                    });
                }
            });
            done |= last;
        }
        // Attempts that wait for something are ended when nothing of their frame may go on.
        if outcome == Outcome::Failed && frame.is_stopped() {
            frame.run.end_stopped();
        }
        (done, first)
    }

    fn finish_frame(&mut self, mut frame: Arc<Frame>) {
        loop {
            if frame.wants_handler() {
                return self.make_ready(&frame, HANDLER);
            }
            if let Some(branch) = frame.own_branch() {
                branch.branch_complete();
            }
            let ended = match frame.shortfall() {
                Some(outcome) => {
                    frame.clear();
                    if outcome == Outcome::Failed {
                        observe::graph_failed(&frame);
                    }
                    Err(outcome)
                }
                None => hand_outputs_on(&frame).map_err(|cause| {
                    if let Some((parent, node)) = &frame.parent {
                        let rendered = || cause.rendered().shared_message();
                        observe::node_failed(parent, *node, rendered);
                    }
                    let around = frame.parent.as_ref();
                    let place = around.map(|(parent, node)| parent.path(*node));
                    let entity = frame.plan.graph.entity();
                    let failure = NodeFailure::of_outputs(entity, place.unwrap_or_default(), cause);
                    frame.run.outcome.record(failure);
                    Outcome::Failed
                }),
            };
            let Some((parent, node)) = frame.parent.clone() else {
                return frame.run.complete(ended.ok());
            };
            let outcome = ended.map_or_else(|outcome| outcome, |_| Outcome::Succeeded);
            let outcome = maps::outcome(&parent, node, outcome);
            if node == HANDLER && outcome == Outcome::Skipped {
                observe::node_left(&parent, node);
            }
            if node != HANDLER && !self.finish_node(&parent, node, outcome) {
                if parent.map().is_some() {
                    self.make_ready(&parent, LANE);
                }
                return;
            }
            frame = parent;
        }
    }

    /// Hands everything that became ready to the run; for threads that do not run nodes themselves.
    pub(crate) fn hand_over(&mut self, run: &Arc<Run>) {
        self.surplus.extend(self.next.take());
        if !self.surplus.is_empty() {
            observe::nodes_wait(run, &self.surplus);
            run.push(&mut self.surplus);
        }
    }
}

/// What follows when a branch has taken a case, or a map has its elements, or could not.
fn entered(frame: &Frame, node: u32, inner: Result<Arc<Frame>, FailureCause>) -> Step {
    let tasks = inner.as_ref().map_or(0, |inner| inner.tasks());
    observe::parts_started(frame, node, tasks);
    match inner {
        Ok(inner) => Step::Entered(inner),
        Err(cause) => Step::Ended(Err(cause.into())),
    }
}

/// Puts the outputs of a graph where the node around it gives them; those of the outermost graph come back.
fn hand_outputs_on(frame: &Frame) -> Result<Vec<Value>, FailureCause> {
    let handed_on = panic::catch(|| {
        let values = frame.output_values()?;
        match &frame.parent {
            None => Ok(values),
            Some((parent, node)) => {
                match frame.take_execution() {
                    Some(mut execution) => {
                        if let Command::Close { is_new: true } = execution.unfolded() {
                            execution.close(&values);
                        }
                    }
                    None => observe::graph_succeeded(frame, &values),
                }
                parent.store(*node, values);
                Ok(Vec::new())
            }
        }
    });
    handed_on.unwrap_or_else(|panic| Err(panic.into()))
}

/// The input at `position` could not be made.
#[cold]
fn no_input(node: &PlanNode, position: usize, error: TypeError) -> FailureCause {
    let input = node.entity.inputs().get(position);
    FailureCause::Input {
        name: input.map_or("", |input| input.name),
        error,
    }
}

fn failure(
    frame: &Frame,
    node: u32,
    failed: Failed,
    inputs: Vec<(&'static str, String)>,
) -> NodeFailure {
    let rendered = || failed.cause.rendered().shared_message();
    observe::node_failed(frame, node, rendered);
    let PlanNode { entity, action, .. } = frame.node(node);
    let location = match action {
        Action::Branch(branch) => branch.location,
        _ => entity.location(),
    };
    NodeFailure {
        kind: entity.kind(),
        entity: entity.name().to_owned(),
        node: frame.path(node),
        workflow: frame.plan.graph.entity().name().to_owned(),
        attempt: failed.attempt,
        earlier: failed.earlier,
        inputs,
        location,
        cause: failed.cause,
    }
}
