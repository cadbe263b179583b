//! Executions that wait for their next attempt, for an equal call, or for a thread.

use std::{sync::Arc, time::Duration};

use super::{
    execution::Execution,
    frame::{Frame, Ready},
    run::Run,
    schedule::Scheduled,
    tasks::Work,
    worker::RESUME,
};
use crate::{clock::Clock, error::FailureCause};
use flyte_core::graph::entity::TaskInputs;

/// An execution without a thread.
pub(crate) struct Parked {
    pub(super) execution: Execution,
    pub(super) work: Work,
    pub(super) inputs: TaskInputs,
    /// Another element of the map has taken its lane.
    pub(super) freed_lane: bool,
    /// Why its attempt has failed, if that was not over in time.
    pub(super) expired: Option<FailureCause>,
}

impl Parked {
    /// Of the attempt that begins now.
    pub(super) fn in_attempt(execution: Execution, work: Work, inputs: TaskInputs) -> Self {
        Self {
            execution,
            work,
            inputs,
            freed_lane: false,
            expired: None,
        }
    }

    /// The same when the time of the attempt is over.
    pub(super) fn expired(self, cause: FailureCause) -> Self {
        Self {
            expired: Some(cause),
            ..self
        }
    }

    pub(super) fn into_parts(self) -> (Execution, Work, TaskInputs) {
        (self.execution, self.work, self.inputs)
    }

    fn frame(&self) -> &Arc<Frame> {
        self.execution.frame()
    }

    /// Whether its frame has stopped meanwhile.
    fn is_stopped(&self) -> bool {
        self.frame().stops(self.execution.node())
    }

    /// Waits for a while.
    pub(super) fn park(self, wait: Duration) {
        let (frame, node) = (Arc::clone(self.frame()), self.execution.node());
        let run = &frame.run;
        let is_waiting = self.execution.is_waiting();
        let number = run.schedule.parking.park(self);
        // An equal call may be one of another process, whose time no clock of a test can tell.
        let clock = match is_waiting {
            true => &Clock::System,
            false => &run.services.clock,
        };
        let woken = Arc::downgrade(run);
        let timer = clock.at(clock.now().after(wait), move || {
            if let Some(run) = woken.upgrade() {
                unpark(&run, number);
            }
        });
        run.schedule.parking.keep_waker(number, timer);
        // Its frame may have stopped before it was on the list.
        if frame.stops(node) {
            unpark(run, number);
        }
    }

    /// Goes on, without the thread that makes the attempt.
    pub(super) fn go_on_elsewhere(self) {
        let run = Arc::clone(&self.frame().run);
        let ready = self.due_next();
        run.go_on_without(ready);
    }

    /// Leaves it to the thread that looks for work next.
    pub(super) fn put_next(self) {
        let run = Arc::clone(&self.frame().run);
        let ready = self.due_next();
        run.schedule.put_next(ready);
    }

    fn due_next(self) -> Ready {
        let frame = Arc::clone(self.frame());
        frame.run.schedule.parking.put_first(self);
        let node = RESUME;
        Ready { frame, node }
    }
}

/// Makes an execution ready that has waited.
fn unpark(run: &Arc<Run>, number: u64) {
    let Some(parked) = run.schedule.parking.unpark(number) else {
        return;
    };
    let frame = Arc::clone(parked.frame());
    run.schedule.parking.put_due(parked);
    let node = RESUME;
    run.push(&mut vec![Ready { frame, node }]);
}

/// Makes the executions ready whose frames have stopped: they end.
pub(super) fn unpark_stopped(run: &Arc<Run>) {
    let stopped = run.schedule.parking.which(Parked::is_stopped);
    stopped.into_iter().for_each(|number| unpark(run, number));
}
