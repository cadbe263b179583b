//! Async tasks: polled once where they are, and moved to an async runtime when they have to wait.

use std::{
    cell::Cell,
    mem,
    pin::Pin,
    sync::{Arc, OnceLock, mpsc},
    task::{self, Poll, Waker},
};

use tokio::runtime::{Builder, Handle, Runtime};

use super::{
    frame::{Frame, Outcome},
    run::Run,
    worker::{Step, Worker},
};
use crate::{
    attempt::{self, Panic},
    context::{FlyteContext, Scope},
    entity::{TaskFuture, TaskInputs},
    error::{BoxError, FailureCause},
    types::Value,
};

/// An attempt whose panics are caught at every poll.
struct Attempt(TaskFuture);

impl Future for Attempt {
    type Output = Ended;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        match attempt::catch(|| self.0.as_mut().poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

/// The runtime of the program if the run was started from one with `start`, else the engine's own.
fn runtime(run: &Run) -> Option<Handle> {
    static OWN: OnceLock<Option<Runtime>> = OnceLock::new();
    if let Some(handle) = &run.runtime {
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

/// What an attempt ends with.
type Ended = Result<Result<Vec<Value>, BoxError>, Panic>;

/// Runs an async attempt up to its end or its first wait.
///
/// A task that never waits ends here, on the worker, for the price of a call.
pub(super) fn run(
    inputs: &mut TaskInputs,
    frame: &Arc<Frame>,
    node: u32,
    context: Arc<FlyteContext>,
    future: TaskFuture,
) -> Step {
    let run = &frame.run;
    let Some(handle) = runtime(run) else {
        return Step::Ended(Err(FailureCause::Error(
            "the async runtime could not be started".into(),
        )));
    };
    let mut attempt = Scope::new(Arc::clone(&context), Attempt(future));
    let first = {
        let _entered = handle.enter();
        // The attempt may start a run and wait for it: it has no place to lend to that run while it waits.
        let _none = run.jobs.held(false);
        Pin::new(&mut attempt).poll(&mut task::Context::from_waker(Waker::noop()))
    };
    if let Poll::Ready(ended) = first {
        if let Ok(Ok(_)) = ended {
            inputs.values.clear();
        }
        return Step::Ended(settle(frame, node, &context, ended));
    }
    if run.jobs.limit() == 1 {
        return wait_here(&handle, frame, node, &context, attempt);
    }
    let number = run.next_attempt();
    let inputs = mem::take(inputs);
    let completion = Completion {
        frame: Some(Arc::clone(frame)),
        node,
        inputs,
        context,
        number,
    };
    let spawned = handle.spawn(async move { completion.finish(attempt.await) });
    run.watch(number, frame, node, spawned.abort_handle());
    Step::Waiting
}

/// Blocks the worker until the attempt ends: with one job nothing else starts meanwhile.
///
/// The place is free, though, for a run that the attempt itself started and waits for.
fn wait_here(
    handle: &Handle,
    frame: &Arc<Frame>,
    node: u32,
    context: &FlyteContext,
    attempt: Scope<Attempt>,
) -> Step {
    let run = &frame.run;
    let (sender, receiver) = mpsc::sync_channel(1);
    let number = run.next_attempt();
    let spawned = handle.spawn(async move {
        // Nobody receives only when the worker is gone, and then nobody is left to tell.
        let _sent = sender.send(attempt.await);
    });
    run.watch(number, frame, node, spawned.abort_handle());
    run.jobs.give_back();
    let ended = {
        let _none = run.jobs.held(false);
        receiver.recv()
    };
    run.jobs.take();
    run.forget(number);
    match ended {
        Ok(ended) => Step::Ended(settle(frame, node, context, ended)),
        // Aborted, or its runtime was shut down.
        Err(mpsc::RecvError) => Step::Cancelled,
    }
}

/// Puts the outputs of an attempt into their slots.
fn settle(
    frame: &Frame,
    node: u32,
    context: &FlyteContext,
    ended: Ended,
) -> Result<(), FailureCause> {
    let outputs = ended?.map_err(FailureCause::Error)?;
    let node = frame.node(node);
    context
        .check_output_metadata(node.entity)
        .map_err(|error| FailureCause::Error(error.into()))?;
    frame.store(node, outputs);
    Ok(())
}

/// Ends a node when its async attempt ends, in whatever way: also when it is aborted or its runtime shuts down.
struct Completion {
    /// `None` once the node has ended.
    frame: Option<Arc<Frame>>,
    node: u32,
    inputs: TaskInputs,
    context: Arc<FlyteContext>,
    number: u64,
}

impl Completion {
    fn finish(mut self, ended: Ended) {
        let Some(frame) = self.frame.take() else {
            return;
        };
        let (node, run) = (self.node, Arc::clone(&frame.run));
        run.forget(self.number);
        let settled = attempt::catch(|| settle(&frame, node, &self.context, ended))
            .unwrap_or_else(|panic| Err(panic.into()));
        let mut worker = Worker::default();
        match settled {
            Ok(()) => {
                // Freed before what comes next can want to move what is in it.
                let _freed = attempt::catch(|| self.inputs.values.clear());
                worker.finish(frame, node, Outcome::Succeeded);
            }
            Err(cause) => {
                let previews = attempt::catch(|| self.inputs.previews(frame.node(node).entity))
                    .unwrap_or_default();
                worker.fail(frame, node, cause, previews);
            }
        }
        worker.hand_over(&run);
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(frame) = self.frame.take() {
            let run = Arc::clone(&frame.run);
            run.forget(self.number);
            let mut worker = Worker::default();
            worker.finish(frame, self.node, Outcome::Skipped);
            worker.hand_over(&run);
        }
    }
}
