//! Async tasks: polled once on the worker, and moved to an async runtime if they must wait.

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

/// The program's runtime if the run was started from one with `start`, otherwise the engine's own.
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

/// Runs code that may block for long and may need async tasks to make progress meanwhile.
///
/// On a thread of the engine's own runtime, another thread takes over its tasks. Otherwise all threads could block and
/// wait for each other.
pub(crate) fn blocking<R>(work: impl FnOnce() -> R) -> R {
    if OWN_THREAD.get() {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

/// What an attempt awaits.
#[derive(Clone, Copy)]
pub(crate) enum Make {
    /// The task's function.
    Task(AsyncTask),
    /// The task, run by a launcher.
    Launched,
}

/// The attempts of a task, one after the other, until one succeeds or no other may follow.
struct Attempting {
    make: Make,
    execution: Execution,
    inputs: TaskInputs,
    /// The next command, when nothing is being polled.
    next: Command,
    /// The current attempt; `None` before it begins.
    attempt: Option<Scope<TaskFuture>>,
    /// The limit of the attempt, and the timer that ends it.
    limit: Option<(Limit, Until)>,
    /// The wait before the next attempt, or before the first while an equal call is running.
    wait: Option<Until>,
    /// A worker polls it and holds a permit.
    has_permit: bool,
}

/// It is dropped on whichever thread ends the task, and may still hold values of user types.
impl Drop for Attempting {
    fn drop(&mut self) {
        if let Some(attempt) = self.attempt.take() {
            panic::discard(attempt);
        }
    }
}

/// The result of a task's attempts.
struct Ended {
    step: Step,
    /// The remaining inputs.
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
    /// Catches panics: one that escaped would end the runtime's task, which would look like a cancellation.
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

    /// Carries out commands until an attempt begins or the task ends.
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

    /// Polls one attempt until its outputs are in their slots.
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
        // It may hold values of user types. If dropping one panics, the attempt has failed.
        drop(self.attempt.take());
        Poll::Ready(self.settle(outputs))
    }

    /// Handles a failed attempt.
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
                    // The wait begins now and not at the next poll.
                    self.wait = Some(wait.until(self.execution.clock()));
                }
                // Yields, so that other tasks run and this one can be cancelled.
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Err(panic) => self.break_down(panic),
        }
    }

    /// Marks whether the thread holds a permit while it converts inputs and outputs. The conversion may be user code
    /// that starts a run and blocks until it ends; that run must not wait for this permit.
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

    /// Handles a panic outside of the attempts.
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
        match self.make {
            Make::Task(task) => task(&mut self.inputs),
            Make::Launched => self.execution.launch(&self.inputs),
        }
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
        // Remaining inputs are released now, so that the next node can move shared values instead of cloning them.
        self.inputs.clear();
        Ok(())
    }
}

/// Polls an attempt, and ends it when its time limit is reached.
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

/// Runs an async task to its end or to its first wait.
///
/// A task that never waits ends here, on the worker, and costs no more than a call.
pub(crate) fn run(inputs: &mut TaskInputs, mut execution: Execution, make: Make) -> Step {
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
        make,
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
        // The attempt may start a run and wait for it. It has no permit to lend to that run.
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

/// Blocks the worker until the task ends: with `--jobs 1` nothing else may start meanwhile.
///
/// The permit is released meanwhile, for a run that the attempt itself starts and waits for.
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
        // The receiver is gone only if the worker is, and then the result is not needed.
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
        // The task was aborted, or its runtime was shut down.
        Err(mpsc::RecvError) => Step::Cancelled,
    }
}

/// Ends a node when its task ends in any way, including when it is aborted or its runtime shuts down.
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
