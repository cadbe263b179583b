//! Sync attempts that must end in time: each on a thread of its own, which is left behind when it does not.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::{
    execution::Execution,
    frame::lock,
    instruments, observe, pool,
    retries::Limit,
    tasks::{Made, Work},
};
use crate::{attempt, entity::TaskInputs, error::FailureCause, types::Value};

/// What an attempt has left when it is over.
struct Given {
    result: Result<Made, FailureCause>,
    inputs: TaskInputs,
    outputs: Vec<Value>,
}

/// What the worker and the thread of an attempt tell each other.
#[derive(Default)]
struct Hand {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
enum State {
    #[default]
    Running,
    Given(Given),
    /// Its time is over.
    Expired,
    /// Its time was over before it ended, and it has.
    Late,
    /// Nobody waits for it any more.
    Left,
}

/// Makes the attempt at hand on a thread of its own and waits for it, but not for longer than it may take.
///
/// The thread works in the place of the worker meanwhile. One that is left behind works outside of all places: whatever it does, the
/// run goes on as if it had ended. What it gives in the end is dropped on it.
pub(super) fn attempt(
    execution: &Execution,
    work: &Work,
    limit: &Limit,
    inputs: &mut TaskInputs,
    outputs: &mut Vec<Value>,
) -> Result<Made, FailureCause> {
    let (frame, node) = (Arc::clone(execution.frame()), execution.node());
    let run = Arc::clone(&frame.run);
    let hand = Arc::new(Hand::default());
    // The thread may keep what it gets for ever, and a report and another attempt want it, too.
    let given = TaskInputs {
        values: inputs.shared(),
        keep: inputs.keep,
    };
    let number = execution.number();
    let spawned = {
        let (hand, run, frame) = (Arc::clone(&hand), Arc::clone(&run), Arc::clone(&frame));
        let (context, work, span) = (
            Arc::clone(execution.context()),
            work.clone(),
            execution.span(),
        );
        pool::thread("flyte-timed").spawn(move || {
            let _held = run.jobs.held(true);
            let (mut inputs, mut outputs) = (given, Vec::new());
            let attempt = || work.call(&frame, node, &context, &mut inputs, &mut outputs);
            let made = instruments::within(&run, span.as_ref(), || attempt::catch(attempt));
            let result = made.unwrap_or_else(|panic| Err(panic.into()));
            let given = Given {
                result,
                inputs,
                outputs,
            };
            let mut state = lock(&hand.state);
            if matches!(*state, State::Running) {
                *state = State::Given(given);
                hand.changed.notify_one();
                return;
            }
            drop(state);
            // All of it may be the user's, and panic when it is dropped.
            let _dropped = attempt::catch(|| drop((given, context)));
            let mut state = lock(&hand.state);
            if matches!(*state, State::Expired) {
                *state = State::Late;
            } else {
                run.unmark_expired(&frame, node, number);
                run.jobs.end_detached();
            }
        })
    };
    if let Err(error) = spawned {
        let message = format!("no thread could be started for a task with a timeout: {error}");
        return Err(FailureCause::error(message));
    }
    let timer = {
        let hand = Arc::clone(&hand);
        run.clock.at(limit.due, move || {
            let mut state = lock(&hand.state);
            if matches!(*state, State::Running) {
                *state = State::Expired;
                hand.changed.notify_one();
            }
        })
    };
    let mut state = lock(&hand.state);
    while matches!(*state, State::Running) {
        state = hand
            .changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner);
    }
    let ended = std::mem::replace(&mut *state, State::Left);
    if matches!(ended, State::Expired) {
        // While the thread cannot end yet, so that it finds all this as it is to leave it.
        run.jobs.detach();
        run.mark_expired(&frame, node, number);
    }
    drop(state);
    drop(timer);
    match ended {
        State::Given(given) => {
            *inputs = given.inputs;
            *outputs = given.outputs;
            given.result
        }
        State::Late => Err(limit.cause(false)),
        State::Running | State::Expired | State::Left => {
            run.tell_stopped(&frame, node);
            let left = "a task has not ended in time, and its thread is left behind until it does; \
                        a long task can ask `flyte_runtime::is_cancelled()`";
            observe::notice(&frame, node, left.to_owned());
            Err(limit.cause(true))
        }
    }
}
