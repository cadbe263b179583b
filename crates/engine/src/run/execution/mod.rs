//! One execution of a task: its attempts from the first to the last, for every kind of task.
//!
//! A state machine decides what follows (`attempt/machine.rs`). This module carries out its commands, in the same order
//! for tasks that are functions, futures, graphs to build, processes or mocks: lookups, events and storage. The drivers
//! beside the machine run the code and wait. A task without rules for its attempts, in a run without observers,
//! bypasses all this.

mod caching;
pub(crate) mod contexts;
pub(crate) mod future;
pub(crate) mod isolated;
pub(crate) mod parked;
mod sync_timeout;
pub(crate) mod thread;

use std::{
    hash::{BuildHasher as _, DefaultHasher, Hash as _, Hasher as _, RandomState},
    mem,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tracing::Span;

use super::{
    frame::Frame,
    observe,
    services::{self, Spans},
};
use crate::attempt::machine;
use crate::{
    attempt::machine::{Command, Failure, Halt, Input, Limit, Machine, Returned, Wait},
    clock::{Clock, Timer, Until},
    error::FailureCause,
    launcher::{self, Launch, Launcher},
    plan::{AttemptPolicy, PlanNode, Rules},
};
use caching::{Awaited, Caching, LookedUp};
use flyte_context::context::FlyteContext;
use flyte_core::options::RetryOn;
use flyte_core::{
    error::{BoxError, TaskError},
    graph::{
        entity::{TaskFuture, TaskInputs},
        plain_call,
    },
    options::backoff::mixed,
    panic::{self, Panic},
    types::Value,
};
use flyte_events::events::{Recalled, WaitReason};

/// How many attempts before the last a report includes. A task with a million retries must not keep a million errors.
const TOLD: usize = 9;

/// The failed attempts of a node.
#[derive(Debug)]
pub(crate) struct Failed {
    /// The number of the last attempt.
    pub(crate) attempt: u32,
    /// Why it failed.
    pub(crate) cause: FailureCause,
    /// Why the attempts before it failed, limited to those that a report includes.
    pub(crate) earlier: Vec<FailureCause>,
}

impl From<FailureCause> for Box<Failed> {
    /// The failure of the only attempt, or before it.
    fn from(cause: FailureCause) -> Self {
        Self::new(Failed {
            attempt: 0,
            cause,
            earlier: Vec::new(),
        })
    }
}

/// The execution of a task.
pub(crate) struct Execution {
    frame: Arc<Frame>,
    node: u32,
    /// The context of the current attempt.
    context: Arc<FlyteContext>,
    machine: Machine,
    /// What runs the task instead of this process.
    launcher: Option<Arc<dyn Launcher>>,
    spans: Spans,
    /// For a call whose outputs will be cached.
    caching: Option<Box<Caching>>,
    /// For a call that waits for an equal one.
    awaited: Option<Box<Awaited>>,
    /// The cause of the last failure, if no other attempt follows.
    cause: Option<FailureCause>,
    /// The causes of the failures before it.
    earlier: Vec<FailureCause>,
}

/// What is known about a task before its first attempt.
enum Known {
    Outputs(Vec<Value>),
    Nothing,
    /// An equal call is running.
    Busy,
}

impl Execution {
    pub(crate) fn new(frame: &Arc<Frame>, node: u32, context: Arc<FlyteContext>) -> Self {
        let launcher = launcher_of(frame, node);
        Self {
            frame: Arc::clone(frame),
            node,
            context,
            machine: Machine::new(rules(frame, node, launcher.is_some())),
            launcher,
            spans: Spans::of(frame, node),
            caching: None,
            awaited: None,
            cause: None,
            earlier: Vec::new(),
        }
    }

    pub(crate) fn frame(&self) -> &Arc<Frame> {
        &self.frame
    }

    pub(crate) fn node(&self) -> u32 {
        self.node
    }

    pub(crate) fn context(&self) -> &Arc<FlyteContext> {
        &self.context
    }

    /// The number of the current attempt.
    pub(crate) fn number(&self) -> u32 {
        self.machine.attempt()
    }

    pub(crate) fn plan_node(&self) -> &PlanNode {
        self.frame.node(self.node)
    }

    fn policy(&self) -> Option<&AttemptPolicy> {
        self.plan_node().policy.as_deref()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.frame.run.services.clock
    }

    /// Runs code as part of the current attempt: in its span, with panics caught.
    pub(crate) fn attempt<R>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, FailureCause>,
    ) -> Result<R, FailureCause> {
        let (run, span) = (Arc::clone(&self.frame.run), self.spans.attempt());
        let work = || panic::catch(|| work(self));
        services::within(&run, span.as_ref(), work).unwrap_or_else(|panic| Err(panicked(panic)))
    }

    /// Has the launcher run the task.
    pub(crate) fn launch(&self, inputs: &TaskInputs) -> Result<TaskFuture, BoxError> {
        let launcher = self.launcher.as_ref();
        let launcher = launcher.ok_or("nothing runs the task; this is a bug in flyte-runtime")?;
        let launch = Launch {
            entity: self.plan_node().entity,
            inputs,
            group: self.frame.map_path(),
            overrides: self.frame.overrides(self.node),
        };
        FlyteContext::run_in(Arc::clone(&self.context), || launcher.launch(launch))
    }

    /// The span of the current attempt, for code that borrows the execution itself.
    pub(crate) fn span(&self) -> Option<Span> {
        self.spans.attempt()
    }
}

/// The implementation of the commands.
impl Execution {
    /// Checks whether the outputs are known and if so takes them; checks that everything the task requires is there.
    pub(crate) fn look_up(&mut self, inputs: &mut TaskInputs, found: &mut Vec<Value>) -> Command {
        let input = match self.known(inputs) {
            Ok(Known::Nothing) => Input::Missed,
            Ok(Known::Busy) => Input::Busy,
            Ok(Known::Outputs(outputs)) => {
                *found = outputs;
                Input::Found
            }
            Err(cause) => {
                self.cause = Some(cause);
                Input::Refused
            }
        };
        self.machine.step(input)
    }

    fn known(&mut self, inputs: &mut TaskInputs) -> Result<Known, FailureCause> {
        if let Some(awaited) = self.awaited.take() {
            let looked_up = caching::look_again(self, awaited);
            return Ok(self.looked_up(looked_up));
        }
        if let Some(known) = observe::task_started(&self.frame, self.node, inputs) {
            return Ok(Known::Outputs(known));
        }
        // A cluster has its own secrets and cache.
        let policy = self.policy().filter(|_| self.launcher.is_none());
        let Some(policy) = policy else {
            return Ok(Known::Nothing);
        };
        if let Err(cause) = self.check_secrets(policy) {
            observe::refused(&self.context, &self.frame, self.node, inputs, &cause);
            return Err(cause);
        }
        let Some(cache) = &policy.cache else {
            return Ok(Known::Nothing);
        };
        let looked_up = caching::look_up(self, cache, inputs);
        if let LookedUp::Busy(_) = looked_up {
            observe::wait_started(&self.frame, self.node, WaitReason::EqualCall);
        }
        Ok(self.looked_up(looked_up))
    }

    /// Whether it waits for an equal call.
    pub(crate) fn waits_for_equal(&self) -> bool {
        self.awaited.is_some()
    }

    /// Checks that the secrets that the task requests exist; the error is that of the first missing one.
    ///
    /// This runs once and not at every attempt: a missing secret does not appear by itself. A mock needs none.
    fn check_secrets(&self, policy: &AttemptPolicy) -> Result<(), FailureCause> {
        let services = &self.frame.run.services;
        let mocked = || services.mock(self.plan_node().entity).is_some();
        if policy.secrets.is_empty() || mocked() {
            return Ok(());
        }
        FlyteContext::run_in(Arc::clone(&self.context), || {
            let Some(parameters) = self.context.user_space_params() else {
                return Ok(());
            };
            let secrets = parameters.secrets()?;
            for request in policy.secrets {
                let is_handed_over = request.env_var.is_some_and(|name| secrets.sees(name));
                if !is_handed_over {
                    // As bytes, because a secret need not be text.
                    secrets.get_named_bytes(request)?;
                }
            }
            Ok(())
        })
        .map_err(|error: BoxError| error.into())
    }

    fn looked_up(&mut self, looked_up: LookedUp) -> Known {
        match looked_up {
            LookedUp::Hit(outputs) => {
                observe::recalled(&self.frame, self.node, &outputs, Recalled::Cached);
                Known::Outputs(outputs)
            }
            LookedUp::Miss(caching) => {
                self.caching = caching;
                Known::Nothing
            }
            LookedUp::Busy(awaited) => {
                self.awaited = Some(awaited);
                Known::Busy
            }
        }
    }

    /// Begins an attempt, and returns its limit if it has one.
    pub(crate) fn begin(
        &mut self,
        inputs: &mut TaskInputs,
        keep_inputs: bool,
        is_limited: bool,
    ) -> Option<Limit> {
        inputs.keep = keep_inputs;
        let number = self.machine.attempt();
        observe::attempt_started(&self.context, &self.frame, self.node, number, inputs);
        if !is_limited {
            return None;
        }
        let now = self.clock().now();
        match self.machine.step(Input::Began(now)) {
            Command::Run { limit } => Some(limit),
            _ => None,
        }
    }

    /// Called after an attempt returned outputs, before they are used: checks the metadata that the attempt gave for
    /// them.
    pub(crate) fn settle(&mut self, outputs: &[Value]) -> Result<(), FailureCause> {
        let checked = self.context.check_output_metadata(self.plan_node().entity);
        checked.map_err(FailureCause::error)?;
        self.attempt_succeeded(Some(outputs));
        Ok(())
    }

    /// Called after an attempt built a graph, which will produce the outputs.
    pub(crate) fn settle_built(&mut self) {
        self.attempt_succeeded(None);
    }

    fn attempt_succeeded(&self, outputs: Option<&[Value]>) {
        let (context, number) = (&self.context, self.machine.attempt());
        observe::attempt_succeeded(context, &self.frame, self.node, number, outputs);
    }

    /// The attempt returned outputs.
    #[inline]
    pub(crate) fn returned_outputs(&mut self) -> Command {
        self.machine.step(Input::Returned(Returned::Outputs))
    }

    /// The attempt built a graph.
    pub(crate) fn returned_graph(&mut self) -> Command {
        self.machine.step(Input::Returned(Returned::Graph))
    }

    /// The attempt failed. Reports the failure and continues with the next attempt if there is one.
    #[cold]
    pub(crate) fn failed(&mut self, cause: FailureCause) -> Command {
        let number = self.machine.attempt();
        let command = self.judge(&cause);
        match command {
            Command::Drop => return command,
            // The task had already ended; this failure is about its result.
            Command::Nothing => {
                self.cause = Some(cause);
                return Command::Fail { overdue: None };
            }
            _ => {}
        }
        let rendered = cause.rendered();
        let clock = self.clock();
        let (follows, skips) = match command {
            Command::Begin { .. } => (Some(Duration::ZERO), false),
            Command::Wait(Wait::Turn(wait)) => (Some(wait), clock.skips(wait)),
            _ => (None, false),
        };
        let (context, frame) = (&self.context, &self.frame);
        self.spans.within(&frame.run, || {
            observe::attempt_failed(context, frame, self.node, number, rendered, follows);
        });
        match command {
            Command::Fail { overdue: None } => self.cause = Some(cause),
            Command::Fail {
                overdue: Some(time),
            } => {
                self.remember(cause);
                self.cause = Some(time.cause(false));
            }
            _ => {
                self.remember(cause);
                self.context = self.context.next_attempt();
                self.spans.next(&self.frame.run, self.machine.attempt());
            }
        }
        match command {
            Command::Wait(_) if skips => self.machine.step(Input::Skipped),
            Command::Wait(Wait::Turn(wait)) => {
                let number = self.machine.attempt();
                observe::backoff_started(&self.frame, self.node, number, wait);
                command
            }
            _ => command,
        }
    }

    /// Decides what follows a failure.
    fn judge(&mut self, cause: &FailureCause) -> Command {
        let halt = Halt::of(&self.frame, self.node);
        let input = match cause {
            FailureCause::TimedOut { .. } => Input::Expired(halt),
            _ => {
                let said = cause.said().unwrap_or_default();
                Input::Returned(Returned::Failed(Failure {
                    recoverable: said.recoverable,
                    says_cancelled: said.cancelled,
                    halt,
                }))
            }
        };
        match self.machine.step(input) {
            Command::Judge { draws } => {
                let drawn = if draws { self.draw() } else { 0 };
                let now = self.clock().now();
                self.machine.step(Input::Judged { now, drawn })
            }
            command => command,
        }
    }

    /// A random number for this attempt of this node: the same for the same seed, whatever ran before.
    fn draw(&self) -> u64 {
        static SEED: OnceLock<u64> = OnceLock::new();
        let given = self.frame.run.services.seed();
        let seed = given.unwrap_or_else(|| *SEED.get_or_init(|| RandomState::new().hash_one(0)));
        let mut hasher = DefaultHasher::new();
        (seed, self.frame.path(self.node), self.machine.attempt()).hash(&mut hasher);
        mixed(hasher.finish())
    }

    fn remember(&mut self, cause: FailureCause) {
        if self.earlier.len() < TOLD {
            self.earlier.push(cause);
        }
    }

    /// The attempt's time is over: work that it handed to others must end too.
    pub(crate) fn expire(&self) {
        self.frame.run.stop.tell(&self.frame, self.node);
    }

    /// The wait is over. The run or frame may have stopped meanwhile.
    pub(crate) fn wake(&mut self) -> Command {
        match self.frame.stops(self.node) {
            true => self.machine.step(Input::Stopped),
            false => self.machine.step(Input::Woken),
        }
    }

    /// Continues with a command, unless the run or frame has stopped meanwhile.
    pub(crate) fn go_on(&mut self, command: Command) -> Command {
        match self.frame.stops(self.node) {
            true => self.machine.step(Input::Stopped),
            false => command,
        }
    }

    /// A cluster runs the graph that the task built.
    pub(crate) fn taken(&mut self) -> Command {
        self.machine.step(Input::Taken)
    }

    /// The graph that the task built produced the outputs.
    pub(crate) fn unfolded(&mut self) -> Command {
        self.machine.step(Input::Unfolded)
    }

    /// The task has its outputs: from its last attempt, or from the graph that it built.
    pub(crate) fn close(&mut self, outputs: &[Value]) {
        // Taken now, so that a waiting equal call need not wait until this is dropped.
        if let Some(caching) = self.caching.take() {
            caching.store(self, outputs);
        }
        observe::task_succeeded(&self.frame, self.node, outputs);
    }

    /// The failed attempts of the task.
    #[cold]
    pub(crate) fn fail(&mut self) -> Box<Failed> {
        Box::new(Failed {
            attempt: self.machine.attempt(),
            cause: self.cause.take().unwrap_or_else(|| {
                FailureCause::error("it failed without a cause; this is a bug in flyte-runtime")
            }),
            earlier: mem::take(&mut self.earlier),
        })
    }
}

/// What runs a node's task instead of this process. The task that a container was started for always runs in it.
pub(crate) fn launcher_of(frame: &Frame, node: u32) -> Option<Arc<dyn Launcher>> {
    let launcher = frame.run.services.launcher()?;
    let is_taken = frame.container().is_none() && launcher::takes(frame.node(node).entity);
    is_taken.then(|| Arc::clone(launcher))
}

/// The rules of a node's attempts.
fn rules(frame: &Frame, node: u32, is_launched: bool) -> Rules {
    let Some(policy) = frame.node(node).policy.as_deref() else {
        return Rules::default();
    };
    match frame.container() {
        None if is_launched => policy.rules.launched(),
        None => policy.rules,
        Some(container) => policy.rules.in_container(container),
    }
}

/// Converts a panic of an attempt to a failure.
pub(crate) fn panicked(panic: Panic) -> FailureCause {
    match plain_call::was_refused(&panic.message) {
        // Only a change of the code can help, not another attempt.
        true => BoxError::from(TaskError::fatal(panic.message)).into(),
        false => panic.into(),
    }
}

impl Wait {
    /// Calls `wake` when the wait is over, unless the returned timer is dropped before.
    pub(crate) fn at(self, of_run: &Clock, wake: impl FnOnce() + Send + 'static) -> Timer {
        let (clock, time) = self.on(of_run);
        clock.at(clock.now().after(time), wake)
    }

    /// A future that is ready when the wait is over.
    pub(crate) fn until(self, of_run: &Clock) -> Until {
        let (clock, time) = self.on(of_run);
        clock.until(clock.now().after(time))
    }

    /// The clock to wait on and how long, given the clock of the run.
    fn on(self, of_run: &Clock) -> (&Clock, Duration) {
        match self {
            // The other call may be in another process, which a test's clock does not control.
            Self::EqualCall(time) => (&Clock::System, time),
            Self::Turn(time) => (of_run, time),
        }
    }
}

impl Halt {
    /// Whether and why the attempts of a node must end.
    pub(crate) fn of(frame: &Frame, node: u32) -> Self {
        match frame.run.stop.is_set() {
            true => Self::Run,
            false if frame.stops(node) => Self::Frame,
            false => Self::No,
        }
    }
}

/// Whether a failure allows another attempt, given the error and the task's options.
pub fn is_tried_again(retry_on: RetryOn, cause: &FailureCause) -> bool {
    let recoverable = match cause {
        FailureCause::TimedOut { limit, .. } => machine::is_recoverable(*limit),
        cause => cause.said().and_then(|said| said.recoverable),
    };
    machine::is_tried_again(retry_on, recoverable)
}
