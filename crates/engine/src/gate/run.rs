//! How gates run on this machine.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    thread,
};

use tokio::sync::oneshot;

use super::{
    Terminal,
    answers::{approval, value},
};
use crate::{
    clock::{Clock, Until},
    instruments::ContextInstruments as _,
};
use flyte_context::{
    context::with_current,
    question::{Answer, Asked, Question, SharedAnswers},
};
use flyte_core::{
    error::BoxError,
    graph::{
        entity::{EntityDescriptor, RunTask, TaskFuture, TaskInputs},
        gate::{Gate, GateCondition, GateError},
    },
    no_other_variant, panic,
};

/// The function that runs at a gate.
pub fn task(gate: &Gate) -> RunTask {
    RunTask::Async(match gate.condition() {
        GateCondition::Sleep(_) => sleep,
        GateCondition::Approve => approve,
        GateCondition::Signal(_) => wait_for_input,
        _ => no_other_variant!(GateCondition),
    })
}

/// Only a test's clock is waited for; other runs skip the sleep.
fn sleep(_: &mut TaskInputs) -> Result<TaskFuture, BoxError> {
    Ok(Box::pin(async {
        let here = here().ok_or(GateError::Alone)?;
        if let (GateCondition::Sleep(time), Clock::Manual(_)) = (here.gate.condition(), &here.clock)
            && !here.clock.skips(*time)
        {
            here.clock.until(here.clock.now().after(*time)).await;
        }
        Ok(Vec::new())
    }))
}

fn approve(inputs: &mut TaskInputs) -> Result<TaskFuture, BoxError> {
    let item = inputs.present().next().cloned();
    Ok(Box::pin(async move {
        let here = here().ok_or(GateError::Alone)?;
        let (Some(item), Some(input)) = (item, here.entity.inputs().first()) else {
            return Err(
                "a gate was given nothing to approve; this is a bug in flyte-runtime".into(),
            );
        };
        let value = input.info.preview(&item);
        let (question, answer) = ask(here, Asked::Approval { value }).await?;
        if approval(&question, &answer)? {
            Ok(vec![item])
        } else {
            Err(GateError::Disapproved {
                gate: question.gate,
            }
            .into())
        }
    }))
}

fn wait_for_input(_: &mut TaskInputs) -> Result<TaskFuture, BoxError> {
    Ok(Box::pin(async {
        let here = here().ok_or(GateError::Alone)?;
        let GateCondition::Signal(info) = *here.gate.condition() else {
            return Err("a gate waits for no value; this is a bug in flyte-runtime".into());
        };
        let (question, answer) = ask(here, Asked::Input(info)).await?;
        Ok(vec![value(&question, answer, &info)?])
    }))
}

/// A gate in a run on this machine.
struct Here {
    entity: &'static EntityDescriptor,
    gate: &'static Gate,
    node: String,
    /// `None` means the terminal.
    source: Option<SharedAnswers>,
    /// The clock of the run.
    clock: Clock,
}

fn here() -> Option<Here> {
    with_current(|context| {
        let context = context?;
        let attempt = context.execution_state()?.attempt()?.of();
        let entity = attempt.entity();
        Some(Here {
            entity,
            gate: entity.gate()?,
            node: attempt.path(),
            source: context.answers().cloned(),
            clock: match context.instruments() {
                Some(asked) => asked.clock.clone(),
                None => Clock::System,
            },
        })
    })
}

/// Tells the source, however the gate ends, that the gate no longer needs an answer.
struct Over(Arc<AtomicBool>);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Asks the run's source for as long as the gate waits.
async fn ask(here: Here, asked: Asked) -> Result<(Question, Answer), GateError> {
    let question = Question::new(here.gate.name(), here.node, asked, here.gate.timeout());
    let _over = Over(Arc::clone(&question.over));
    let failed = |message: String| GateError::Source {
        gate: question.gate.clone(),
        source: message.into(),
    };
    // Set before the source is asked, because the source may move the clock.
    let over = here.clock.until(here.clock.now().after(question.timeout));
    // A source that reads from a terminal may block for ever, so it has a thread that nothing waits for.
    let (answered, answer) = oneshot::channel();
    let asking = question.clone();
    let source = here.source.unwrap_or_else(|| SharedAnswers::new(Terminal));
    thread::Builder::new()
        .name("flyte-gate".to_owned())
        .spawn(move || {
            let said = panic::catch(|| source.0.answer(&asking));
            // The receiver is gone if the gate has timed out or its run was cancelled. The answer may be a user's type.
            if let Err(late) = answered.send(said) {
                panic::discard(late);
            }
        })
        .map_err(|error| failed(format!("no thread could be started: {error}")))?;
    match before(answer, over).await {
        Some(Ok(Ok(Ok(answer)))) => Ok((question, answer)),
        Some(Ok(Ok(Err(error)))) => Err(match error.downcast::<GateError>() {
            Ok(error) => *error,
            Err(source) => GateError::Source {
                gate: question.gate,
                source,
            },
        }),
        Some(Ok(Err(panic))) => Err(failed(format!(
            "panicked at {}: {}",
            panic.place, panic.message
        ))),
        Some(Err(_)) => Err(failed("its thread has ended".to_owned())),
        None => Err(GateError::TimedOut {
            timeout: question.timeout,
            gate: question.gate,
        }),
    }
}

/// The output of a future that ends before another one does.
async fn before<F: Future + Unpin>(mut wanted: F, mut over: Until) -> Option<F::Output> {
    poll_fn(|cx| {
        if let Poll::Ready(given) = Pin::new(&mut wanted).poll(cx) {
            return Poll::Ready(Some(given));
        }
        Pin::new(&mut over).poll(cx).map(|()| None)
    })
    .await
}
