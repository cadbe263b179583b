//! Runs a case in this process, or in processes of this program.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use flyte_runtime::{
    CancellationToken, RunError, Runner,
    cache::Cache,
    error::FailureCause,
    events::{Event, EventKind},
    gate::GateError,
    history::History,
    remote::literal::to_proto,
    types::{TypeError, Value},
};

use super::{compare::Ended, literals};
use crate::case::{Case, Kind, Outputs, Way};

/// A run that takes longer than this hangs.
const LONGEST: Duration = Duration::from_secs(120);

/// How the runs of a case have ended here.
pub(crate) struct Here {
    pub(crate) ended: Ended,
    /// The end of the second run, if there is one.
    pub(crate) second: Option<Ended>,
    pub(crate) attempts: usize,
    pub(crate) scratch: PathBuf,
    /// The nodes that have started, of what is built while it runs.
    pub(crate) outline: String,
}

/// Runs a case, with everything that it writes in a directory that is made for it.
pub(crate) fn run(case: &Case, directory: &Path) -> Here {
    let scratch = directory.join("scratch");
    if let Err(error) = fs::create_dir_all(&scratch) {
        return Here {
            ended: Ended::Unknown(format!("{}: {error}", scratch.display())),
            second: None,
            attempts: 0,
            scratch,
            outline: String::new(),
        };
    }
    let attempts = Arc::new(AtomicUsize::new(0));
    let token = CancellationToken::new();
    let counted = Arc::clone(&attempts);
    let stop = match &case.way {
        Way::AbortAt(node) => Some((*node, token.clone())),
        _ => None,
    };
    let nodes: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let started = Arc::clone(&nodes);
    let observer = move |event: &Event| {
        if let EventKind::NodeStarted { node, .. } = &event.kind {
            let mut nodes = started.lock().unwrap_or_else(PoisonError::into_inner);
            nodes.insert(format!("{} {:?}", node.path, node.kind));
        }
        if let EventKind::AttemptStarted { node, .. } = &event.kind {
            counted.fetch_add(1, Ordering::Relaxed);
            if let Some((at, token)) = &stop
                && node.path.split(['/', '[']).next() == Some(at)
            {
                token.cancel();
            }
        }
    };
    let mut runner = Runner::local()
        .jobs(4)
        .deadline(LONGEST)
        .cache(Cache::at(directory.join("cache")))
        .answers(case.answers.clone())
        .cancellation(&token)
        .observe(observer);
    if case.is_isolated {
        runner = runner.isolate(true);
    }
    let history = History::in_dir(directory.join("history"));
    if matches!(case.way, Way::Recover(_)) {
        runner = runner.history(&history);
    }
    let inputs = (case.inputs)(&scratch);
    let once = |runner: &Runner| ended(case, runner.run_values(case.entity, inputs.clone()));
    let first = once(&runner);
    let second = match &case.way {
        Way::Once | Way::AbortAt(_) => None,
        Way::Again => Some(once(&runner)),
        Way::Recover(_) => Some(once(&runner.resume("last"))),
    };
    Here {
        ended: first,
        second,
        attempts: attempts.load(Ordering::Relaxed),
        scratch,
        outline: outline_of(&nodes.lock().unwrap_or_else(PoisonError::into_inner)),
    }
}

/// What is below a node, without elements of lists, whose number is that of the inputs.
fn outline_of(nodes: &BTreeSet<String>) -> String {
    let inner = nodes
        .iter()
        .filter(|node| node.contains('/') && !node.contains('['));
    inner.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn ended(case: &Case, result: Result<Vec<Value>, RunError>) -> Ended {
    match result {
        Ok(values) => {
            let declared = case.entity.outputs().iter().zip(&values);
            let outputs: Result<Outputs, TypeError> = declared
                .map(|(output, value)| {
                    let literal = output.info.to_literal(value)?;
                    Ok((output.name.to_owned(), to_proto(&literal)))
                })
                .collect();
            match outputs.map_err(Into::into).and_then(literals::settled) {
                Ok(outputs) => Ended::Succeeded(outputs),
                Err(error) => Ended::Unknown(format!("the outputs have no literals: {error:#}")),
            }
        }
        Err(RunError::Failed(failure)) => {
            let cause = &failure.first.cause;
            let kind = kind_of(cause);
            let text = match cause {
                // Its place may be that of a file of this machine.
                FailureCause::Panic { message, .. } => message.clone(),
                cause => cause.rendered().message().to_owned(),
            };
            Ended::Failed { kind, text }
        }
        Err(RunError::Cancelled { .. }) => Ended::Aborted,
        Err(error @ RunError::Input { .. }) => Ended::Refused(error.to_string()),
        Err(error) => Ended::Unknown(error.to_string()),
    }
}

fn kind_of(cause: &FailureCause) -> Kind {
    match cause {
        FailureCause::Panic { .. } => Kind::Task,
        FailureCause::TimedOut { .. } => Kind::TimedOut,
        FailureCause::Input { .. }
        | FailureCause::Output { .. }
        | FailureCause::Condition { .. } => Kind::Value,
        FailureCause::Branch { .. } => Kind::Branch,
        FailureCause::Error(error) if error.is::<GateError>() => Kind::Gate,
        FailureCause::Error(error) if error.is::<TypeError>() => Kind::Value,
        FailureCause::Error(error)
            if error
                .rendered()
                .message()
                .starts_with("the process of the attempt ") =>
        {
            Kind::Died
        }
        FailureCause::Error(_) => Kind::Task,
        cause => Kind::Other(cause.to_string()),
    }
}
