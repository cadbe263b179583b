//! A started run as a future.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::launch::{Ends, typed};
use crate::{error::RunError, run::Run};
use flyte_core::graph::{TaskOutputs, entity::EntityDescriptor};

/// A run that was started. Awaiting it returns the result; dropping it cancels the run.
#[must_use = "dropping it cancels the run"]
pub struct Start<O> {
    pub(super) run: Result<(Arc<Run>, Ends), Option<RunError>>,
    pub(super) entity: &'static EntityDescriptor,
    pub(super) outputs: PhantomData<fn() -> O>,
}

impl<O: TaskOutputs> Future for Start<O> {
    type Output = Result<O, RunError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.run {
            Ok((run, _ends)) => {
                let polled = run
                    .outcome
                    .poll(cx.waker())
                    .map(|outputs| run.result(outputs));
                if polled.is_ready() {
                    self.run = Err(None);
                }
                let entity = self.entity;
                polled.map(|result| result.and_then(|outputs| typed(entity, outputs)))
            }
            Err(error) => Poll::Ready(Err(error
                .take()
                .unwrap_or(RunError::Internal("a run was awaited after its end")))),
        }
    }
}

impl<O> Drop for Start<O> {
    fn drop(&mut self) {
        if let Ok((run, _ends)) = &self.run {
            run.cancel();
        }
    }
}

impl<O> fmt::Debug for Start<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start").finish_non_exhaustive()
    }
}
