//! What gates do in a run on this machine.

use std::{sync::mpsc, thread};

use tokio::sync::oneshot;

use super::{
    Answer, Asked, GateError, Question,
    answers::{approval, value},
};
use crate::{
    BoxError, attempt,
    context::with_current,
    entity::{TaskFuture, TaskInputs},
    types::{FlyteType, TypeInfo, Value},
};

/// Time is not waited for on this machine.
pub(super) fn sleep(_: &mut TaskInputs) -> Result<TaskFuture, BoxError> {
    Ok(Box::pin(async { Ok(Vec::new()) }))
}

pub(super) fn approve<T: FlyteType>(inputs: &mut TaskInputs) -> Result<TaskFuture, BoxError> {
    let item = Value::new(inputs.take::<T>(0)?);
    Ok(Box::pin(async move {
        let shown = TypeInfo::of::<T>().preview(&item);
        let (question, answer) = ask(Asked::Approval { value: shown }).await?;
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

pub(super) fn wait_for_input<T: FlyteType>(_: &mut TaskInputs) -> Result<TaskFuture, BoxError> {
    Ok(Box::pin(async {
        let info = TypeInfo::of::<T>();
        let (question, answer) = ask(Asked::Input(info)).await?;
        Ok(vec![value(&question, answer, &info)?])
    }))
}

/// Asks the source of the run, for as long as the gate waits.
async fn ask(asked: Asked) -> Result<(Question, Answer), GateError> {
    let here = with_current(|context| {
        let context = context?;
        let attempt = context.execution_state()?.attempt()?.of();
        let gate = attempt.entity().gate()?;
        Some((gate, attempt.path(), context.answers()))
    });
    let (gate, node, source) = here.ok_or(GateError::Alone)?;
    let question = Question {
        gate: gate.name().to_owned(),
        node,
        asked,
        timeout: gate.timeout(),
    };
    // A source may block for ever, as one that reads from a terminal does, so it has a thread that nobody waits for.
    let (answered, answer) = mpsc::sync_channel(1);
    let (settled, outcome) = oneshot::channel();
    let asking = question.clone();
    let failed = |message: String| GateError::Source {
        gate: question.gate.clone(),
        source: message.into(),
    };
    let no_thread = |error: std::io::Error| failed(format!("no thread could be started: {error}"));
    thread::Builder::new()
        .name("flyte-gate".to_owned())
        .spawn(move || {
            let said = attempt::catch(|| source.0.answer(&asking));
            // Nobody listens any more when the gate has timed out.
            let _late = answered.send(said);
        })
        .map_err(no_thread)?;
    let timeout = question.timeout;
    thread::Builder::new()
        .name("flyte-gate-clock".to_owned())
        .spawn(move || {
            // Nobody listens any more when the run was cancelled.
            let _cancelled = settled.send(answer.recv_timeout(timeout));
        })
        .map_err(no_thread)?;
    let answer = match outcome.await {
        Ok(Ok(Ok(Ok(answer)))) => answer,
        Ok(Ok(Ok(Err(error)))) => {
            return Err(match error.downcast::<GateError>() {
                Ok(error) => *error,
                Err(source) => GateError::Source {
                    gate: question.gate,
                    source,
                },
            });
        }
        Ok(Ok(Err(panic))) => {
            return Err(failed(format!(
                "panicked at {}: {}",
                panic.place, panic.message
            )));
        }
        Ok(Err(_)) | Err(_) => {
            return Err(GateError::TimedOut {
                gate: question.gate,
                timeout,
            });
        }
    };
    Ok((question, answer))
}
