//! Time limits of sync attempts.
//!
//! An attempt runs on its worker's thread, and a timer can take the execution away from that thread. When the time
//! limit is reached, a helper continues the execution as if the attempt had failed. The attempt's thread is left behind
//! with a permit beyond the limit, and the run goes on without it. If the attempt's code ends later, its result is
//! dropped and the thread returns to the pool. So an attempt that ends in time costs a timer and no change of threads.
//! The thread that started the run cannot be left behind, so it leaves such attempts to helpers
//! ([`Role::Driver`](crate::schedule::Role)).

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

/// An attempt that ended in time.
pub(crate) struct InTime {
    pub(crate) execution: Execution,
    pub(crate) body: Body,
    pub(crate) made: Result<Made, FailureCause>,
}

impl Worker {
    /// Makes the current attempt; `None` if it exceeded its time limit. Then another thread continues the execution,
    /// and this thread has nothing left to do.
    pub(crate) fn attempt_in_time(
        &mut self,
        execution: Execution,
        body: Body,
        limit: Limit,
    ) -> Option<InTime> {
        let (frame, node) = (Arc::clone(execution.frame()), execution.node());
        let (context, span) = (Arc::clone(execution.context()), execution.span());
        let (number, code) = (execution.number(), body.clone());
        // The code consumes its inputs, but a report or another attempt may need them, so it gets shared values.
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
        // These inputs share their values with those in the report, so what the code has left of them is dropped.
        inputs.discard();
        Some(InTime {
            execution,
            body,
            made,
        })
    }
}

/// The attempt has reached its time limit.
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
        // Scripts and containers are killed. If this process is a container, the thread ends with it.
        let goes_on = options.is_none_or(|options| options.process.is_none())
            && run.services.container.is_none();
        parked.next = Next::Expired(limit.cause(goes_on));
        parked.go_on_elsewhere();
    }
}
