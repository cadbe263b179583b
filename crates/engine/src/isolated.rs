//! Attempts in processes of their own: the same program, started as a cluster starts it.
//!
//! The attempt has a directory in which inputs and outputs are files. The process leads a group of its own, which is
//! killed as a whole when the attempt ends, also because its time is over, it is cancelled, it has more memory than
//! it may, or the process is gone that has started it. What it is told besides its task is in its arguments, which
//! nothing inherits that the task starts. Memory is looked at and not limited by the system: a limit of addresses,
//! which there is, counts what no page was ever used of, and an allocation that fails cannot be told from other
//! deaths.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ffi::OsString,
    fs, io,
    path::Path,
    process::{Command, ExitStatus},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use flyte_config::system::{os_str, signal_of};
use flyte_idl::{
    flyteidl::core::{ErrorDocument, container_error::Kind},
    prost::Message,
};

use super::{attempt::machine::Limit, cancellation::OnStop, execution::Execution};
use crate::{
    cache,
    error::FailureCause,
    process::{self, Group, Killer, Reason, Watched},
};
use flyte_context::{
    context::{ExecutionState, FlyteContext},
    deck,
    directories::run::CHECKPOINT,
    secrets::SecretBytes,
};
use flyte_core::{
    error::{BoxError, TaskError},
    graph::entity::{EntityDescriptor, ExecutionBehavior, TaskInputs},
    options::{MountRequirement, SecretRequest},
    registry::Registry,
    types::{Value, wire},
};

/// The option of `flyte-execute` with which the process of an attempt is started: a variable for itself alone, and
/// its value.
pub const ISOLATED: &str = "isolated";

/// Whether this process was started for one attempt, so that a program that does not know of it does not start itself
/// for ever.
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

/// The file beside its outputs in which the process of an attempt leaves the decks that the task has written.
pub const DECKS: &str = "decks.json";

/// Why an attempt in a process of its own has not ended as the task's code ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IsolationError {
    /// The process could not be started, or what it needs not be written.
    #[error("the process of the attempt could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It was ended by a signal, as by a segmentation fault or because another process has killed it.
    #[error("the process of the attempt was ended by signal {signal}{}", name_of(*.signal))]
    Signal {
        /// The number of the signal.
        signal: i32,
    },
    /// It had more memory than it may have, and was killed.
    #[error(
        "the process of the attempt had {used} bytes of memory, more than the {limit} that the task asks for, and was killed; raise \
         `limits(mem = ..)`, or `requests(mem = ..)` when there is no limit"
    )]
    Memory {
        /// What it had, in bytes.
        used: u64,
        /// What it may have: the option `limits(mem = ..)`, else `requests(mem = ..)`.
        limit: u64,
    },
    /// It has ended without a word.
    #[error(
        "the process of the attempt ended with {status} and has left neither outputs nor an error; a program whose tasks are isolated \
         returns `flyte_runtime::main()` from its `main`"
    )]
    Nothing {
        /// How it ended.
        status: ExitStatus,
    },
    /// What it has left cannot be read.
    #[error("what the process of the attempt has left cannot be read: {0}")]
    Unreadable(#[source] BoxError),
}

/// What a signal means, in brackets behind its number.
pub fn name_of(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL: an instruction that there is not)",
        6 => " (SIGABRT: it has given up, as by a panic that aborts or a stack overflow)",
        7 => " (SIGBUS: an access to memory that is not there)",
        8 => " (SIGFPE: an error in arithmetic)",
        9 => " (SIGKILL: it was killed, often by the system's out-of-memory killer)",
        11 => " (SIGSEGV: a segmentation fault)",
        15 => " (SIGTERM: it was told to end)",
        _ => "",
    }
}

impl From<IsolationError> for FailureCause {
    fn from(error: IsolationError) -> Self {
        Self::error(error)
    }
}

/// Whether the attempts of an entity can be processes: tasks of this program that are not processes already.
pub(super) fn takes(entity: &EntityDescriptor) -> bool {
    entity.task_options().is_some_and(|options| {
        options.process.is_none() && options.plugin.is_none_or(|plugin| plugin.has_container)
    }) && entity.reference().is_none()
}

/// Makes the attempt at hand.
pub(super) fn attempt(
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
    let mut group =
        Group::spawn(&mut command, &Watched::Itself).map_err(IsolationError::NotStarted)?;
    let waited = wait(execution, limit, &mut group);
    // All that it has started is gone before what it has left is looked at.
    let ended = group
        .end()
        .map_err(|error| IsolationError::NotStarted(error).into());
    let status = waited.and(ended);
    take_decks(execution, &directory);
    read(entity, status?, &directory, outputs)
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
        // Where an attempt in this process keeps it, so that the next one finds it, isolated or not.
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
    for (name, secret) in secrets(execution, entity)? {
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

/// What the process finds of secrets in its environment: those that its task asks for, as a script does. A task that
/// runs others in its own process, a dynamic or an eager one, gets what any task of the program asks for, since
/// nobody knows which these will be.
fn secrets(
    execution: &Execution,
    entity: &EntityDescriptor,
) -> io::Result<Vec<(String, Option<SecretBytes>)>> {
    let asked = |entity: &EntityDescriptor| {
        let options = entity.task_options();
        options.map_or(&[][..], |options| options.secret_requests)
    };
    let own = asked(entity);
    let runs_others = !matches!(
        entity.execution_behavior(),
        None | Some(ExecutionBehavior::Default)
    );
    let others = || Registry::of_program().tasks().filter(|_| runs_others);
    // By their names, too, by which the code of the task asks. What is not there in this way is not asked for here.
    let by_name: Vec<_> = own
        .iter()
        .chain(others().flat_map(asked))
        .map(|request| {
            let mut request = *request;
            request.env_var = None;
            request.mount_requirement = MountRequirement::Any;
            request
        })
        .collect();
    let look = || -> Result<_, process::ProcessError> {
        let mut secrets = process::secrets(own)?;
        let in_variables = others().flat_map(asked).filter(|r| r.env_var.is_some());
        secrets.extend(named_by_others(&secrets, in_variables));
        for request in by_name {
            let found = process::secrets(&[request]).unwrap_or_default();
            secrets.extend(found.into_iter().filter(|(_, secret)| secret.is_some()));
        }
        Ok(secrets)
    };
    FlyteContext::run_in(Arc::clone(execution.context()), look).map_err(io::Error::other)
}

/// The variables that others name for their secrets. One by which two of them mean different secrets is set for nobody.
fn named_by_others<'r>(
    own: &[(String, Option<SecretBytes>)],
    requests: impl Iterator<Item = &'r SecretRequest>,
) -> Vec<(String, Option<SecretBytes>)> {
    let mut named: BTreeMap<String, Option<SecretBytes>> = BTreeMap::new();
    for request in requests {
        let found = process::secrets(&[*request]).unwrap_or_default();
        let found = found.into_iter().filter_map(|(name, it)| Some((name, it?)));
        for (name, secret) in found {
            match named.entry(name) {
                Entry::Vacant(place) => drop(place.insert(Some(secret))),
                Entry::Occupied(mut place) => {
                    let same = |known: &SecretBytes| known.expose() == secret.expose();
                    if !place.get().as_ref().is_some_and(same) {
                        place.insert(None);
                    }
                }
            }
        }
    }
    let is_own = |name: &str| {
        own.iter()
            .any(|(own, secret)| own == name && secret.is_some())
    };
    named.retain(|name, secret| secret.is_some() && !is_own(name));
    named.into_iter().collect()
}

/// Waits until the process has ended, or had to be killed.
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
        .map(|most| watch_memory(group.child().id(), most, killer.clone()))
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

/// Kills a process when it has too much memory, until what comes back is dropped. The system tells nobody, so it is
/// looked at.
fn watch_memory(process: u32, most: u64, killer: Killer) -> io::Result<mpsc::Sender<()>> {
    /// How often: soon at first, for what is quick.
    const LONGEST: Duration = Duration::from_millis(20);
    let (sender, ended) = mpsc::channel::<()>();
    let watch = move || {
        let mut pause = Duration::from_micros(500);
        while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(pause) {
            if let Some(used) = resident(process).filter(|used| *used > most) {
                return killer.kill(Reason::Memory(used));
            }
            pause = (pause * 2).min(LONGEST);
        }
    };
    let watching = thread::Builder::new().name("flyte-memory".to_owned());
    watching.spawn(watch)?;
    Ok(sender)
}

/// Puts the decks that the task has written there where they would be if it had run here.
fn take_decks(execution: &Execution, directory: &Path) {
    let parameters = execution.context().user_space_params();
    let (Some(parameters), Ok(bytes)) = (parameters, fs::read(directory.join(DECKS))) else {
        return;
    };
    if let Err(error) = deck::take(parameters.decks(), &bytes) {
        tracing::warn!(%error, "the decks of an isolated task cannot be read");
    }
}

/// How much memory a process has in use, where the system says it.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// What the process has left.
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
        let document = ErrorDocument::decode(&*bytes).map_err(|error| unreadable(error.into()))?;
        return Err(told(document).into());
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

/// The error of the task, with what it says about another attempt.
fn told(document: ErrorDocument) -> BoxError {
    let error = document.error.unwrap_or_default();
    let message = error.message.clone();
    match (error.kind(), error.code.as_str()) {
        (Kind::NonRecoverable, _) => TaskError::fatal(message).into(),
        (Kind::Recoverable, "USER:Recoverable") => TaskError::recoverable(message).into(),
        (Kind::Recoverable, _) => message.into(),
    }
}
