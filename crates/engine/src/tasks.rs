//! What a worker does with a task.

use std::{convert::Infallible, mem, sync::Arc, time::Duration};

#[cfg(feature = "remote")]
use super::isolated;
use super::{
    async_tasks, cancellation,
    execution::{Execution, Opened},
    frame::Frame,
    observe,
    parked::Parked,
    plan::{Action, PlanNode, plan_dynamic},
    retries::Limit,
    schedule::{Role, Went},
    services::Mock,
    worker::{Step, Worker},
};
use crate::error::{FailureCause, RunError};
use flyte_context::context::FlyteContext;
use flyte_core::{
    error::BoxError,
    graph::{
        Graph, compile_dynamic,
        entity::{DynamicTask, RunTask, SyncTask, TaskInputs},
    },
    panic as attempt,
    types::Value,
};
use flyte_scope as scope;

/// How deep graphs may be inside of graphs. Workflows are counted when they are planned; dynamic tasks can go on without end.
const MAX_DEPTH: u32 = 1_000;

impl Worker {
    /// Runs a task with the inputs that have been gathered.
    pub(super) fn attempt_task(&mut self, frame: &Arc<Frame>, node: u32, task: RunTask) -> Step {
        let context = self.contexts.make(frame, node);
        #[cfg(feature = "remote")]
        if frame.run.services.isolates() && isolated::takes(frame.node(node).entity) {
            let execution = Execution::new(frame, node, context);
            return self.execute(execution, Work::Isolated);
        }
        let is_bare = frame.node(node).policy.is_none() && !frame.run.services.is_watched();
        match task {
            RunTask::Async(make) | RunTask::Eager(make) => {
                let execution = Execution::new(frame, node, context);
                async_tasks::run(&mut self.inputs, execution, make)
            }
            RunTask::Sync(task) if is_bare => {
                let ended = self.attempt_sync(frame, node, task, context);
                Step::Ended(ended.map_err(Into::into))
            }
            RunTask::Sync(task) => {
                self.execute(Execution::new(frame, node, context), Work::Task(task))
            }
            RunTask::Dynamic(build) => {
                self.execute(Execution::new(frame, node, context), Work::Dynamic(build))
            }
        }
    }

    /// Runs what stands for the entity of a node in a test, if anything does.
    #[cold]
    pub(super) fn attempt_mock(&mut self, frame: &Arc<Frame>, node: u32) -> Option<Step> {
        let mock = mocked(frame, frame.node(node))?;
        let context = self.contexts.make(frame, node);
        Some(self.execute(Execution::new(frame, node, context), Work::Mock(mock)))
    }

    /// The only attempt of a sync task that nobody watches.
    fn attempt_sync(
        &mut self,
        frame: &Arc<Frame>,
        node: u32,
        task: impl Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError>,
        context: Arc<FlyteContext>,
    ) -> Result<(), FailureCause> {
        let (result, context) =
            scope::within(context, || task(&mut self.inputs, &mut self.outputs));
        let said = match &context {
            Some(context) if result.is_ok() => {
                context.check_output_metadata(frame.node(node).entity)
            }
            _ => Ok(()),
        };
        self.contexts.give_back(context);
        result.map_err(FailureCause::from)?;
        said.map_err(FailureCause::error)?;
        self.keep_outputs(frame, node);
        Ok(())
    }

    /// Puts the outputs of a task where they will be read.
    fn keep_outputs(&mut self, frame: &Frame, node: u32) {
        match frame.node(node).hands_on {
            Some(slot) => self.handed_on = self.outputs.pop().map(|value| (slot, value)),
            None => frame.store(node, self.outputs.drain(..)),
        }
        // What is still held of the inputs is freed before what comes next can want to move it.
        self.inputs.clear();
    }

    /// All attempts of a task that runs on threads.
    #[cold]
    fn execute(&mut self, mut execution: Execution, work: Work) -> Step {
        match execution.open(&mut self.inputs) {
            Ok(Opened::Unknown) => self.go_on(execution, work),
            Ok(Opened::Busy(wait)) => {
                self.park(execution, work, wait);
                Step::Waiting
            }
            Ok(Opened::Known(known)) => {
                self.outputs = known;
                self.keep_outputs(execution.frame(), execution.node());
                Step::Ended(Ok(()))
            }
            Err(cause) => Step::Ended(Err(cause.into())),
        }
    }

    /// Makes attempts until one gives what is wanted, no other is to follow, or the next has to wait for its turn.
    pub(super) fn go_on(&mut self, mut execution: Execution, mut work: Work) -> Step {
        loop {
            if self.role == Some(Role::Driver) && execution.is_limited() && work.is_made_here() {
                return self.hand_over_attempt(execution, work);
            }
            let made = match execution.begin(&mut self.inputs) {
                Some(limit) if work.is_made_here() => {
                    let Some(ended) = self.attempt_in_time(execution, work, limit) else {
                        self.went = Went::LeftBehind;
                        return Step::Waiting;
                    };
                    (execution, work) = (ended.execution, ended.work);
                    execution.attempt(|execution| self.settle(execution, ended.made?))
                }
                limit => execution
                    .attempt(|execution| self.make_attempt(execution, &work, limit.as_ref())),
            };
            let cause = match made {
                Ok(Attempted::Outputs) => {
                    execution.close(&self.outputs);
                    self.keep_outputs(execution.frame(), execution.node());
                    return Step::Ended(Ok(()));
                }
                Ok(Attempted::Entered(inner)) => {
                    inner.unfolded_by(execution);
                    return Step::Entered(inner);
                }
                Ok(Attempted::Left) => return Step::Cancelled,
                Err(cause) => cause,
            };
            match self.follow(&mut execution, cause) {
                Ok(Duration::ZERO) => {}
                Ok(wait) => {
                    self.park(execution, work, wait);
                    return Step::Waiting;
                }
                Err(step) => return step,
            }
        }
    }

    /// What follows an attempt that has failed: another after this time, or a step.
    #[cold]
    fn follow(&mut self, execution: &mut Execution, cause: FailureCause) -> Result<Duration, Step> {
        // What the attempt has left of its outputs.
        self.outputs.drain(..).for_each(attempt::discard);
        if cancellation::ends(execution.frame(), execution.node(), &cause) {
            return Err(Step::Cancelled);
        }
        let again = execution.again(cause);
        again.map_err(|failed| Step::Ended(Err(failed)))
    }

    /// Leaves an attempt to the helpers: the thread that waits for the run could not leave the attempt when its time is
    /// over.
    fn hand_over_attempt(&mut self, execution: Execution, work: Work) -> Step {
        let inputs = mem::take(&mut self.inputs);
        Parked::in_attempt(execution, work, inputs).put_next();
        self.went = Went::HandsOver;
        Step::Waiting
    }

    /// Goes on with an execution whose attempt was not over in time, while the thread of the attempt may still make it.
    fn go_on_behind(&mut self, mut execution: Execution, work: Work, cause: FailureCause) -> Step {
        let Err(cause) = execution.attempt(|execution| -> Result<Infallible, _> {
            let (frame, node) = (execution.frame(), execution.node());
            frame.run.stop.tell(frame, node);
            if let FailureCause::TimedOut { detached: true, .. } = cause {
                let left = "a task has not ended in time, and its thread is left behind until it does; \
                            a long task can ask `flyte_runtime::is_cancelled()`";
                observe::notice(frame, node, left.to_owned());
            }
            limit_abandoned(frame, node);
            Err(cause)
        });
        match self.follow(&mut execution, cause) {
            Ok(Duration::ZERO) => self.go_on(execution, work),
            Ok(wait) => {
                self.park(execution, work, wait);
                Step::Waiting
            }
            Err(step) => step,
        }
    }

    /// Lets an execution wait for its next attempt, or for an equal call, without a thread and without a permit.
    fn park(&mut self, execution: Execution, work: Work, wait: Duration) {
        let frame = Arc::clone(execution.frame());
        let frees_lane = frame.frees_lanes();
        if frees_lane {
            self.start_lane(&frame);
        }
        let parked = Parked {
            execution,
            work,
            inputs: mem::take(&mut self.inputs),
            freed_lane: frees_lane,
            expired: None,
        };
        parked.park(wait);
    }

    /// Goes on with an execution that has waited for its next attempt, or for an equal call.
    pub(super) fn resume(&mut self, parked: Parked) {
        let Parked {
            execution,
            work,
            inputs,
            freed_lane,
            expired,
        } = parked;
        let (frame, node) = (Arc::clone(execution.frame()), execution.node());
        self.inputs = inputs;
        let step = if expired.is_none() && frame.stops(node) {
            Step::Cancelled
        } else {
            let go_on = || match expired {
                Some(cause) => self.go_on_behind(execution, work, cause),
                None if execution.is_waiting() => self.execute(execution, work),
                None => self.go_on(execution, work),
            };
            attempt::catch(go_on)
                .unwrap_or_else(|panic| Step::Ended(Err(FailureCause::from(panic).into())))
        };
        self.take_step(frame, node, step, freed_lane);
    }

    /// One attempt.
    fn make_attempt(
        &mut self,
        execution: &mut Execution,
        work: &Work,
        limit: Option<&Limit>,
    ) -> Result<Attempted, FailureCause> {
        let (frame, node) = (execution.frame(), execution.node());
        let (inputs, outputs) = (&mut self.inputs, &mut self.outputs);
        #[cfg(feature = "remote")]
        if matches!(work, Work::Isolated) {
            isolated::attempt(execution, limit, inputs, outputs)?;
            execution.settle(&self.outputs)?;
            return Ok(Attempted::Outputs);
        }
        #[cfg(not(feature = "remote"))]
        let _limits = limit;
        let made = work.call(frame, node, execution.context(), inputs, outputs)?;
        self.settle(execution, made)
    }

    /// What the code of an attempt has made becomes what its node gives, or a graph that will give it.
    #[inline]
    fn settle(&mut self, execution: &mut Execution, made: Made) -> Result<Attempted, FailureCause> {
        match made {
            Made::Outputs => {
                execution.settle(&self.outputs)?;
                Ok(Attempted::Outputs)
            }
            Made::Graph(graph) => self.unfold(execution, &graph),
        }
    }

    /// Makes what a dynamic task has built ready to run in the task's place, unless a cluster will run it.
    #[inline(never)]
    fn unfold(
        &mut self,
        execution: &mut Execution,
        graph: &Arc<Graph>,
    ) -> Result<Attempted, FailureCause> {
        execution.settle_built();
        let frame = execution.frame();
        if let (Some(container), None) = (&frame.run.services.container, &frame.parent)
            && container.takes(graph)
        {
            return Ok(Attempted::Left);
        }
        let plan = plan_dynamic(graph).map_err(FailureCause::error)?;
        frame.run.services.notice_plan(&plan);
        self.inputs.clear();
        let around = Some((Arc::clone(frame), execution.node()));
        let run = Arc::clone(&frame.run);
        let inner = Frame::new(plan, run, around, Vec::new());
        Ok(Attempted::Entered(inner))
    }
}

/// What an attempt does.
#[derive(Clone)]
pub(super) enum Work {
    Task(SyncTask),
    Mock(Mock),
    Dynamic(DynamicTask),
    /// In a process of its own, which is not told of the others.
    #[cfg(feature = "remote")]
    Isolated,
}

/// What the code of an attempt has made, if it has not failed.
pub(super) enum Made {
    Outputs,
    Graph(Arc<Graph>),
}

/// What came of an attempt that has not failed.
enum Attempted {
    Outputs,
    Entered(Arc<Frame>),
    /// A cluster runs what it has built.
    Left,
}

impl Work {
    /// Whether its code runs on the thread of the worker.
    fn is_made_here(&self) -> bool {
        match self {
            Self::Task(_) | Self::Mock(_) | Self::Dynamic(_) => true,
            #[cfg(feature = "remote")]
            Self::Isolated => false,
        }
    }

    /// The attempt itself, on whatever thread.
    pub(super) fn call(
        &self,
        frame: &Arc<Frame>,
        node: u32,
        context: &Arc<FlyteContext>,
        inputs: &mut TaskInputs,
        outputs: &mut Vec<Value>,
    ) -> Result<Made, FailureCause> {
        let (services, entity) = (&frame.run.services, frame.node(node).entity);
        if let Self::Dynamic(build) = self {
            if frame.depth >= MAX_DEPTH {
                return Err(FailureCause::error(format!(
                    "dynamic tasks are nested more than {MAX_DEPTH} deep; one that calls itself needs a case in \
                     which it does not"
                )));
            }
            let graph = compile_dynamic(
                entity,
                |state| context.building(state),
                |body| {
                    services.check_inputs(entity, inputs)?;
                    build(inputs, body)
                },
            )?;
            // What a task starts runs in its container, and no cluster is told of it.
            if services.depth == 0 {
                services.ask_rules(&graph)?;
            }
            return Ok(Made::Graph(graph));
        }
        let task = |inputs: &mut TaskInputs, outputs: &mut Vec<Value>| match self {
            Self::Task(task) => task(inputs, outputs),
            Self::Mock(mock) => mock(inputs, outputs),
            Self::Dynamic(_) => unreachable!("handled above"),
            #[cfg(feature = "remote")]
            Self::Isolated => unreachable!("the process makes the attempt"),
        };
        let (result, _context) =
            scope::within(Arc::clone(context), || match services.is_strict() {
                false => task(inputs, outputs),
                true => services.check(entity, inputs, outputs, task),
            });
        result.map_err(FailureCause::from)?;
        Ok(Made::Outputs)
    }
}

/// Cancels a run when more threads are left behind than may be.
fn limit_abandoned(frame: &Frame, node: u32) {
    let run = &frame.run;
    if let Some(most) = run.stop.exceeded() {
        run.cancel_with(RunError::TooManyAbandoned {
            entity: run.entity.name().to_owned(),
            most,
            task: frame.node(node).entity.name().to_owned(),
            node: frame.path(node),
        });
    }
}

/// What runs in place of a node's entity in a test. A workflow is not replaced inside of itself, where it stands for its branches.
fn mocked(frame: &Frame, node: &PlanNode) -> Option<Mock> {
    let is_call = match node.action {
        Action::Task(_) => true,
        Action::Workflow(_) => !std::ptr::eq(frame.plan.graph.entity(), node.entity),
        Action::Branch(_) | Action::Map(_) => false,
    };
    let mock = frame.run.services.mock(node.entity);
    mock.filter(|_| is_call)
}
