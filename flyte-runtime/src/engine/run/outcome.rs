//! How a run ends: its failures, its outputs, and who waits for them.

use std::{
    sync::{OnceLock, atomic::Ordering},
    task::{Poll, Waker},
};

use super::Run;
use crate::{
    attempt::{self, Panic},
    context::Left,
    engine::frame::lock,
    error::{NodeFailure, RunError, RunFailure},
    types::Value,
};

/// The outputs, or nothing when nodes failed or were cancelled.
pub(super) struct Outcome(Option<Vec<Value>>);

/// Whoever waited has not asked for them.
impl Drop for Outcome {
    fn drop(&mut self) {
        discard(self.0.take());
    }
}

/// Lets go of outputs.
fn discard(outputs: Option<Vec<Value>>) {
    outputs.into_iter().flatten().for_each(attempt::discard);
}

/// The end of a run: when it is dropped, in whatever way, the run has a result, and whoever waits for that is woken.
struct End<'r> {
    run: &'r Run,
    outputs: Option<Vec<Value>>,
}

impl Drop for End<'_> {
    fn drop(&mut self) {
        let waker = self.run.ending.set(Outcome(self.outputs.take()));
        self.run.schedule.finish();
        if let Some(waker) = waker {
            // It belongs to an executor, which need not be tokio.
            let _woken = attempt::catch(|| waker.wake());
        }
    }
}

impl Run {
    pub(crate) fn record_failure(&self, failure: NodeFailure) {
        lock(&self.failures).push(failure);
    }

    /// What `tell` makes of the first failure that it makes something of.
    pub(crate) fn first_failure<T>(
        &self,
        tell: impl FnMut(&NodeFailure) -> Option<T>,
    ) -> Option<T> {
        lock(&self.failures).iter().find_map(tell)
    }

    /// Forgets the failures of a node, and of what is inside of it: it was allowed to fail.
    pub(crate) fn forgive(&self, node: &str) {
        let is_inside = |failure: &mut NodeFailure| {
            let inside = failure.node.strip_prefix(node);
            inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let forgiven: Vec<_> = lock(&self.failures).extract_if(.., is_inside).collect();
        // The errors are the user's; so outside of the lock.
        drop(forgiven);
    }

    pub(crate) fn count_skipped(&self, nodes: usize) {
        self.skipped.fetch_add(nodes, Ordering::Relaxed);
    }

    /// Leaves the decks of this run where the code that started it can find them.
    fn publish_decks(&self) {
        let pages = self.pages.get();
        if let Some((pages, prefix)) = pages {
            pages.end_below(prefix);
        }
        if self.is_nested() {
            return;
        }
        if let Some(around) = self.around.user_space_params() {
            let pages = pages.map(|(pages, _)| pages.finish());
            around
                .decks()
                .leave(pages.unwrap_or_default(), self.ended_before);
        }
    }

    /// The outermost graph is done.
    pub(crate) fn complete(&self, outputs: Option<Vec<Value>>) {
        if !self.ending.claim() {
            discard(outputs);
            return;
        }
        self.end(outputs, false, || self.directory.close());
    }

    /// Ends a cancelled run although attempts go on that cannot be stopped; what they give is dropped.
    pub(crate) fn abandon(&self) {
        if !self.ending.claim() {
            return;
        }
        self.end(None, false, || {
            let left = "a cancelled run has tasks that do not end, and their threads are left behind; \
                        a long task can ask `flyte_runtime::is_cancelled()`";
            self.notice(left.to_owned());
            self.directory.remove_now();
            None
        });
    }

    /// The run is over; `was_known` if it had succeeded before it was resumed. Whoever waits for it is woken, whatever
    /// else happens.
    pub(super) fn end(
        &self,
        outputs: Option<Vec<Value>>,
        was_known: bool,
        leave: impl FnOnce() -> Option<Left>,
    ) {
        let mut end = End { run: self, outputs };
        // What a task gave because it was asked to end is no result.
        if self.is_cancelled() {
            discard(end.outputs.take());
        }
        let outputs = end.outputs.as_deref();
        let told = attempt::catch(|| self.tell_end(outputs, was_known, leave()));
        if let Err(Panic { message, place }) = told {
            let report = || tracing::error!(message, place, "the end of a run panicked");
            let _told = attempt::catch(report);
        }
    }

    fn tell_end(&self, outputs: Option<&[Value]>, was_known: bool, left: Option<Left>) {
        self.publish_decks();
        let broadcast = self.broadcast();
        if broadcast.is_none() && left.is_none() {
            return;
        }
        let stopped = {
            let stopped = lock(&self.stopped);
            let stopped = stopped.as_ref().filter(|_| outputs.is_none());
            stopped.map(|error| (is_above_failures(error), error.to_string()))
        };
        let error = match stopped {
            Some((true, error)) => Some(error),
            stopped => {
                let failed = self.first_failure(|NodeFailure { node, cause, .. }| {
                    Some(format!(
                        "node `{node}` failed: {}",
                        cause.rendered().message()
                    ))
                });
                failed.or(stopped.map(|(_, error)| error))
            }
        };
        let has_succeeded = error.is_none();
        if let Some(broadcast) = broadcast {
            broadcast.run_ended(self.entity, outputs, error, was_known);
        }
        // Files of a run that has not succeeded are for the one that goes on with it, if they are in its history.
        if let (Some(left), Some(outputs), true) = (left, outputs, has_succeeded) {
            left.keep_outputs(self.entity, outputs, &self.around);
        }
    }

    /// The result, if the run is done.
    pub(crate) fn take_result(&self) -> Option<Result<Vec<Value>, RunError>> {
        let outcome = self.ending.take()?;
        Some(self.result(outcome))
    }

    /// Waits for the result, without working for it.
    pub(crate) fn wait_for_result(&self) -> Result<Vec<Value>, RunError> {
        self.result(self.ending.wait())
    }

    /// The result, or a promise to wake the task that asked.
    pub(crate) fn poll_result(&self, waker: &Waker) -> Poll<Result<Vec<Value>, RunError>> {
        self.ending.poll(waker).map(|outcome| self.result(outcome))
    }

    fn result(&self, mut outcome: Outcome) -> Result<Vec<Value>, RunError> {
        let outputs = outcome.0.take();
        let failures = std::mem::take(&mut *lock(&self.failures));
        let outputs = match outputs {
            Some(outputs) if failures.is_empty() => return Ok(outputs),
            outputs => outputs,
        };
        let mut failures = failures.into_iter();
        let mut stopped = lock(&self.stopped).take().filter(|_| outputs.is_none());
        if let Some(error) = stopped.take_if(|error| is_above_failures(error)) {
            return Err(error);
        }
        match (failures.next(), outputs) {
            (Some(first), outputs) => {
                discard(outputs);
                Err(RunError::Failed(Box::new(RunFailure {
                    entity: self.entity.name().to_owned(),
                    first,
                    others: failures.collect(),
                    skipped: self.skipped.load(Ordering::Relaxed),
                    report: OnceLock::new(),
                })))
            }
            (None, _) => {
                let entity = self.entity.name().to_owned();
                Err(stopped.unwrap_or(RunError::Cancelled { entity }))
            }
        }
    }
}

/// Whether what has stopped a run says more than the nodes that have failed before.
fn is_above_failures(error: &RunError) -> bool {
    !matches!(error, RunError::TimedOut { .. })
}
