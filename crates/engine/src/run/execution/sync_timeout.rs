//! Sync attempts that must end in time.
//!
//! An attempt runs on the thread of its worker, which a timer can take the execution away from. When the time is over,
//! a helper goes on with the execution as if the attempt had failed, and the thread of the attempt is left behind with
//! a permit beyond the limit: whatever it still does, the run goes on without it. When the code of the attempt ends
//! after all, what it gives is dropped, and the thread goes back to the pool. So an attempt that ends in time costs a
//! timer and no hand-over. The thread that has started a run could not come back from there, and leaves such attempts
//! to helpers ([`Role::Driver`](crate::schedule::Role)).

use std::sync::Arc;

use super::{
    Execution,
    parked::{Next, Parked},
    thread::{Body, Made},
};
use crate::{
    attempt::machine::Limit,
    error::FailureCause,
    run::{services, worker::Worker},
    schedule::Hand,
};
use flyte_core::{graph::entity::TaskInputs, panic};

/// An attempt that has ended in time.
pub(crate) struct InTime {
    pub(crate) execution: Execution,
    pub(crate) body: Body,
    pub(crate) made: Result<Made, FailureCause>,
}

impl Worker {
    /// Makes the attempt at hand; `None` when its time was over before it was. Somebody else goes on with the execution
    /// then, and this thread has nothing left to do.
    pub(crate) fn attempt_in_time(
        &mut self,
        execution: Execution,
        body: Body,
        limit: Limit,
    ) -> Option<InTime> {
        let (frame, node) = (Arc::clone(execution.frame()), execution.node());
        let (context, span) = (Arc::clone(execution.context()), execution.span());
        let (number, code) = (execution.number(), body.clone());
        // A report and another attempt may want what the code takes and keeps.
        let given = TaskInputs {
            values: self.inputs.shared(),
            keep: self.inputs.keep,
        };
        let kept = std::mem::replace(&mut self.inputs, given);
        let hand = Arc::new(Hand::new(Parked::new(execution, body, kept, Next::Woken)));
        let timer = {
            let hand = Arc::clone(&hand);
            frame
                .run
                .services
                .clock
                .at(limit.due, move || expire(&hand, limit))
        };
        let run = Arc::clone(&frame.run);
        let (inputs, outputs) = (&mut self.inputs, &mut self.outputs);
        let call = || code.call(&frame, node, &context, inputs, outputs);
        let made = services::within(&run, span.as_ref(), || panic::catch(call));
        let made = made.unwrap_or_else(|panic| Err(panic.into()));
        let taken = hand.take();
        drop(timer);
        let Some(parked) = taken else {
            panic::discard(made);
            panic::discard(context);
            self.outputs.drain(..).for_each(panic::discard);
            self.inputs.discard();
            run.stop.end_abandoned(&frame, node, number);
            return None;
        };
        let Parked {
            execution,
            body,
            mut inputs,
            ..
        } = parked;
        // What the code has left of its inputs is for the report; the values are shared with these.
        inputs.discard();
        Some(InTime {
            execution,
            body,
            made,
        })
    }
}

/// The time of an attempt is over.
fn expire(hand: &Hand<Parked>, limit: Limit) {
    let count = |parked: &Parked| {
        let (frame, node) = (parked.execution.frame(), parked.execution.node());
        let number = parked.execution.number();
        frame.run.schedule.abandon();
        frame.run.stop.abandon_attempt(frame, node, number);
    };
    if let Some(mut parked) = hand.take_away(count) {
        let run = Arc::clone(&parked.execution.frame().run);
        let options = parked.execution.plan_node().entity.task_options();
        // Scripts and containers are killed, and so is the thread with the container that this process is.
        let goes_on = options.is_none_or(|options| options.process.is_none())
            && run.services.container.is_none();
        parked.next = Next::Expired(limit.cause(goes_on));
        parked.go_on_elsewhere();
    }
}
