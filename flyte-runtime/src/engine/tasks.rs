//! What a worker does with a task.

use std::sync::Arc;

use super::{
    async_tasks,
    execution::Execution,
    frame::Frame,
    instruments::Mock,
    plan::{Action, PlanNode, plan_dynamic},
    retries::Failed,
    worker::{Step, Worker},
};
use crate::{
    attempt,
    context::{self, FlyteContext},
    entity::{DynamicTask, RunTask, TaskInputs},
    error::{BoxError, FailureCause},
    graph::compile_dynamic,
    types::Value,
};

/// How deep graphs may be inside of graphs. Workflows are counted when they are planned; dynamic tasks can go on without end.
const MAX_DEPTH: u32 = 1_000;

impl Worker {
    /// Runs a task with the inputs that have been gathered.
    pub(super) fn attempt_task(&mut self, frame: &Arc<Frame>, node: u32, task: RunTask) -> Step {
        let context = self.contexts.make(frame, node);
        let is_bare = frame.node(node).policy.is_none() && frame.run.watch.is_none();
        match task {
            RunTask::Async(make) | RunTask::Eager(make) => {
                let execution = Execution::new(frame, node, context);
                async_tasks::run(&mut self.inputs, execution, make)
            }
            RunTask::Sync(task) if is_bare => {
                let ended = self.attempt_sync(frame, node, task, context);
                Step::Ended(ended.map_err(Into::into))
            }
            RunTask::Sync(task) => self.execute_sync(Execution::new(frame, node, context), task),
            RunTask::Dynamic(build) => {
                self.execute_dynamic(Execution::new(frame, node, context), build)
            }
        }
    }

    /// Runs what stands for the entity of a node in a test, if anything does.
    #[cold]
    pub(super) fn attempt_mock(&mut self, frame: &Arc<Frame>, node: u32) -> Option<Step> {
        let mock = mocked(frame, frame.node(node))?;
        let context = self.contexts.make(frame, node);
        Some(self.execute_sync(Execution::new(frame, node, context), &*mock))
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
            context::within(context, || task(&mut self.inputs, &mut self.outputs));
        let said = match &context {
            Some(context) if result.is_ok() => {
                context.check_output_metadata(frame.node(node).entity)
            }
            _ => Ok(()),
        };
        self.contexts.give_back(context);
        result.map_err(FailureCause::Error)?;
        said.map_err(|error| FailureCause::Error(error.into()))?;
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
        self.inputs.values.clear();
    }

    /// All attempts of a sync task.
    #[cold]
    fn execute_sync(
        &mut self,
        mut execution: Execution,
        task: impl Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError>,
    ) -> Step {
        let ended = self.attempts(&mut execution, |worker, execution| {
            let context = Arc::clone(execution.context());
            let (result, _context) =
                context::within(context, || match &execution.frame().run.watch {
                    None => task(&mut worker.inputs, &mut worker.outputs),
                    Some(watch) => {
                        let entity = execution.plan_node().entity;
                        watch.check(entity, &mut worker.inputs, &mut worker.outputs, &task)
                    }
                });
            result.map_err(FailureCause::Error)?;
            execution.settle(&worker.outputs)
        });
        if let Ok(attempted) = &ended {
            if attempted.is_some() {
                execution.close(&self.outputs);
            }
            self.keep_outputs(execution.frame(), execution.node());
        }
        Step::Ended(ended.map(|_attempted| ()))
    }

    /// All attempts of a dynamic task to build its graph.
    fn execute_dynamic(&mut self, mut execution: Execution, build: DynamicTask) -> Step {
        let unfolded = self.attempts(&mut execution, |worker, execution| {
            worker.unfold(execution, build)
        });
        match unfolded {
            Ok(Some(Some(inner))) => {
                inner.unfolded_by(execution);
                Step::Entered(inner)
            }
            Ok(Some(None)) => Step::Cancelled,
            Ok(None) => {
                self.keep_outputs(execution.frame(), execution.node());
                Step::Ended(Ok(()))
            }
            Err(failed) => Step::Ended(Err(failed)),
        }
    }

    /// Makes attempts until one gives what is wanted, or no other is to follow; `None` when the outputs were known without one.
    fn attempts<R>(
        &mut self,
        execution: &mut Execution,
        mut once: impl FnMut(&mut Self, &mut Execution) -> Result<R, FailureCause>,
    ) -> Result<Option<R>, Box<Failed>> {
        if let Some(known) = execution.open(&mut self.inputs)? {
            self.outputs = known;
            return Ok(None);
        }
        loop {
            execution.begin(&mut self.inputs);
            let cause = match execution.attempt(|execution| once(self, execution)) {
                Ok(given) => return Ok(Some(given)),
                Err(cause) => cause,
            };
            execution.again(cause)?;
            // What the attempt has left of its outputs may be the user's, and panic when it is dropped.
            let _dropped = attempt::catch(|| self.outputs.clear());
        }
    }

    /// Runs the body of a dynamic task and returns its graph, ready to run in the task's place, or nothing when a cluster will
    /// run it.
    fn unfold(
        &mut self,
        execution: &mut Execution,
        build: DynamicTask,
    ) -> Result<Option<Arc<Frame>>, FailureCause> {
        let frame = execution.frame();
        if frame.depth >= MAX_DEPTH {
            return Err(FailureCause::Error(
                format!("dynamic tasks are nested more than {MAX_DEPTH} deep; one that calls itself needs a case in which it does not").into(),
            ));
        }
        let entity = execution.plan_node().entity;
        let graph = compile_dynamic(entity, execution.context(), |body| {
            if let Some(watch) = &frame.run.watch {
                watch.check_inputs(entity, &mut self.inputs)?;
            }
            build(&mut self.inputs, body)
        })?;
        execution.settle_built();
        let frame = execution.frame();
        if let (Some(container), None) = (&frame.run.container, &frame.parent)
            && container.takes(&graph)
        {
            return Ok(None);
        }
        let plan = plan_dynamic(&graph).map_err(|error| FailureCause::Error(Box::new(error)))?;
        self.inputs.values.clear();
        let around = Some((Arc::clone(frame), execution.node()));
        let run = Arc::clone(&frame.run);
        Ok(Some(Frame::new(plan, run, around, Vec::new())))
    }
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
