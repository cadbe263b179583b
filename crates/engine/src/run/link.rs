//! A run inside of a task ends with the attempt of the task.

use std::sync::Arc;

use super::{Run, Stop, execution::contexts::EngineAttempt as _};
use flyte_context::context::ExecutionState;

/// What a run inside of a task has to do with the task: it is cancelled together with it.
pub(crate) struct Link {
    around: Arc<Run>,
    number: u64,
}

impl Link {
    /// Has a run end when the attempt ends that started it, if one has.
    pub(super) fn new(run: &Arc<Run>) -> Option<Self> {
        let attempt = run.services.around.execution_state()?.attempt()?.of();
        let inner = Arc::downgrade(run);
        let number = attempt.on_cancel(move || {
            if let Some(inner) = inner.upgrade() {
                inner.cancel();
            }
        });
        Some(Self {
            around: Arc::clone(attempt.run()),
            number,
        })
    }

    /// What stops the run around.
    pub(super) fn around(&self) -> &Stop {
        &self.around.stop
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.around.stop.forget(self.number);
    }
}

/// Whether the task around a context is to end, if there is one.
pub(crate) fn is_around_cancelled(state: Option<&ExecutionState>) -> bool {
    let attempt = state.and_then(ExecutionState::attempt);
    attempt.is_some_and(|attempt| attempt.of().is_cancelled())
}
