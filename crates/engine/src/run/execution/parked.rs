//! Executions that wait for their next attempt, for an equal call, or for a thread.

use std::sync::Arc;

use super::{Execution, thread::Body};
use crate::{
    attempt::machine::{Command, Wait},
    error::FailureCause,
    run::{
        Run,
        frame::{Frame, Ready},
        observe,
        worker::RESUME,
    },
    schedule::Scheduled,
};
use flyte_core::graph::entity::TaskInputs;
use flyte_events::events::WaitReason;

/// An execution without a thread.
pub(crate) struct Parked {
    pub(crate) execution: Execution,
    pub(crate) body: Body,
    pub(crate) inputs: TaskInputs,
    /// Another element of the map has taken its lane.
    pub(crate) freed_lane: bool,
    pub(crate) next: Next,
}

/// What an execution goes on with.
pub(crate) enum Next {
    /// Its wait is over.
    Woken,
    /// This was commanded and is still to be done.
    Perform(Command),
    /// Its attempt was not over in time.
    Expired(FailureCause),
}

impl Parked {
    pub(crate) fn new(execution: Execution, body: Body, inputs: TaskInputs, next: Next) -> Self {
        Self {
            execution,
            body,
            inputs,
            freed_lane: false,
            next,
        }
    }

    fn frame(&self) -> &Arc<Frame> {
        self.execution.frame()
    }

    /// Whether its frame has stopped meanwhile.
    fn is_stopped(&self) -> bool {
        self.frame().stops(self.execution.node())
    }

    /// Waits for a while.
    pub(crate) fn park(self, wait: Wait) {
        let (frame, node) = (Arc::clone(self.frame()), self.execution.node());
        let run = &frame.run;
        let number = run.schedule.parking.park(self);
        let woken = Arc::downgrade(run);
        let timer = wait.at(&run.services.clock, move || {
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
    pub(crate) fn go_on_elsewhere(self) {
        let run = Arc::clone(&self.frame().run);
        let ready = self.due_next();
        run.go_on_without(ready);
    }

    /// Leaves it to the thread that looks for work next.
    pub(crate) fn put_next(self) {
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
    if !parked.is_stopped() && !parked.execution.waits_for_equal() {
        observe::wait_started(&frame, parked.execution.node(), WaitReason::Permit);
    }
    run.schedule.parking.put_due(parked);
    let node = RESUME;
    run.push(&mut vec![Ready { frame, node }]);
}

/// Makes the executions ready whose frames have stopped: they end.
pub(crate) fn unpark_stopped(run: &Arc<Run>) {
    let stopped = run.schedule.parking.which(Parked::is_stopped);
    stopped.into_iter().for_each(|number| unpark(run, number));
}
