//! Async tasks: polled once where they are, and moved to an async runtime when they have to wait.

use std::{
    cell::Cell,
    mem,
    pin::Pin,
    sync::{Arc, OnceLock, mpsc},
    task::{self, Poll, Waker, ready},
    time::Duration,
};

use tokio::runtime::{Builder, Handle, Runtime};

use super::{
    cancellation,
    execution::{Execution, Opened},
    frame::{Frame, Outcome},
    retries::{Failed, Limit},
    run::{Run, Signal},
    schedule::Permit,
    services,
    worker::{Step, Worker},
};
use crate::{
    clock::{Clock, Until},
    error::FailureCause,
};
use flyte_context::context::{FlyteContext, Scope};
use flyte_core::{
    error::{BoxError, TaskError},
    graph::{
        entity::{AsyncTask, TaskFuture, TaskInputs},
        plain_call,
    },
    panic::{self as attempt, Each},
    types::Value,
};

/// The runtime of the program if the run was started from one with `start`, else the engine's own.
fn runtime(run: &Run) -> Option<Handle> {
    static OWN: OnceLock<Option<Runtime>> = OnceLock::new();
    if let Some(handle) = &run.services.runtime {
        return Some(handle.clone());
    }
    let own = OWN.get_or_init(|| {
        Builder::new_multi_thread()
            .thread_name("flyte-async")
            .on_thread_start(|| OWN_THREAD.set(true))
            .enable_all()
            .build()
            .ok()
    });
    own.as_ref().map(|runtime| runtime.handle().clone())
}

thread_local! {
    /// Whether this is a thread of the engine's own async runtime.
    static OWN_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Does something that may take long and may need async tasks to go on meanwhile.
///
/// On a thread of the engine's own runtime another takes over its tasks: all of them blocked would wait for each other.
pub(super) fn blocking<R>(work: impl FnOnce() -> R) -> R {
    if OWN_THREAD.get() {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

/// The attempts of a task, one after the other, until one succeeds or no other is to follow.
struct Attempting {
    task: AsyncTask,
    execution: Execution,
    inputs: TaskInputs,
    /// `None` before an attempt has begun.
    attempt: Option<Scope<TaskFuture>>,
    /// What ends the attempt if it does not end before.
    limit: Option<(Limit, Until)>,
    /// What the next attempt waits for, or the first while an equal call is being run.
    wait: Option<Until>,
    /// It is being polled by a worker, with the permit of the worker.
    has_permit: bool,
}

/// It is dropped wherever the task is ended from. What it still holds may be the user's.
impl Drop for Attempting {
    fn drop(&mut self) {
        if let Some(attempt) = self.attempt.take() {
            attempt::discard(attempt);
        }
    }
}

/// What the attempts of a task end with.
struct Ended {
    /// The outputs are in their slots, or this is why not; `None` when it was cancelled.
    result: Option<Result<(), Box<Failed>>>,
    /// What is left of the inputs.
    inputs: TaskInputs,
}

impl Future for Attempting {
    type Output = Ended;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Ended> {
        let this = &mut *self;
        match this.execution.span() {
            None => this.go_on(cx),
            span => {
                let run = Arc::clone(&this.execution.frame().run);
                let go_on = || services::within(&run, span.as_ref(), || this.go_on(cx));
                attempt::catch(go_on).unwrap_or_else(|panic| this.end(Err(panic.into())))
            }
        }
    }
}

impl Attempting {
    /// A panic that got out of this would end the task of the runtime, and look as if somebody had cancelled it.
    fn go_on(&mut self, cx: &mut task::Context<'_>) -> Poll<Ended> {
        if self.wait.is_some() || self.execution.is_waiting() {
            match attempt::catch(|| self.wait(cx)) {
                Ok(Poll::Ready(Ok(None))) => {}
                Ok(Poll::Ready(Ok(Some(())))) => return self.end(Ok(())),
                Ok(Poll::Ready(Err(cause))) => return self.end(Err(cause)),
                Ok(Poll::Pending) => return Poll::Pending,
                Err(panic) => return self.end(Err(panic.into())),
            }
        }
        match attempt::catch(|| self.attempt(cx)) {
            Ok(Poll::Ready(Ok(()))) => self.end(Ok(())),
            Ok(Poll::Ready(Err(cause))) => self.follow(cause, cx),
            Ok(Poll::Pending) => Poll::Pending,
            // The code has to be changed before another attempt can be better.
            Err(panic) if plain_call::was_refused(&panic.message) => {
                self.follow(BoxError::from(TaskError::fatal(panic.message)).into(), cx)
            }
            Err(panic) => self.follow(panic.into(), cx),
        }
    }

    /// One attempt, up to its outputs in their slots.
    fn attempt(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), FailureCause>> {
        let attempt = match &mut self.attempt {
            Some(attempt) => attempt,
            None => {
                let future = self.begin()?;
                let context = Arc::clone(self.execution.context());
                let entity = self.execution.plan_node().entity;
                self.attempt
                    .insert(Scope::of_attempt(context, entity, future))
            }
        };
        let outputs = Each::from(ready!(poll(attempt, self.limit.as_mut(), cx))?);
        self.limit = None;
        // What it still holds may be the user's. If that panics when it is dropped, the attempt has failed.
        drop(self.attempt.take());
        Poll::Ready(self.settle(outputs))
    }

    /// What follows an attempt that has failed.
    #[cold]
    fn follow(&mut self, cause: FailureCause, cx: &mut task::Context<'_>) -> Poll<Ended> {
        let _told = attempt::catch(|| {
            if let FailureCause::TimedOut { .. } = cause {
                // What the attempt has handed to others is to end, too.
                let (frame, node) = (self.execution.frame(), self.execution.node());
                frame.run.stop.tell(frame, node);
            }
        });
        let _dropped = attempt::catch(|| {
            self.limit = None;
            drop(self.attempt.take());
        });
        let followed = attempt::catch(|| {
            if self.is_ended_by(&cause) {
                return Some(None);
            }
            match self.execution.again(cause) {
                Ok(wait) => {
                    if !wait.is_zero() {
                        let clock = &self.execution.frame().run.services.clock;
                        self.wait = Some(clock.until(clock.now().after(wait)));
                    }
                    // Others get their turn, and whoever wants to end this one can.
                    cx.waker().wake_by_ref();
                    None
                }
                Err(failed) => Some(Some(Err(failed))),
            }
        });
        match followed {
            Ok(None) => Poll::Pending,
            Ok(Some(result)) => self.end_with(result),
            Err(panic) => self.end(Err(panic.into())),
        }
    }

    /// Waits for the turn of an attempt, and opens the execution once more if it waits for an equal call; says if its
    /// outputs are known then.
    fn wait(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<Option<()>, FailureCause>> {
        loop {
            if let Some(wait) = &mut self.wait {
                ready!(Pin::new(wait).poll(cx));
                self.wait = None;
            }
            if !self.execution.is_waiting() {
                return Poll::Ready(Ok(None));
            }
            if let known @ Some(()) = self.open()? {
                return Poll::Ready(Ok(known));
            }
        }
    }

    /// Opens the execution once more; says if its outputs are known.
    fn open(&mut self) -> Result<Option<()>, FailureCause> {
        match self.execution.open(&mut self.inputs)? {
            Opened::Unknown => Ok(None),
            Opened::Busy(wait) => {
                self.wait = Some(until_equal(wait));
                Ok(None)
            }
            Opened::Known(known) => {
                let (frame, node) = (self.execution.frame(), self.execution.node());
                frame.store(node, known);
                self.inputs.clear();
                Ok(Some(()))
            }
        }
    }

    /// The permit of the thread while it makes inputs and outputs what they are to be. That may be the user's code, and
    /// start a run and block until it ends, which then must not wait for this permit.
    fn permit(&self) -> Permit {
        self.execution
            .frame()
            .run
            .schedule
            .permits
            .held(self.has_permit)
    }

    fn end(&mut self, result: Result<(), FailureCause>) -> Poll<Ended> {
        self.end_with(Some(result.map_err(Into::into)))
    }

    fn end_with(&mut self, result: Option<Result<(), Box<Failed>>>) -> Poll<Ended> {
        let inputs = mem::take(&mut self.inputs);
        Poll::Ready(Ended { result, inputs })
    }

    fn is_ended_by(&self, cause: &FailureCause) -> bool {
        cancellation::ends(self.execution.frame(), self.execution.node(), cause)
    }

    /// Begins an attempt.
    fn begin(&mut self) -> Result<TaskFuture, BoxError> {
        let _permit = self.permit();
        let limit = self.execution.begin(&mut self.inputs);
        let clock = &self.execution.frame().run.services.clock;
        self.limit = limit.map(|limit| (limit, clock.until(limit.due)));
        let services = &self.execution.frame().run.services;
        if services.is_strict() {
            let entity = self.execution.plan_node().entity;
            FlyteContext::run_in(Arc::clone(self.execution.context()), || {
                services.check_inputs(entity, &mut self.inputs)
            })?;
        }
        (self.task)(&mut self.inputs)
    }

    /// Puts the outputs of an attempt into their slots.
    fn settle(&mut self, mut outputs: Each<Value>) -> Result<(), FailureCause> {
        let _permit = self.permit();
        let services = &self.execution.frame().run.services;
        if services.is_strict() {
            let entity = self.execution.plan_node().entity;
            FlyteContext::run_in(Arc::clone(self.execution.context()), || {
                services.check_outputs(entity, &mut outputs)
            })?;
        }
        self.execution.settle(&outputs)?;
        self.execution.close(&outputs);
        let (frame, node) = (self.execution.frame(), self.execution.node());
        frame.store(node, outputs.into_inner());
        // Freed before what comes next can want to move what is in it.
        self.inputs.clear();
        Ok(())
    }
}

/// Polls an attempt, and ends it when its time is over.
fn poll(
    attempt: &mut Scope<TaskFuture>,
    limit: Option<&mut (Limit, Until)>,
    cx: &mut task::Context<'_>,
) -> Poll<Result<Vec<Value>, FailureCause>> {
    if let Poll::Ready(ended) = Pin::new(attempt).poll(cx) {
        return Poll::Ready(ended.map_err(FailureCause::from));
    }
    match limit {
        None => Poll::Pending,
        Some((limit, over)) => {
            ready!(Pin::new(over).poll(cx));
            Poll::Ready(Err(limit.cause(false)))
        }
    }
}

/// The wait of a call for an equal one, which may be one of another process, whose time no clock of a test can tell.
fn until_equal(wait: Duration) -> Until {
    Clock::System.until(Clock::System.now().after(wait))
}

/// Runs an async task up to its end or its first wait.
///
/// A task that never waits ends here, on the worker, for the price of a call.
pub(super) fn run(inputs: &mut TaskInputs, mut execution: Execution, task: AsyncTask) -> Step {
    let (frame, node) = (Arc::clone(execution.frame()), execution.node());
    let run = &frame.run;
    let Some(handle) = runtime(run) else {
        let error = FailureCause::error("the async runtime could not be started");
        return Step::Ended(Err(error.into()));
    };
    let wait = match execution.open(inputs) {
        Ok(Opened::Unknown) => None,
        Ok(Opened::Busy(wait)) => Some(until_equal(wait)),
        Ok(Opened::Known(known)) => {
            frame.store(node, known);
            inputs.clear();
            return Step::Ended(Ok(()));
        }
        Err(cause) => return Step::Ended(Err(cause.into())),
    };
    let mut attempting = Attempting {
        task,
        execution,
        inputs: mem::take(inputs),
        attempt: None,
        limit: None,
        wait,
        has_permit: true,
    };
    let first = {
        let _entered = handle.enter();
        // The attempt may start a run and wait for it: it has no permit to lend to that run while it waits.
        let _none = run.schedule.permits.held(false);
        Pin::new(&mut attempting).poll(&mut task::Context::from_waker(Waker::noop()))
    };
    if let Poll::Ready(ended) = first {
        *inputs = ended.inputs;
        return ended.result.map_or(Step::Cancelled, Step::Ended);
    }
    attempting.has_permit = false;
    if run.schedule.permits.limit() == 1 {
        return wait_here(inputs, &handle, &frame, node, attempting);
    }
    let number = run.stop.begin_attempt();
    let completion = Completion {
        frame: Some(Arc::clone(&frame)),
        node,
        number,
    };
    let spawned = handle.spawn(async move { completion.finish(attempting.await) });
    run.stop
        .watch(number, &frame, node, Signal::Abort(spawned.abort_handle()));
    Step::Waiting
}

/// Blocks the worker until the task ends: with one job nothing else starts meanwhile.
///
/// The permit is free, though, for a run that the attempt itself started and waits for.
fn wait_here(
    inputs: &mut TaskInputs,
    handle: &Handle,
    frame: &Arc<Frame>,
    node: u32,
    attempting: Attempting,
) -> Step {
    let run = &frame.run;
    let (sender, receiver) = mpsc::sync_channel(1);
    let number = run.stop.begin_attempt();
    let spawned = handle.spawn(async move {
        // Nobody receives only when the worker is gone, and then nobody is left to tell.
        let _sent = sender.send(attempting.await);
    });
    run.stop
        .watch(number, frame, node, Signal::Abort(spawned.abort_handle()));
    run.schedule.permits.give_back();
    let ended = {
        let _none = run.schedule.permits.held(false);
        receiver.recv()
    };
    run.schedule.permits.take();
    run.stop.forget(number);
    match ended {
        Ok(ended) => {
            *inputs = ended.inputs;
            ended.result.map_or(Step::Cancelled, Step::Ended)
        }
        // Aborted, or its runtime was shut down.
        Err(mpsc::RecvError) => Step::Cancelled,
    }
}

/// Ends a node when its task ends, in whatever way: also when it is aborted or its runtime shuts down.
struct Completion {
    /// `None` once the node has ended.
    frame: Option<Arc<Frame>>,
    node: u32,
    number: u64,
}

impl Completion {
    fn finish(mut self, ended: Ended) {
        let Some(frame) = self.frame.take() else {
            return;
        };
        let (node, run) = (self.node, Arc::clone(&frame.run));
        run.stop.forget(self.number);
        let mut worker = Worker::default();
        worker.inputs = ended.inputs;
        worker.end_elsewhere(frame, node, ended.result);
        worker.hand_over(&run);
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(frame) = self.frame.take() {
            let run = Arc::clone(&frame.run);
            run.stop.forget(self.number);
            let mut worker = Worker::default();
            worker.finish(frame, self.node, Outcome::Skipped);
            worker.hand_over(&run);
        }
    }
}
