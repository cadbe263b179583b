//! Attempts in processes of their own: the same program, started as a cluster starts it.
//!
//! The attempt has a directory in which inputs and outputs are files. The process leads a group of its own, which is killed as a
//! whole, with what the task has started, when the time of the attempt is over, when it is cancelled, when it has more memory than
//! it may, and when the process that has started it is gone. Memory is looked at and not limited by the system: a limit of addresses, which there is, counts what no page was ever
//! used of, and an allocation that fails cannot be told from other deaths.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use flyte_idl::{
    flyteidl::core::{ErrorDocument, container_error::Kind},
    prost::Message,
};

use super::{execution::Execution, frame::lock, retries::Limit, run};
use crate::{
    TaskError, cache, deck,
    entity::{EntityDescriptor, TaskInputs, resources::nano_units},
    error::{BoxError, FailureCause},
    graph::NodeOverrides,
    types::{Value, wire},
};

/// Set in the process of an attempt, so that a program that does not know what it was started for does not start itself for ever.
pub(crate) const ISOLATED: &str = "FLYTE_ISOLATED_ATTEMPT";

/// The file beside its outputs in which the process of an attempt leaves the decks that the task has written.
pub(crate) const DECKS: &str = "decks.json";

/// Why an attempt in a process of its own has not ended as the task's code ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IsolationError {
    /// The process could not be started, or what it needs not be written.
    #[error("the process of the attempt could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// It was ended by a signal, as by a segmentation fault or by somebody who has killed it.
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

fn name_of(signal: i32) -> &'static str {
    match signal {
        4 => " (SIGILL: an instruction that there is not)",
        6 => " (SIGABRT: it has given up, as by a panic that aborts)",
        7 => " (SIGBUS: an access to memory that is not there)",
        8 => " (SIGFPE: an error in arithmetic)",
        9 => " (SIGKILL: somebody has killed it, as the system does when there is no memory)",
        11 => " (SIGSEGV: a segmentation fault)",
        15 => " (SIGTERM: somebody has ended it)",
        _ => "",
    }
}

impl From<IsolationError> for FailureCause {
    fn from(error: IsolationError) -> Self {
        Self::error(error)
    }
}

/// What the attempts of an execution leave to one another: where the last that kept a checkpoint kept it.
pub(super) type Checkpoint = Arc<Mutex<Option<PathBuf>>>;

/// Whether the attempts of an entity can be processes: tasks of this program that are not processes already.
pub(super) fn takes(entity: &EntityDescriptor) -> bool {
    entity
        .task_options()
        .is_some_and(|options| options.process.is_none())
        && entity.reference().is_none()
}

/// Makes the attempt at hand.
pub(super) fn attempt(
    execution: &Execution,
    checkpoint: &Checkpoint,
    limit: Option<&Limit>,
    inputs: &mut TaskInputs,
    outputs: &mut Vec<Value>,
) -> Result<(), FailureCause> {
    let entity = execution.plan_node().entity;
    let parameters = execution.context().user_space_params();
    let directory = parameters
        .ok_or_else(|| io::Error::other("the attempt has no directory"))
        .and_then(|parameters| Ok(parameters.working_directory()?.to_owned()))
        .map_err(IsolationError::NotStarted)?;
    write_inputs(entity, inputs, &directory)?;
    let kept = directory.join("checkpoint");
    let mut command = command(execution, entity, &directory, &kept, checkpoint)
        .map_err(IsolationError::NotStarted)?;
    let mut child = Group(command.spawn().map_err(IsolationError::NotStarted)?);
    let status = wait(execution, limit, &mut child);
    if let Err(_ended) = &status {
        // Killed before what it has left is looked at.
        drop(child);
    }
    if kept.exists() {
        *lock(checkpoint) = Some(kept);
    }
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
    kept: &Path,
    checkpoint: &Checkpoint,
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
        .arg(kept);
    if let Some(before) = &*lock(checkpoint) {
        command.arg("--prev-checkpoint").arg(before);
    }
    command
        .args(["--", "task", entity.name()])
        .env(ISOLATED, "1")
        .envs(cache::variables(execution.frame().run.cache()))
        .env("FLYTE_ATTEMPT_NUMBER", execution.number().to_string())
        .env_remove("FLYTE_FAIL_ON_ERROR")
        // Nothing is ever written to it: that it ends is how the process knows that this one has.
        .stdin(Stdio::piped())
        // Standard output is for the results of this program.
        .stdout(io::stderr());
    if let Some(options) = entity.task_options() {
        command.envs(options.environment.iter().copied());
    }
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command)
}

/// In the process of an attempt: has it end, with all that the task has started, when the process is gone that has started it, also if
/// that was killed. The standard input of the task is empty, as it is in a container.
#[cfg(all(unix, feature = "cli"))]
pub(crate) fn end_with_parent() -> io::Result<()> {
    use rustix::process::{Signal, getpgrp, getpid, kill_process_group};
    use std::{io::Read, os::fd::AsFd};

    if std::env::var_os(ISOLATED).is_none() {
        return Ok(());
    }
    let mut parent = fs::File::from(io::stdin().as_fd().try_clone_to_owned()?);
    rustix::stdio::dup2_stdin(fs::File::open("/dev/null")?)?;
    let watch = move || {
        // An end, or an error: there is nobody any more who could have written. A signal that this thread was chosen for is no
        // error, and has to do what it does.
        loop {
            match parent.read(&mut [0; 64]) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
            }
        }
        // The group may be another's if somebody has started this by hand.
        if getpgrp() == getpid() {
            let _gone = kill_process_group(getpgrp(), Signal::KILL);
        }
        std::process::exit(1);
    };
    let watching = thread::Builder::new().name("flyte-parent".to_owned());
    watching.spawn(watch).map(drop)
}

/// A process with all that it starts; killed when this is dropped before it has ended.
struct Group(Child);

impl Group {
    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.0.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw)
        {
            // It may be gone already.
            let _gone = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _gone = self.0.kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            self.kill();
            let _status = self.0.wait();
        }
    }
}

/// Waits until the process has ended, or may not go on; dropping the group ends it then.
fn wait(
    execution: &Execution,
    limit: Option<&Limit>,
    child: &mut Group,
) -> Result<ExitStatus, FailureCause> {
    /// How often is looked: soon at first, for what is quick.
    const LONGEST: Duration = Duration::from_millis(20);
    let run = &execution.frame().run;
    let is_over = Arc::new(AtomicBool::new(false));
    let _timer = limit.map(|limit| {
        let is_over = Arc::clone(&is_over);
        let set = move || is_over.store(true, Ordering::Release);
        run.clock.at(limit.due, set)
    });
    let most = execution.plan_node().memory;
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.0.try_wait().map_err(IsolationError::NotStarted)? {
            return Ok(status);
        }
        if let (Some(limit), true) = (limit, is_over.load(Ordering::Acquire)) {
            return Err(limit.cause(false));
        }
        if run::stops(execution.frame(), execution.node()) {
            return Err(FailureCause::error(crate::RunError::Cancelled {
                entity: execution.plan_node().entity.name().to_owned(),
            }));
        }
        if let Some(limit) = most
            && let Some(used) = resident(child.0.id()).filter(|used| *used > limit)
        {
            return Err(IsolationError::Memory { used, limit }.into());
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST);
    }
}

/// How much memory an attempt may have, in bytes. As on a cluster, a node that says what it needs says all of it.
pub(super) fn memory(entity: &EntityDescriptor, overrides: Option<&NodeOverrides>) -> Option<u64> {
    let options = entity.task_options()?;
    let overrides = overrides.map(|overrides| [&overrides.limits, &overrides.requests]);
    let said = overrides.filter(|said| said.iter().any(|amounts| !amounts.amounts.is_empty()));
    let amount = match said {
        Some(said) => said.iter().find_map(|amounts| amounts.amounts.get("mem"))?,
        None => options.limits.mem.or(options.requests.mem)?.as_str(),
    };
    let nanos = nano_units(amount).ok()?;
    u64::try_from(nanos / 1_000_000_000).ok()
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
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
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
    let message = match error.message.split_once("\nMessage:\n\n") {
        Some((_, message)) => message.trim().to_owned(),
        None => error.message.clone(),
    };
    match (error.kind(), error.code.as_str()) {
        (Kind::NonRecoverable, _) => TaskError::fatal(message).into(),
        (Kind::Recoverable, "USER:Recoverable") => TaskError::recoverable(message).into(),
        (Kind::Recoverable, _) => message.into(),
    }
}
