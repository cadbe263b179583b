//! Ends a run inside a task together with the task's attempt.

use std::sync::Arc;

use super::{Run, Stop, execution::contexts::EngineAttempt as _};
use flyte_context::context::ExecutionState;

/// The connection of a run inside a task to that task: both are cancelled together.
pub(crate) struct Link {
    around: Arc<Run>,
    number: u64,
}

impl Link {
    /// Makes a run end with the attempt that started it, if one did.
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

    /// The stop of the outer run.
    pub(super) fn around(&self) -> &Stop {
        &self.around.stop
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.around.stop.forget(self.number);
    }
}

/// Whether the task around a context must end, if there is one.
pub(crate) fn is_around_cancelled(state: Option<&ExecutionState>) -> bool {
    let attempt = state.and_then(ExecutionState::attempt);
    attempt.is_some_and(|attempt| attempt.of().is_cancelled())
}
