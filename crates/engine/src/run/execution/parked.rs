//! Executions that wait for a retry, for an equal call, or for a thread.

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

/// An execution that has no thread.
pub(crate) struct Parked {
    pub(crate) execution: Execution,
    pub(crate) body: Body,
    pub(crate) inputs: TaskInputs,
    /// Another element of the map has taken its lane.
    pub(crate) freed_lane: bool,
    pub(crate) next: Next,
}

/// How an execution continues.
pub(crate) enum Next {
    /// Its wait is over.
    Woken,
    /// This command is still to be carried out.
    Perform(Command),
    /// Its attempt exceeded a time limit.
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

    /// Waits without a thread.
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

    /// Continues on another thread than the one that makes the attempt.
    pub(crate) fn go_on_elsewhere(self) {
        let run = Arc::clone(&self.frame().run);
        let ready = self.due_next();
        run.go_on_without(ready);
    }

    /// Leaves it to the next thread that looks for work.
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

/// Makes an execution ready whose wait is over.
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

/// Makes the executions of stopped frames ready, so that they end.
pub(crate) fn unpark_stopped(run: &Arc<Run>) {
    let stopped = run.schedule.parking.which(Parked::is_stopped);
    stopped.into_iter().for_each(|number| unpark(run, number));
}
