//! The result of a run: its failures, its outputs, and the code that waits for them.

use std::{
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Poll, Waker},
};

use super::ending::Ending;
use crate::error::{NodeFailure, RunError, RunFailure};
use flyte_core::{lock::lock, panic, types::Value};

/// The failures of a run so far, and its result once it has ended.
pub(crate) struct Outcome {
    ending: Ending<Outputs>,
    failures: Mutex<Vec<NodeFailure>>,
    /// A frame, or a part of one, has failed.
    failed: AtomicBool,
    skipped: AtomicUsize,
}

/// The outputs, or `None` if nodes failed or were cancelled.
pub(crate) struct Outputs(Option<Vec<Value>>);

/// Drops outputs that the waiting code has not taken.
impl Drop for Outputs {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}

/// Drops outputs, and catches panics of their destructors.
fn discard(outputs: Option<Vec<Value>>) {
    outputs.into_iter().flatten().for_each(panic::discard);
}

/// Ends a run when it is dropped, even during a panic: then the run has a result, and the code that waits for it is
/// woken.
pub(super) struct End<'o, F: FnMut()> {
    outcome: &'o Outcome,
    outputs: Outputs,
    finish: F,
}

impl<F: FnMut()> End<'_, F> {
    pub(super) fn outputs(&self) -> Option<&[Value]> {
        self.outputs.0.as_deref()
    }

    /// Ends the run without outputs.
    pub(super) fn discard_outputs(&mut self) {
        discard(self.outputs.0.take());
    }
}

impl<F: FnMut()> Drop for End<'_, F> {
    fn drop(&mut self) {
        let outputs = Outputs(self.outputs.0.take());
        let waker = self.outcome.ending.set(outputs);
        (self.finish)();
        if let Some(waker) = waker {
            // It belongs to the caller's executor, whose code may panic.
            let _woken = panic::catch(|| waker.wake());
        }
    }
}

impl Outcome {
    pub(super) fn new() -> Self {
        Self {
            ending: Ending::new(),
            failures: Mutex::default(),
            failed: AtomicBool::new(false),
            skipped: AtomicUsize::new(0),
        }
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// A frame, or a part of one, has failed.
    pub(crate) fn note_failure(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn record(&self, failure: NodeFailure) {
        lock(&self.failures).push(failure);
    }

    /// Calls `read` for the failures in order until it returns a value.
    pub(crate) fn first_failure<T>(
        &self,
        read: impl FnMut(&NodeFailure) -> Option<T>,
    ) -> Option<T> {
        lock(&self.failures).iter().find_map(read)
    }

    /// Removes the failures of a node, and of nodes inside it, because the node was allowed to fail.
    pub(crate) fn tolerate(&self, node: &str) {
        let is_inside = |failure: &mut NodeFailure| {
            let inside = failure.node.strip_prefix(node);
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let tolerated: Vec<_> = lock(&self.failures).extract_if(.., is_inside).collect();
        // The errors are user types, so they are dropped outside of the lock.
        drop(tolerated);
    }

    pub(crate) fn count_skipped(&self, nodes: usize) {
        self.skipped.fetch_add(nodes, Ordering::Relaxed);
    }

    /// Returns the outputs to the first caller, which ends the run. Those of later callers are dropped.
    pub(super) fn claim(&self, outputs: Option<Vec<Value>>) -> Option<Outputs> {
        let outputs = Outputs(outputs);
        self.ending.claim().then_some(outputs)
    }

    /// Whether the run has ended, or is about to.
    pub(super) fn is_claimed(&self) -> bool {
        self.ending.is_claimed()
    }

    /// Ends the run when the returned value is dropped. `finish` is called once there is a result.
    pub(super) fn end<F: FnMut()>(&self, outputs: Outputs, finish: F) -> End<'_, F> {
        End {
            outcome: self,
            outputs,
            finish,
        }
    }

    /// The error that observers receive, if the run failed. `reason` is why the run was cancelled: whether it [takes
    /// precedence](is_above_failures) over failures, and its text.
    pub(super) fn error(&self, reason: Option<(bool, String)>) -> Option<String> {
        match reason {
            Some((true, error)) => Some(error),
            reason => {
                let failed = self.first_failure(|NodeFailure { node, cause, .. }| {
                    let cause = cause.rendered();
                    Some(format!("node `{node}` failed: {}", cause.message()))
                });
                failed.or(reason.map(|(_, error)| error))
            }
        }
    }

    /// The outputs of a run that has ended.
    pub(crate) fn take(&self) -> Option<Outputs> {
        self.ending.take()
    }

    /// Waits for the end, without working for it.
    pub(crate) fn wait(&self) -> Outputs {
        self.ending.wait()
    }

    /// The outputs; or registers the waker of the task that asked.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Outputs> {
        self.ending.poll(waker)
    }

    /// The result of a run that has ended. `reason` is why it was cancelled, unless it was cancelled from outside.
    pub(super) fn result(
        &self,
        mut outputs: Outputs,
        entity: &str,
        reason: Option<RunError>,
    ) -> Result<Vec<Value>, RunError> {
        let outputs = outputs.0.take();
        let failures = std::mem::take(&mut *lock(&self.failures));
        let outputs = match outputs {
            Some(outputs) if failures.is_empty() => return Ok(outputs),
            outputs => outputs,
        };
        let mut failures = failures.into_iter();
        let mut reason = reason.filter(|_| outputs.is_none());
        if let Some(error) = reason.take_if(|error| is_above_failures(error)) {
            return Err(error);
        }
        match (failures.next(), outputs) {
            (Some(first), outputs) => {
                discard(outputs);
                Err(RunError::Failed(Box::new(RunFailure {
                    entity: entity.to_owned(),
                    first,
                    others: failures.collect(),
                    skipped: self.skipped.load(Ordering::Relaxed),
                    report: OnceLock::new(),
                })))
            }
            (None, _) => {
                let entity = entity.to_owned();
                Err(reason.unwrap_or(RunError::Cancelled { entity }))
            }
        }
    }
}

/// Whether the reason of a cancelled run is reported instead of the nodes that failed before.
pub(super) fn is_above_failures(reason: &RunError) -> bool {
    !matches!(reason, RunError::TimedOut { .. })
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        panic::{AssertUnwindSafe, catch_unwind},
    };

    use super::Outcome;
    use crate::error::{FailureCause, NodeFailure, RunError};
    use flyte_core::{
        graph::entity::{EntityKind, Location},
        types::Value,
    };

    fn failure(node: &str) -> NodeFailure {
        NodeFailure {
            kind: EntityKind::Task,
            entity: "task".to_owned(),
            node: node.to_owned(),
            workflow: "workflow".to_owned(),
            attempt: 0,
            earlier: Vec::new(),
            inputs: Vec::new(),
            location: Location::caller(),
            cause: FailureCause::error("it failed"),
        }
    }

    fn end(outcome: &Outcome, outputs: Option<Vec<Value>>) {
        let claimed = outcome.claim(outputs);
        drop(claimed.map(|outputs| outcome.end(outputs, || {})));
    }

    fn result(outcome: &Outcome, reason: Option<RunError>) -> Result<Vec<Value>, RunError> {
        let outputs = outcome.take().expect("the run has ended");
        outcome.result(outputs, "workflow", reason)
    }

    #[test]
    fn the_first_end_stands() {
        let outcome = Outcome::new();
        end(&outcome, Some(vec![Value::new(1_i64)]));
        end(&outcome, None);
        assert_eq!(
            result(&outcome, None).expect("the run has outputs").len(),
            1
        );
        assert!(outcome.take().is_none());
    }

    #[test]
    fn a_run_ends_whatever_panics_meanwhile() {
        let outcome = Outcome::new();
        let finished = Cell::new(false);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let outputs = outcome
                .claim(None)
                .expect("nothing has ended the run before");
            let _end = outcome.end(outputs, || finished.set(true));
            std::panic::resume_unwind(Box::new("an observer"));
        }));
        assert!(panicked.is_err());
        assert!(finished.get());
        assert!(outcome.take().is_some());
    }

    #[test]
    fn only_failures_inside_of_a_node_are_tolerated() {
        let outcome = Outcome::new();
        for node in ["n0[1]", "n0[1]/n3", "n0[10]", "n1"] {
            outcome.record(failure(node));
        }
        outcome.tolerate("n0[1]");
        end(&outcome, Some(Vec::new()));
        let Err(RunError::Failed(failed)) = result(&outcome, None) else {
            panic!("two failures are left")
        };
        assert_eq!(failed.first.node, "n0[10]");
        let others: Vec<_> = failed.others.iter().map(|other| &*other.node).collect();
        assert_eq!(others, ["n1"]);
    }

    #[test]
    fn failures_say_more_than_a_deadline_and_less_than_other_reasons() {
        let timed_out = || RunError::TimedOut {
            entity: "workflow".to_owned(),
            after: std::time::Duration::from_secs(1),
        };
        let failed = || {
            let outcome = Outcome::new();
            outcome.record(failure("n0"));
            end(&outcome, None);
            outcome
        };
        let told = failed().error(Some((false, timed_out().to_string())));
        assert_eq!(told.as_deref(), Some("node `n0` failed: it failed"));
        let after = result(&failed(), Some(timed_out()));
        assert!(matches!(after, Err(RunError::Failed(_))), "{after:?}");
        let internal = result(&failed(), Some(RunError::Internal("a mistake")));
        assert!(
            matches!(internal, Err(RunError::Internal(_))),
            "{internal:?}"
        );
        let outcome = Outcome::new();
        end(&outcome, None);
        let alone = result(&outcome, Some(timed_out()));
        assert!(matches!(alone, Err(RunError::TimedOut { .. })), "{alone:?}");
    }

    #[test]
    fn a_run_without_outputs_failures_and_reason_was_cancelled() {
        let outcome = Outcome::new();
        end(&outcome, None);
        let cancelled = result(&outcome, None);
        assert!(matches!(cancelled, Err(RunError::Cancelled { entity }) if entity == "workflow"));
    }
}
