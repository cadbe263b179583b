//! Async tasks: polled once where they are, and moved to an async runtime when they have to wait.

use std::{
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use tokio::runtime::{Builder, Handle, Runtime};

use super::{
    frame::{Frame, Outcome},
    run::Run,
    worker::Worker,
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
    type Output = Result<Result<Vec<Value>, BoxError>, Panic>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
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
            .enable_all()
            .build()
            .ok()
    });
    own.as_ref().map(|runtime| runtime.handle().clone())
}

/// Runs an async attempt up to its end or its first wait.
///
/// A task that never waits ends here, on the worker, for the price of a call.
pub(crate) fn run(
    worker: &mut Worker,
    frame: Arc<Frame>,
    node: u32,
    inputs: TaskInputs,
    context: Arc<FlyteContext>,
    future: TaskFuture,
) {
    let mut completion = Completion {
        frame: Some(frame),
        node,
        inputs,
        context: Arc::clone(&context),
        number: None,
    };
    let Some(run) = completion
        .frame
        .as_ref()
        .map(|frame| Arc::clone(&frame.run))
    else {
        return;
    };
    let Some(handle) = runtime(&run) else {
        let cause = FailureCause::Error("the async runtime could not be started".into());
        return completion.fail(worker, cause);
    };
    let mut attempt = Scope::new(context, Attempt(future));
    let entered = handle.enter();
    if let Poll::Ready(result) =
        Pin::new(&mut attempt).poll(&mut Context::from_waker(Waker::noop()))
    {
        return completion.finish(worker, result);
    }
    if run.jobs.limit() == 1 {
        // One thing after the other: nothing else starts while this waits. The place is free meanwhile, for a run that the
        // attempt itself started and waits for.
        run.jobs.give_back();
        let result = {
            let _none = run.jobs.held(false);
            block_on(attempt)
        };
        run.jobs.take();
        return completion.finish(worker, result);
    }
    drop(entered);
    let Some(frame) = completion.frame.clone() else {
        return;
    };
    let number = run.next_attempt();
    completion.number = Some(number);
    let task = handle.spawn(async move {
        let result = attempt.await;
        let mut worker = Worker::default();
        completion.finish_elsewhere(&mut worker, result);
    });
    run.watch(number, frame, task.abort_handle());
}

/// Ends a node when its async attempt ends, in whatever way: also when it is aborted or its runtime shuts down.
struct Completion {
    frame: Option<Arc<Frame>>,
    node: u32,
    inputs: TaskInputs,
    context: Arc<FlyteContext>,
    number: Option<u64>,
}

impl Completion {
    fn finish(&mut self, worker: &mut Worker, result: Result<Result<Vec<Value>, BoxError>, Panic>) {
        let cause = match result {
            Ok(Ok(outputs)) => {
                let Some(frame) = self.frame.take() else {
                    return;
                };
                let node = frame.node(self.node);
                match self.context.check_output_metadata(node.entity) {
                    Ok(()) => {
                        frame.store(node, outputs);
                        return worker.finish(frame, self.node, Outcome::Succeeded);
                    }
                    Err(error) => {
                        self.frame = Some(frame);
                        FailureCause::Error(error.into())
                    }
                }
            }
            Ok(Err(error)) => FailureCause::Error(error),
            Err(panic) => FailureCause::Panic {
                message: panic.message,
                place: panic.place,
            },
        };
        self.fail(worker, cause);
    }

    fn fail(&mut self, worker: &mut Worker, cause: FailureCause) {
        let Some(frame) = self.frame.take() else {
            return;
        };
        let previews = self.inputs.previews(frame.node(self.node).entity);
        worker.fail_with(frame, self.node, cause, previews);
    }

    fn finish_elsewhere(
        mut self,
        worker: &mut Worker,
        result: Result<Result<Vec<Value>, BoxError>, Panic>,
    ) {
        let Some(run) = self.frame.as_ref().map(|frame| Arc::clone(&frame.run)) else {
            return;
        };
        if let Some(number) = self.number {
            run.forget(number);
        }
        self.finish(worker, result);
        worker.hand_over(&run);
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        if let Some(frame) = self.frame.take() {
            let run = Arc::clone(&frame.run);
            let mut worker = Worker::default();
            worker.finish(frame, self.node, Outcome::Skipped);
            worker.hand_over(&run);
        }
    }
}

/// Waits for a future on this thread.
fn block_on<F: Future + Unpin>(mut future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match Pin::new(&mut future).poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
