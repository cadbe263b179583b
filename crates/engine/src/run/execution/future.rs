//! Async tasks: polled once where they are, and moved to an async runtime when they have to wait.

use std::{
    cell::Cell,
    mem,
    pin::Pin,
    sync::{Arc, OnceLock, mpsc},
    task::{self, Poll, Waker, ready},
};

use tokio::runtime::{Builder, Handle, Runtime};

use super::{Execution, panicked};
use crate::{
    attempt::machine::{Command, Limit},
    clock::Until,
    error::FailureCause,
    run::{
        Run, Signal,
        frame::{Frame, Outcome},
        services,
        worker::{Step, Worker},
    },
    schedule::Permit,
};
use flyte_context::context::{FlyteContext, Scope};
use flyte_core::{
    error::BoxError,
    graph::entity::{AsyncTask, TaskFuture, TaskInputs},
    panic::{self, Each, Panic},
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
pub(crate) fn blocking<R>(work: impl FnOnce() -> R) -> R {
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
    /// What is to be done next, when nothing is polled.
    next: Command,
    /// The attempt at hand; `None` before it has begun.
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
            panic::discard(attempt);
        }
    }
}

/// What the attempts of a task end with.
struct Ended {
    step: Step,
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
                panic::catch(go_on).unwrap_or_else(|panic| this.break_down(panic))
            }
        }
    }
}

impl Attempting {
    /// A panic that got out of this would end the task of the runtime, and look as if somebody had cancelled it.
    fn go_on(&mut self, cx: &mut task::Context<'_>) -> Poll<Ended> {
        if self.attempt.is_none() && !matches!(self.next, Command::Begin { .. }) {
            match panic::catch(|| self.perform(cx)) {
                Ok(Poll::Ready(None)) => {}
                Ok(Poll::Ready(Some(step))) => return self.end(step),
                Ok(Poll::Pending) => return Poll::Pending,
                Err(panic) => return self.break_down(panic),
            }
        }
        match panic::catch(|| self.attempt(cx)) {
            Ok(Poll::Ready(Ok(()))) => self.end(Step::Ended(Ok(()))),
            Ok(Poll::Ready(Err(cause))) => self.follow(cause, cx),
            Ok(Poll::Pending) => Poll::Pending,
            Err(panic) => self.follow(panicked(panic), cx),
        }
    }

    /// Does what the execution commands, up to an attempt or to the end.
    #[cold]
    fn perform(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Step>> {
        loop {
            self.next = match self.next {
                Command::LookUp => {
                    let _permit = self.permit();
                    let mut found = Vec::new();
                    let command = self.execution.look_up(&mut self.inputs, &mut found);
                    if let Command::Close { .. } = command {
                        let (frame, node) = (self.execution.frame(), self.execution.node());
                        frame.store(node, found);
                        self.inputs.clear();
                    }
                    command
                }
                Command::Wait(wait) => {
                    let clock = self.execution.clock();
                    let until = self.wait.get_or_insert_with(|| wait.until(clock));
                    ready!(Pin::new(until).poll(cx));
                    self.wait = None;
                    self.execution.wake()
                }
                Command::Begin { .. } => return Poll::Ready(None),
                Command::Close { .. } => return Poll::Ready(Some(Step::Ended(Ok(())))),
                Command::Fail { .. } => {
                    return Poll::Ready(Some(Step::Ended(Err(self.execution.fail()))));
                }
                Command::Drop => return Poll::Ready(Some(Step::Cancelled)),
                Command::Run { .. }
                | Command::Judge { .. }
                | Command::Unfold
                | Command::Nothing => {
                    unreachable!("an execution that awaits is told none of these")
                }
            };
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
        let _told = panic::catch(|| {
            if let FailureCause::TimedOut { .. } = cause {
                self.execution.expire();
            }
        });
        let _dropped = panic::catch(|| {
            self.limit = None;
            drop(self.attempt.take());
        });
        match panic::catch(|| self.execution.failed(cause)) {
            Ok(Command::Fail { .. }) => {
                let failed = self.execution.fail();
                self.end(Step::Ended(Err(failed)))
            }
            Ok(Command::Drop) => self.end(Step::Cancelled),
            Ok(next) => {
                self.next = next;
                if let Command::Wait(wait) = next {
                    // It begins now, and not at the next poll.
                    self.wait = Some(wait.until(self.execution.clock()));
                }
                // Others get their turn, and whoever wants to end this one can.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Err(panic) => self.break_down(panic),
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

    fn end(&mut self, step: Step) -> Poll<Ended> {
        let inputs = mem::take(&mut self.inputs);
        Poll::Ready(Ended { step, inputs })
    }

    /// Something beside the attempts has panicked.
    #[cold]
    fn break_down(&mut self, panic: Panic) -> Poll<Ended> {
        self.end(Step::Ended(Err(FailureCause::from(panic).into())))
    }

    /// Begins an attempt.
    fn begin(&mut self) -> Result<TaskFuture, BoxError> {
        let _permit = self.permit();
        let Command::Begin {
            keep_inputs,
            is_limited,
        } = self.next
        else {
            unreachable!("an attempt begins when that is commanded")
        };
        let limit = self
            .execution
            .begin(&mut self.inputs, keep_inputs, is_limited);
        let clock = self.execution.clock();
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
        if let Command::Close { is_new: true } = self.execution.returned_outputs() {
            self.execution.close(&outputs);
        }
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

/// Runs an async task up to its end or its first wait.
///
/// A task that never waits ends here, on the worker, for the price of a call.
pub(crate) fn run(inputs: &mut TaskInputs, mut execution: Execution, task: AsyncTask) -> Step {
    let (frame, node) = (Arc::clone(execution.frame()), execution.node());
    let run = &frame.run;
    let Some(handle) = runtime(run) else {
        let error = FailureCause::error("the async runtime could not be started");
        return Step::Ended(Err(error.into()));
    };
    let mut found = Vec::new();
    let next = match execution.look_up(inputs, &mut found) {
        Command::Close { .. } => {
            frame.store(node, found);
            inputs.clear();
            return Step::Ended(Ok(()));
        }
        Command::Fail { .. } => return Step::Ended(Err(execution.fail())),
        next => next,
    };
    let mut attempting = Attempting {
        task,
        execution,
        inputs: mem::take(inputs),
        next,
        attempt: None,
        limit: None,
        wait: None,
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
        return ended.step;
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
            ended.step
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
        worker.take_step(frame, node, ended.step, false);
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
