//! Attempts that run on the threads of workers.

use std::{convert::Infallible, mem, sync::Arc};

use super::{
    Execution,
    future::{self, Make},
    launcher_of,
    parked::{Next, Parked},
};
use crate::run::execution::isolated;
use crate::{
    attempt::machine::{Command, Limit, Machine, Wait},
    error::{FailureCause, RunError},
    instruments::Mock,
    plan::{Action, PlanNode, plan_dynamic},
    run::{
        frame::Frame,
        observe,
        worker::{Step, Worker},
    },
    schedule::{Role, Went},
};
use flyte_context::context::FlyteContext;
use flyte_core::{
    error::BoxError,
    graph::{
        Graph, compile_dynamic,
        entity::{DynamicTask, RunTask, SyncTask, TaskInputs},
    },
    panic,
    types::Value,
};
use flyte_scope as scope;

/// How deep graphs may be nested. Workflows are counted when they are planned, but dynamic tasks can nest without end.
const MAX_DEPTH: u32 = 1_000;

impl Worker {
    /// Runs a task with the collected inputs.
    pub(crate) fn attempt_task(&mut self, frame: &Arc<Frame>, node: u32, task: RunTask) -> Step {
        let context = self.contexts.make(frame, node);
        if frame.run.services.isolates() && isolated::takes(frame.node(node).entity) {
            let execution = Execution::new(frame, node, context);
            return self.execute(execution, Body::Child);
        }
        if launcher_of(frame, node).is_some() {
            let execution = Execution::new(frame, node, context);
            return future::run(&mut self.inputs, execution, Make::Launched);
        }
        let is_bare = frame.node(node).policy.is_none() && !frame.run.services.is_watched();
        match task {
            RunTask::Async(make) | RunTask::Eager(make) => {
                let execution = Execution::new(frame, node, context);
                future::run(&mut self.inputs, execution, Make::Task(make))
            }
            RunTask::Sync(task) if is_bare => {
                let ended = self.attempt_sync(frame, node, task, context);
                Step::Ended(ended.map_err(Into::into))
            }
            RunTask::Sync(task) => {
                self.execute(Execution::new(frame, node, context), Body::Function(task))
            }
            RunTask::Dynamic(build) => {
                self.execute(Execution::new(frame, node, context), Body::Graph(build))
            }
        }
    }

    /// Runs the mock of a node's entity, if a test has set one.
    #[cold]
    pub(crate) fn attempt_mock(&mut self, frame: &Arc<Frame>, node: u32) -> Option<Step> {
        let mock = mocked(frame, frame.node(node))?;
        let context = self.contexts.make(frame, node);
        Some(self.execute(Execution::new(frame, node, context), Body::Mock(mock)))
    }

    /// Makes the only attempt of a sync task in a run without observers.
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

    /// Puts the outputs of a task into their slots.
    fn keep_outputs(&mut self, frame: &Frame, node: u32) {
        match frame.node(node).hands_on {
            Some(slot) => self.handed_on = self.outputs.pop().map(|value| (slot, value)),
            None => frame.store(node, self.outputs.drain(..)),
        }
        // Remaining inputs are released now, so that the next node can move shared values instead of cloning them.
        self.inputs.clear();
    }

    /// Makes all attempts of a task that runs on threads.
    #[cold]
    fn execute(&mut self, execution: Execution, body: Body) -> Step {
        self.perform(execution, body, Machine::FIRST)
    }

    /// Carries out the commands of an execution until it ends, waits, or continues on another thread.
    fn perform(&mut self, mut execution: Execution, mut body: Body, mut command: Command) -> Step {
        let mut built = None;
        loop {
            command = match command {
                Command::LookUp => execution.look_up(&mut self.inputs, &mut self.outputs),
                Command::Begin {
                    is_limited: true, ..
                } if self.role == Some(Role::Driver) && body.is_made_here() => {
                    return self.hand_over_attempt(execution, body, command);
                }
                Command::Begin {
                    keep_inputs,
                    is_limited,
                } => {
                    let limit = execution.begin(&mut self.inputs, keep_inputs, is_limited);
                    let made = match limit {
                        Some(limit) if body.is_made_here() => {
                            let Some(ended) = self.attempt_in_time(execution, body, limit) else {
                                self.went = Went::LeftBehind;
                                return Step::Waiting;
                            };
                            (execution, body) = (ended.execution, ended.body);
                            execution.attempt(|execution| self.settle(execution, ended.made?))
                        }
                        limit => execution.attempt(|execution| {
                            let made = self.make(execution, &body, limit.as_ref())?;
                            self.settle(execution, made)
                        }),
                    };
                    match made {
                        Ok(Made::Outputs) => execution.returned_outputs(),
                        Ok(Made::Graph(graph)) => {
                            built = Some(graph);
                            execution.returned_graph()
                        }
                        Err(cause) => self.failed(&mut execution, cause),
                    }
                }
                Command::Unfold => {
                    let unfolded = execution.attempt(|execution| {
                        let graph = built
                            .take()
                            .expect("what has built a graph is to unfold it");
                        self.unfold(execution, &graph)
                    });
                    match unfolded {
                        Ok(Some(inner)) => {
                            inner.unfolded_by(execution);
                            return Step::Entered(inner);
                        }
                        Ok(None) => execution.taken(),
                        Err(cause) => self.failed(&mut execution, cause),
                    }
                }
                Command::Wait(wait) => {
                    self.park(execution, body, wait);
                    return Step::Waiting;
                }
                Command::Close { is_new } => {
                    if is_new {
                        execution.close(&self.outputs);
                    }
                    self.keep_outputs(execution.frame(), execution.node());
                    return Step::Ended(Ok(()));
                }
                Command::Fail { .. } => return Step::Ended(Err(execution.fail())),
                Command::Drop => return Step::Cancelled,
                Command::Run { .. } | Command::Judge { .. } | Command::Nothing => {
                    unreachable!("an execution answers these itself")
                }
            };
        }
    }

    /// Handles a failed attempt.
    #[cold]
    fn failed(&mut self, execution: &mut Execution, cause: FailureCause) -> Command {
        // Drops the outputs that the failed attempt left.
        self.outputs.drain(..).for_each(panic::discard);
        execution.failed(cause)
    }

    /// Leaves an attempt to the helpers, because the thread that waits for the run could not abandon it when its time
    /// is over.
    fn hand_over_attempt(&mut self, execution: Execution, body: Body, command: Command) -> Step {
        let inputs = mem::take(&mut self.inputs);
        Parked::new(execution, body, inputs, Next::Perform(command)).put_next();
        self.went = Went::HandsOver;
        Step::Waiting
    }

    /// An attempt exceeded its time limit, and its thread may still be running it.
    fn expired(&mut self, execution: &mut Execution, cause: FailureCause) -> Command {
        let Err(cause) = execution.attempt(|execution| -> Result<Infallible, _> {
            execution.expire();
            let (frame, node) = (execution.frame(), execution.node());
            if let FailureCause::TimedOut { detached: true, .. } = cause {
                let left = "a task has not ended in time, and its thread is left behind until it does; \
                            a long task can ask `flyte_runtime::is_cancelled()`";
                observe::notice(frame, node, left.to_owned());
            }
            limit_abandoned(frame, node);
            Err(cause)
        });
        self.failed(execution, cause)
    }

    /// Lets an execution wait for a retry, or for an equal call, without a thread and without a permit.
    fn park(&mut self, execution: Execution, body: Body, wait: Wait) {
        let frame = Arc::clone(execution.frame());
        let frees_lane = frame.frees_lanes();
        if frees_lane {
            self.start_lane(&frame);
        }
        let inputs = mem::take(&mut self.inputs);
        let mut parked = Parked::new(execution, body, inputs, Next::Woken);
        parked.freed_lane = frees_lane;
        parked.park(wait);
    }

    /// Continues a parked execution.
    pub(crate) fn resume(&mut self, parked: Parked) {
        let Parked {
            mut execution,
            body,
            inputs,
            freed_lane,
            next,
        } = parked;
        let (frame, node) = (Arc::clone(execution.frame()), execution.node());
        self.inputs = inputs;
        let go_on = || {
            let command = match next {
                Next::Expired(cause) => self.expired(&mut execution, cause),
                Next::Woken => execution.wake(),
                Next::Perform(command) => execution.go_on(command),
            };
            self.perform(execution, body, command)
        };
        let step = panic::catch(go_on)
            .unwrap_or_else(|panic| Step::Ended(Err(FailureCause::from(panic).into())));
        self.take_step(frame, node, step, freed_lane);
    }

    /// Makes the current attempt.
    fn make(
        &mut self,
        execution: &mut Execution,
        body: &Body,
        limit: Option<&Limit>,
    ) -> Result<Made, FailureCause> {
        let (frame, node) = (execution.frame(), execution.node());
        let (inputs, outputs) = (&mut self.inputs, &mut self.outputs);
        if matches!(body, Body::Child) {
            isolated::attempt(execution, limit, inputs, outputs)?;
            return Ok(Made::Outputs);
        }
        body.call(frame, node, execution.context(), inputs, outputs)
    }

    /// Called after an attempt's code: checks the metadata of the outputs.
    #[inline]
    fn settle(&mut self, execution: &mut Execution, made: Made) -> Result<Made, FailureCause> {
        if matches!(made, Made::Outputs) {
            execution.settle(&self.outputs)?;
        }
        Ok(made)
    }

    /// Prepares the graph that a dynamic task built to run in the task's place; `None` if a cluster runs it.
    #[inline(never)]
    fn unfold(
        &mut self,
        execution: &mut Execution,
        graph: &Arc<Graph>,
    ) -> Result<Option<Arc<Frame>>, FailureCause> {
        execution.settle_built();
        let frame = execution.frame();
        let container = frame.container();
        if container.is_some_and(|container| container.takes(graph)) {
            return Ok(None);
        }
        let plan = plan_dynamic(graph).map_err(FailureCause::error)?;
        frame.run.services.notice_plan(&plan);
        observe::graph_built(frame, execution.node(), graph, plan.tasks);
        self.inputs.clear();
        let around = Some((Arc::clone(frame), execution.node()));
        let run = Arc::clone(&frame.run);
        Ok(Some(Frame::new(plan, run, around, Vec::new())))
    }
}

/// The code of an attempt that runs on a thread.
#[derive(Clone)]
pub(crate) enum Body {
    Function(SyncTask),
    Mock(Mock),
    /// The function that builds the graph of a dynamic task.
    Graph(DynamicTask),
    /// A process of its own makes the attempt.
    Child,
}

/// The result of an attempt's code, if it has not failed.
pub(crate) enum Made {
    Outputs,
    Graph(Arc<Graph>),
}

impl Body {
    /// Whether the code runs on the thread of the worker.
    fn is_made_here(&self) -> bool {
        match self {
            Self::Function(_) | Self::Mock(_) | Self::Graph(_) => true,
            Self::Child => false,
        }
    }

    /// Runs the attempt's code, on any thread.
    pub(crate) fn call(
        &self,
        frame: &Arc<Frame>,
        node: u32,
        context: &Arc<FlyteContext>,
        inputs: &mut TaskInputs,
        outputs: &mut Vec<Value>,
    ) -> Result<Made, FailureCause> {
        let (services, entity) = (&frame.run.services, frame.node(node).entity);
        if let Self::Graph(build) = self {
            if frame.depth >= MAX_DEPTH {
                return Err(FailureCause::error(format!(
                    "dynamic tasks are nested more than {MAX_DEPTH} deep; a dynamic task that calls itself needs a base case"
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
            // Runs that a task starts stay in its container; the cluster does not learn of them.
            if services.depth == 0 {
                services.ask_rules(&graph)?;
            }
            return Ok(Made::Graph(graph));
        }
        let task = |inputs: &mut TaskInputs, outputs: &mut Vec<Value>| match self {
            Self::Function(task) => task(inputs, outputs),
            Self::Mock(mock) => mock(inputs, outputs),
            Self::Graph(_) => unreachable!("handled above"),
            Self::Child => unreachable!("the process makes the attempt"),
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

/// Cancels a run if it leaves more threads behind than allowed.
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

/// The mock that runs in place of a node's entity in a test. A workflow is not replaced inside itself, where it is the
/// entity of its branch nodes.
fn mocked(frame: &Frame, node: &PlanNode) -> Option<Mock> {
    let is_call = match node.action {
        Action::Task(_) => true,
        Action::Workflow(_) => !std::ptr::eq(frame.plan.graph.entity(), node.entity),
        Action::Branch(_) | Action::Map(_) => false,
    };
    let mock = frame.run.services.mock(node.entity);
    mock.filter(|_| is_call)
}
