//! Running nodes, one after the other, on one thread.

use std::sync::Arc;

use super::{
    async_tasks,
    attempts::{self, AttemptContexts},
    frame::{Frame, HANDLER, Outcome, Ready},
    instruments::{Mock, Spans},
    jobs::Place,
    maps::{self, Failing},
    plan::{Action, Arg, PlanNode, plan_dynamic},
    retries::{Attempts, Failed},
    run::Run,
};
use crate::{
    attempt,
    context::{self, FlyteContext},
    entity::{DynamicTask, Input, RunTask, TaskInputs},
    error::{BoxError, FailureCause, NodeFailure},
    graph::compile_dynamic,
    types::{TypeError, Value},
};

/// How deep graphs may be inside of graphs. Workflows are counted when they are planned; dynamic tasks can go on without end.
const MAX_DEPTH: u32 = 1_000;

/// The node number with which a frame itself becomes ready.
const START: u32 = u32::MAX - 1;

/// The node number of what starts elements of a map.
const LANE: u32 = u32::MAX - 2;

impl Ready {
    /// A frame whose nodes have not been started.
    pub(crate) fn start(frame: Arc<Frame>) -> Self {
        Self { frame, node: START }
    }
}

/// What one thread needs to run nodes; reused from node to node so that a task costs no allocation but its outputs.
#[derive(Default)]
pub(crate) struct Worker {
    inputs: TaskInputs,
    outputs: Vec<Value>,
    contexts: AttemptContexts,
    /// The node to run next, which never left this thread.
    next: Option<Ready>,
    /// The value of a slot that the next node alone reads; see [`PlanNode::hands_on`].
    handed_on: Option<(u32, Value)>,
    /// Nodes that became ready together with `next`.
    surplus: Vec<Ready>,
}

/// What came of running a node, as far as its worker went.
pub(super) enum Step {
    /// It is over, with its outputs in their slots or a failure.
    Ended(Result<(), Box<Failed>>),
    /// It is over without either: its run was cancelled, its workflow has failed, or a cluster will run what it has built.
    Cancelled,
    /// It is a workflow, whose own nodes are next.
    Entered(Arc<Frame>),
    /// It waits elsewhere and will end there.
    Waiting,
}

/// A thread's service to a run; leaves it and gives its place back when dropped, also on a panic.
struct Service<'a> {
    run: &'a Arc<Run>,
    gives_place_back: bool,
    _held: Place,
}

impl<'a> Service<'a> {
    fn new(run: &'a Arc<Run>, gives_place_back: bool) -> Self {
        let held = run.jobs.held(true);
        run.enter_worker();
        Self {
            run,
            gives_place_back,
            _held: held,
        }
    }
}

impl Drop for Service<'_> {
    fn drop(&mut self) {
        self.run.leave_worker();
        if self.gives_place_back {
            self.run.jobs.give_back();
        }
        // Work that arrived after the last look has found no place or a worker that was just leaving.
        if self.run.has_work() {
            self.run.request(1);
        }
    }
}

impl Worker {
    /// Runs nodes on the thread that waits for the run until the run is done.
    pub(crate) fn drive(&mut self, run: &Arc<Run>) {
        // A run inside a task uses the place of the task, which is waiting for it.
        let own_place = !run.jobs.is_held();
        if own_place {
            run.jobs.take();
        }
        let _service = Service::new(run, own_place);
        while let Some(ready) = run.wait() {
            self.run_from(ready);
        }
        self.contexts.clear();
    }

    /// Runs nodes while there are any, in the place that was granted to the run.
    pub(crate) fn help(&mut self, run: Arc<Run>) {
        let _service = Service::new(&run, true);
        while let Some(ready) = run.pop() {
            self.run_from(ready);
        }
        self.contexts.clear();
    }

    /// Runs a node and then, without a hand-over, what it made ready.
    fn run_from(&mut self, ready: Ready) {
        self.next = Some(ready);
        while let Some(ready) = self.next.take() {
            self.run_node(ready);
            if !self.surplus.is_empty() {
                let run = Arc::clone(&self.surplus[0].frame.run);
                run.push(&mut self.surplus);
            }
        }
    }

    fn run_node(&mut self, Ready { frame, node }: Ready) {
        if node == START {
            return self.start_frame(frame);
        }
        if node == LANE {
            return self.run_lane(frame);
        }
        if node != HANDLER && frame.is_stopped() {
            // What the node would have read may be the user's, and panic when it is dropped.
            let _dropped = attempt::catch(|| self.handed_on = None);
            return self.finish(frame, node, Outcome::Skipped);
        }
        // All that may be the user's code is inside: the task, and the clones and drops of its values.
        match attempt::catch(|| self.attempt(&frame, node))
            .unwrap_or_else(|panic| Step::Ended(Err(FailureCause::from(panic).into())))
        {
            Step::Ended(Ok(())) => self.finish(frame, node, Outcome::Succeeded),
            Step::Ended(Err(failed)) => {
                let previews = self.previews(&frame, node);
                self.fail(frame, node, *failed, previews);
            }
            Step::Cancelled => self.finish(frame, node, Outcome::Skipped),
            Step::Entered(inner) => self.start_frame(inner),
            Step::Waiting => {}
        }
    }

    /// The inputs of a node that has failed, for the report.
    fn previews(&mut self, frame: &Frame, node: u32) -> Vec<(&'static str, String)> {
        let previews = attempt::catch(|| {
            self.outputs.clear();
            match frame.node(node) {
                // What a branch has is not the inputs of the workflow that it is in, and a map has lists of them.
                PlanNode {
                    action: Action::Branch(_) | Action::Map(_),
                    ..
                } => Vec::new(),
                node => self.inputs.previews(node.entity),
            }
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
            let step = attempt::catch(|| self.attempt(&frame, element))
                .unwrap_or_else(|panic| Step::Ended(Err(FailureCause::from(panic).into())));
            let outcome = match step {
                Step::Ended(Ok(())) => Outcome::Succeeded,
                Step::Ended(Err(failed)) if self.is_tolerated(&frame, element, &failed) => {
                    Outcome::Succeeded
                }
                Step::Ended(Err(failed)) => {
                    let previews = self.previews(&frame, element);
                    let failure = failure(&frame, element, *failed, previews);
                    frame.run.record_failure(failure);
                    Outcome::Failed
                }
                Step::Cancelled => Outcome::Skipped,
                Step::Entered(inner) => return self.start_frame(inner),
                Step::Waiting => return,
            };
            if self.finish_node(&frame, element, outcome) {
                return self.finish_frame(frame);
            }
        }
    }

    /// Whether a failing element leaves enough others that can succeed; counts it.
    pub(super) fn is_tolerated(&self, frame: &Frame, element: u32, failed: &Failed) -> bool {
        let Some(map) = frame.map() else { return false };
        match map.count_failure() {
            Failing::Fatal => false,
            Failing::Tolerated => {
                tracing::warn!(
                    node = frame.path(element),
                    error = %failed.cause,
                    "an element of a map failed, and enough others can succeed"
                );
                true
            }
        }
    }

    fn attempt(&mut self, frame: &Arc<Frame>, node: u32) -> Step {
        let plan_node = frame.node(node);
        if let Err(cause) = self.gather(frame, node) {
            return Step::Ended(Err(cause.into()));
        }
        if frame.run.watch.is_some()
            && let Some(step) = self.attempt_mock(frame, node)
        {
            return step;
        }
        match &plan_node.action {
            Action::Branch(branch) => match branch.enter(frame, node, &mut self.inputs.values) {
                Ok(inner) => Step::Entered(inner),
                Err(cause) => Step::Ended(Err(cause.into())),
            },
            Action::Map(map) => match map.enter(frame, node, &mut self.inputs.values) {
                Ok(inner) => Step::Entered(inner),
                Err(cause) => Step::Ended(Err(cause.into())),
            },
            Action::Workflow(plan) => {
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
            Action::Task(RunTask::Sync(task)) => {
                let ended = self.attempts(frame, node, |worker, context| {
                    worker.attempt_sync(frame, node, *task, context)
                });
                Step::Ended(ended)
            }
            Action::Task(RunTask::Dynamic(build)) => {
                let unfolded = self.attempts(frame, node, |worker, context| {
                    worker.unfold(frame, node, *build, context)
                });
                match unfolded {
                    Ok(Some(inner)) => Step::Entered(inner),
                    Ok(None) => Step::Cancelled,
                    Err(failed) => Step::Ended(Err(failed)),
                }
            }
            Action::Task(RunTask::Async(make) | RunTask::Eager(make)) => {
                let context = self.contexts.make(frame, node);
                async_tasks::run(&mut self.inputs, frame, node, context, *make)
            }
        }
    }

    /// Runs what stands for the entity of a node in a test, if anything does.
    #[cold]
    fn attempt_mock(&mut self, frame: &Arc<Frame>, node: u32) -> Option<Step> {
        let plan_node = frame.node(node);
        let mock = mocked(frame, plan_node)?;
        let ended = self.attempts(frame, node, |worker, context| {
            worker.attempt_sync(frame, node, &*mock, context)
        });
        Some(Step::Ended(ended))
    }

    /// One attempt of a sync task.
    fn attempt_sync(
        &mut self,
        frame: &Arc<Frame>,
        node: u32,
        task: impl Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError>,
        context: Arc<FlyteContext>,
    ) -> Result<(), FailureCause> {
        let (result, context) = context::within(context, || match &frame.run.watch {
            None => task(&mut self.inputs, &mut self.outputs),
            Some(watch) => {
                let entity = frame.node(node).entity;
                watch.check(entity, &mut self.inputs, &mut self.outputs, task)
            }
        });
        let closed = match &context {
            Some(context) if result.is_ok() => {
                attempts::close(context, frame.node(node), &self.outputs)
            }
            _ => Ok(()),
        };
        self.contexts.give_back(context);
        result.and(closed).map_err(FailureCause::Error)?;
        match frame.node(node).hands_on {
            Some(slot) => self.handed_on = self.outputs.pop().map(|value| (slot, value)),
            None => frame.store(node, self.outputs.drain(..)),
        }
        // What is still held of the inputs is freed before what comes next can want to move it.
        self.inputs.values.clear();
        Ok(())
    }

    /// All attempts of a task that ends on this thread; for most tasks that is one.
    fn attempts<R>(
        &mut self,
        frame: &Arc<Frame>,
        node: u32,
        mut once: impl FnMut(&mut Self, Arc<FlyteContext>) -> Result<R, FailureCause>,
    ) -> Result<R, Box<Failed>> {
        let context = self.contexts.make(frame, node);
        if frame.node(node).policy.is_none() && frame.run.watch.is_none() {
            return Ok(once(self, context)?);
        }
        self.attempts_as_wanted(frame, node, context, once)
    }

    /// The same where more is wanted than one attempt that nobody watches.
    #[cold]
    fn attempts_as_wanted<R>(
        &mut self,
        frame: &Arc<Frame>,
        node: u32,
        mut context: Arc<FlyteContext>,
        mut once: impl FnMut(&mut Self, Arc<FlyteContext>) -> Result<R, FailureCause>,
    ) -> Result<R, Box<Failed>> {
        let mut spans = Spans::of(frame, node);
        let Some(policy) = &frame.node(node).policy else {
            return Ok(spans.within(&frame.run, || once(self, context))?);
        };
        let plan_node = frame.node(node);
        if let Err(cause) = policy.check_secrets(frame, node, &context) {
            attempts::begin(&context, plan_node, &self.inputs);
            attempts::failed(&context, plan_node, &cause);
            return Err(cause.into());
        }
        let mut attempts = Attempts::default();
        loop {
            attempts::begin(&context, plan_node, &self.inputs);
            self.inputs.keep = attempts.number() < policy.retries;
            let attempted = Arc::clone(&context);
            let ended = spans.within(&frame.run, || attempt::catch(|| once(self, attempted)));
            let cause = match ended.unwrap_or_else(|panic| Err(panic.into())) {
                Ok(given) => return Ok(given),
                Err(cause) => cause,
            };
            attempts::failed(&context, plan_node, &cause);
            spans.within(&frame.run, || attempts.after(cause, frame, node))?;
            // What the attempt has left of its outputs may be the user's, and panic when it is dropped.
            let _dropped = attempt::catch(|| self.outputs.clear());
            context = context.next_attempt();
            spans.next(&frame.run, attempts.number());
        }
    }

    /// Runs the body of a dynamic task and returns its graph, ready to run in the task's place, or nothing when a cluster will
    /// run it.
    fn unfold(
        &mut self,
        frame: &Arc<Frame>,
        node: u32,
        build: DynamicTask,
        context: Arc<FlyteContext>,
    ) -> Result<Option<Arc<Frame>>, FailureCause> {
        if frame.depth >= MAX_DEPTH {
            return Err(FailureCause::Error(
                format!("dynamic tasks are nested more than {MAX_DEPTH} deep; one that calls itself needs a case in which it does not").into(),
            ));
        }
        let entity = frame.node(node).entity;
        let graph = compile_dynamic(entity, &context, |body| {
            if let Some(watch) = &frame.run.watch {
                watch.check_inputs(entity, &mut self.inputs)?;
            }
            build(&mut self.inputs, body)
        });
        if graph.is_ok() {
            attempts::built(&context, frame.node(node));
        }
        self.contexts.give_back(Some(context));
        let graph = graph?;
        if let (Some(container), None) = (&frame.run.container, &frame.parent)
            && container.takes(&graph)
        {
            return Ok(None);
        }
        let plan = plan_dynamic(&graph).map_err(|error| FailureCause::Error(Box::new(error)))?;
        self.inputs.values.clear();
        let around = Some((Arc::clone(frame), node));
        let run = Arc::clone(&frame.run);
        Ok(Some(Frame::new(plan, run, around, Vec::new())))
    }

    /// Collects the arguments of a node.
    fn gather(&mut self, frame: &Frame, node: u32) -> Result<(), FailureCause> {
        self.inputs.values.clear();
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
        let mut handed_on = self.handed_on.take();
        for arg in &node.args {
            if let (Arg::Slot(slot), Some((own, _))) = (arg, &handed_on)
                && slot == own
                && let Some((_, value)) = handed_on.take()
            {
                self.inputs.values.push(Input::Present(value));
                continue;
            }
            let value = frame
                .value(arg)
                .map_err(|error| no_input(node, self.inputs.values.len(), error))?;
            self.inputs.values.push(Input::Present(value));
        }
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

    /// Records a failure and ends the node.
    pub(super) fn fail(
        &mut self,
        frame: Arc<Frame>,
        node: u32,
        failed: Failed,
        inputs: Vec<(&'static str, String)>,
    ) {
        frame
            .run
            .record_failure(failure(&frame, node, failed, inputs));
        self.finish(frame, node, Outcome::Failed);
    }

    /// A node is done: its successors may become ready, its frame may be done too, and so on outwards.
    pub(crate) fn finish(&mut self, frame: Arc<Frame>, node: u32, outcome: Outcome) {
        if node == HANDLER {
            return self.finish_frame(frame);
        }
        self.end(frame, node, outcome);
    }

    /// A node that did not end where it was started, or is no element of a map, is done.
    pub(super) fn end(&mut self, frame: Arc<Frame>, node: u32, outcome: Outcome) {
        let (done, next) = self.end_node(&frame, node, outcome);
        match next {
            // The frame goes on with its next node, without a look at its reference count.
            Some(node) => self.make_next(Ready { frame, node }),
            None if done => self.finish_frame(frame),
            None if frame.map().is_some() => self.make_ready(&frame, LANE),
            None => {}
        }
    }

    /// As [`end_node`](Self::end_node), for a frame that somebody holds on to; returns whether it is done.
    fn finish_node(&mut self, frame: &Arc<Frame>, node: u32, outcome: Outcome) -> bool {
        let (done, next) = self.end_node(frame, node, outcome);
        if let Some(node) = next {
            self.make_ready(frame, node);
        }
        done
    }

    /// Ends a node and all that must be skipped because of it; returns whether the frame is done, and the first of the nodes that
    /// are ready now. The others are with the worker.
    fn end_node(&mut self, frame: &Arc<Frame>, node: u32, outcome: Outcome) -> (bool, Option<u32>) {
        let mut done = false;
        let mut first = None;
        // Skipped nodes end at once, and theirs after them; a list, since a chain may be long.
        let mut ended = Vec::new();
        let mut next = Some((node, outcome));
        while let Some((node, outcome)) = next.take().or_else(|| ended.pop()) {
            if outcome == Outcome::Skipped {
                frame.run.count_skipped(1);
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
            frame.run.abort_stopped();
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
                    let _cleared = attempt::catch(|| frame.clear());
                    Err(outcome)
                }
                None => hand_outputs_on(&frame).map_err(|cause| {
                    frame.run.record_failure(workflow_failure(&frame, cause));
                    Outcome::Failed
                }),
            };
            let Some((parent, node)) = frame.parent.clone() else {
                return frame.run.complete(ended.ok());
            };
            let outcome = ended.map_or_else(|outcome| outcome, |_| Outcome::Succeeded);
            let outcome = maps::outcome(&parent, node, outcome);
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
            run.push(&mut self.surplus);
        }
    }
}

/// Puts the outputs of a graph where the node around it gives them; those of the outermost graph come back.
fn hand_outputs_on(frame: &Frame) -> Result<Vec<Value>, FailureCause> {
    let handed_on = attempt::catch(|| {
        let values = frame.output_values()?;
        match &frame.parent {
            None => Ok(values),
            Some((parent, node)) => {
                parent.store(*node, values);
                Ok(Vec::new())
            }
        }
    });
    handed_on.unwrap_or_else(|panic| Err(panic.into()))
}

/// What runs in place of a node's entity in a test. A workflow is not replaced inside of itself, where it stands for its branches.
fn mocked(frame: &Frame, node: &PlanNode) -> Option<Mock> {
    let watch = frame.run.watch.as_ref()?;
    let is_call = match node.action {
        Action::Task(_) => true,
        Action::Workflow(_) => !std::ptr::eq(frame.plan.graph.entity(), node.entity),
        Action::Branch(_) | Action::Map(_) => false,
    };
    watch.mock(node.entity).filter(|_| is_call)
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

/// The outputs of a workflow could not be made from what its nodes gave.
fn workflow_failure(frame: &Frame, cause: FailureCause) -> NodeFailure {
    let entity = frame.plan.graph.entity();
    let node = frame
        .parent
        .as_ref()
        .map(|(parent, node)| parent.path(*node))
        .unwrap_or_default();
    NodeFailure {
        kind: entity.kind(),
        entity: entity.name().to_owned(),
        node,
        workflow: entity.name().to_owned(),
        attempt: 0,
        earlier: Vec::new(),
        inputs: Vec::new(),
        location: entity.location(),
        cause,
    }
}
