//! Attempts in processes of their own: the same program, started as a cluster starts it.
//!
//! The attempt has a directory in which its inputs and outputs are files. The process leads its own group, which is
//! killed as a whole when the attempt ends for any reason: it exceeds its time or memory limit, it is cancelled, or the
//! program that started it is gone. Its settings besides the task are arguments, because processes that the task starts
//! do not inherit those. Memory is measured, not limited by the system: a limit on the address space also counts pages
//! that are never used, and a failed allocation cannot be told from other crashes.

mod error;
mod memory;
mod secrets;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    time::Duration,
};

pub use error::{IsolationError, name_of};

use super::Execution;
use crate::{
    attempt::machine::Limit,
    cache,
    cancellation::OnStop,
    error::FailureCause,
    process::{Group, Reason, Watched, pass_lines_on},
};
use flyte_config::system::{os_str, signal_of};
use flyte_context::{
    context::{ExecutionState, TakesLines},
    deck,
    directories::run::CHECKPOINT,
};
use flyte_core::{
    error::{BoxError, TaskError},
    graph::entity::{EntityDescriptor, TaskInputs},
    types::{
        Value,
        wire::{self, ContainerError},
    },
};

/// The option of `flyte-execute` that starts the process of an attempt. Its values are an environment variable for that
/// process alone, and the value of the variable.
pub const ISOLATED: &str = "isolated";

/// How long the last lines of a process that is gone are waited for.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Whether this process was started for one attempt. The check prevents a program that does not handle such starts from
/// starting itself for ever.
pub(crate) fn is_attempt() -> bool {
    let option = format!("--{ISOLATED}");
    let mut arguments = std::env::args_os().skip(1);
    arguments
        .next()
        .is_some_and(|command| command == "flyte-execute")
        && arguments
            .take_while(|argument| argument != "--")
            .any(|argument| *argument == *option)
}

/// The file beside the outputs in which the attempt's process leaves the decks that the task wrote.
pub const DECKS: &str = "decks.json";

/// Whether the attempts of an entity can be processes: tasks of this program that are not processes already.
pub(crate) fn takes(entity: &EntityDescriptor) -> bool {
    entity.task_options().is_some_and(|options| {
        options.process.is_none() && options.plugin.is_none_or(|plugin| plugin.has_container)
    }) && entity.reference().is_none()
}

/// Makes the current attempt.
pub(crate) fn attempt(
    execution: &Execution,
    limit: Option<&Limit>,
    inputs: &mut TaskInputs,
    outputs: &mut Vec<Value>,
) -> Result<(), FailureCause> {
    let entity = execution.plan_node().entity;
    let parameters = execution.context().user_space_params();
    let parameters = parameters
        .ok_or_else(|| io::Error::other("the attempt has no directory"))
        .map_err(IsolationError::NotStarted)?;
    let directory = parameters.working_directory().map(Path::to_owned);
    let directory = directory.map_err(IsolationError::NotStarted)?;
    write_inputs(entity, inputs, &directory)?;
    let before = parameters.checkpoint_source();
    let mut command =
        command(execution, entity, &directory, before).map_err(IsolationError::NotStarted)?;
    let state = execution.context().execution_state();
    let lines = state.and_then(|state| state.attempt()?.of().lines());
    if lines.is_some() {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    let mut group =
        Group::spawn(&mut command, &Watched::Itself).map_err(IsolationError::NotStarted)?;
    let passed = lines.map(|lines| pass_on(&mut group, lines));
    let passed = passed.transpose().map_err(IsolationError::NotStarted)?;
    let waited = wait(execution, limit, &mut group);
    // Everything it started is gone before its results are read.
    let ended = group
        .end()
        .map_err(|error| IsolationError::NotStarted(error).into());
    if let Some(passed) = passed {
        // Until all that could still write is gone, as far as it is known.
        let _closed = passed.recv_timeout(LAST_WORDS);
    }
    let status = waited.and(ended);
    take_decks(execution, &directory);
    read(entity, status?, &directory, outputs)
}

/// Passes on what the process says, to standard error and to what keeps its lines.
///
/// The receiver is closed when the process and all that it has started have closed their ends.
fn pass_on(group: &mut Group, lines: TakesLines) -> io::Result<Receiver<()>> {
    let (sender, closed) = mpsc::channel();
    let lines: TakesLines = Arc::new(move |bytes| {
        // Dropped with this, which both threads have.
        let _sender: &Sender<()> = &sender;
        lines(bytes);
    });
    let child = group.child();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    if let Some(stdout) = stdout {
        pass_lines_on(stdout, Some(Arc::clone(&lines)))?;
    }
    if let Some(stderr) = stderr {
        pass_lines_on(stderr, Some(lines))?;
    }
    Ok(closed)
}

fn write_inputs(
    entity: &EntityDescriptor,
    inputs: &TaskInputs,
    directory: &Path,
) -> Result<(), FailureCause> {
    let mut literals = BTreeMap::new();
    for (input, value) in entity.inputs().iter().zip(inputs.present()) {
        let literal = input.info.to_literal(value);
        let literal = literal.map_err(|error| FailureCause::Input {
            name: input.name,
            error,
        })?;
        literals.insert(input.name, literal);
    }
    let literals = literals.iter().map(|(name, literal)| (*name, literal));
    fs::write(directory.join("inputs.pb"), wire::encode_map(literals))
        .map_err(|error| IsolationError::NotStarted(error).into())
}

fn command(
    execution: &Execution,
    entity: &EntityDescriptor,
    directory: &Path,
    before: Option<&Path>,
) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("flyte-execute")
        .arg("--inputs")
        .arg(directory.join("inputs.pb"))
        .arg("--output-prefix")
        .arg(directory)
        .arg("--raw-output-data-prefix")
        .arg(directory.join("raw"))
        .arg("--checkpoint-path")
        // The same path as for an attempt in this process, so that the next attempt finds the checkpoint, isolated or
        // not.
        .arg(directory.join(CHECKPOINT));
    if let Some(before) = before {
        command.arg("--prev-checkpoint").arg(before);
    }
    let number = OsString::from(execution.number().to_string());
    let mut told = cache::variables(execution.frame().run.services.cache());
    told.push(("FLYTE_ATTEMPT_NUMBER", number));
    for (name, value) in told {
        command.arg(format!("--{ISOLATED}")).arg(name).arg(value);
    }
    command
        .args(["--", "task", entity.name()])
        // Standard output is for the results of this program.
        .stdout(io::stderr());
    for (name, secret) in secrets::of(execution, entity)? {
        match secret {
            None => command.env_remove(name),
            Some(secret) => command.env(name, os_str(secret.expose())?),
        };
    }
    if let Some(options) = entity.task_options() {
        command.envs(options.environment.iter().copied());
    }
    Ok(command)
}

/// Waits until the process has ended or had to be killed.
fn wait(
    execution: &Execution,
    limit: Option<&Limit>,
    group: &mut Group,
) -> Result<(), FailureCause> {
    let run = &execution.frame().run;
    let killer = group.killer();
    let _timer = limit.map(|limit| {
        let killer = killer.clone();
        run.services
            .clock
            .at(limit.due, move || killer.kill(Reason::TimedOut))
    });
    let state = execution.context().execution_state();
    let attempt = state.and_then(ExecutionState::attempt);
    let _listening = attempt.map(|attempt| {
        let killer = killer.clone();
        OnStop::of(attempt.of().clone(), move || killer.kill(Reason::Cancelled))
    });
    let most = execution.plan_node().memory;
    let _memory = most
        .map(|most| memory::watch(group.child().id(), most, killer.clone()))
        .transpose()
        .map_err(IsolationError::NotStarted)?;
    let killed = group.wait().map_err(IsolationError::NotStarted)?;
    match (killed, limit, most) {
        (Some(Reason::TimedOut), Some(limit), _) => Err(limit.cause(false)),
        (Some(Reason::Memory(used)), _, Some(limit)) => {
            Err(IsolationError::Memory { used, limit }.into())
        }
        (Some(_), _, _) => Err(FailureCause::error(crate::error::RunError::Cancelled {
            entity: execution.plan_node().entity.name().to_owned(),
        })),
        (None, _, _) => Ok(()),
    }
}

/// Puts the decks that the task wrote where they would be if it had run in this process.
fn take_decks(execution: &Execution, directory: &Path) {
    let parameters = execution.context().user_space_params();
    let (Some(parameters), Ok(bytes)) = (parameters, fs::read(directory.join(DECKS))) else {
        return;
    };
    if let Err(error) = deck::take(parameters.decks(), &bytes) {
        tracing::warn!(%error, "the decks of an isolated task cannot be read");
    }
}

/// Reads the results of the process.
fn read(
    entity: &EntityDescriptor,
    status: ExitStatus,
    directory: &Path,
    outputs: &mut Vec<Value>,
) -> Result<(), FailureCause> {
    if let Some(signal) = signal_of(status) {
        return Err(IsolationError::Signal { signal }.into());
    }
    let unreadable = |error: BoxError| FailureCause::from(IsolationError::Unreadable(error));
    if let Ok(bytes) = fs::read(directory.join("error.pb")) {
        let error = wire::decode_error(&bytes).map_err(|error| unreadable(error.into()))?;
        return Err(told(error).into());
    }
    let Ok(bytes) = fs::read(directory.join("outputs.pb")) else {
        return Err(IsolationError::Nothing { status }.into());
    };
    let mut literals = wire::decode_map(&bytes).map_err(|error| unreadable(error.into()))?;
    for output in entity.outputs() {
        let literal = literals
            .remove(output.name)
            .ok_or_else(|| unreadable(format!("there is no output `{}`", output.name).into()))?;
        let value = output.info.from_literal(literal);
        outputs.push(value.map_err(|error| unreadable(error.into()))?);
    }
    Ok(())
}

/// The error of the task, with its advice on retrying.
fn told(error: ContainerError) -> BoxError {
    match (error.is_recoverable, error.code.as_str()) {
        (false, _) => TaskError::fatal(error.message).into(),
        (true, "USER:Recoverable") => TaskError::recoverable(error.message).into(),
        (true, _) => error.message.into(),
    }
}
