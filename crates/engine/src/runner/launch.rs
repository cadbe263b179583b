//! From a call to a running run.

use std::{
    marker::PhantomData,
    num::NonZero,
    sync::{Arc, LazyLock},
    thread,
    time::Duration,
};

use tokio::runtime::Handle;

use super::{Runner, Start, call::Call, strict_rules};
use crate::{
    cancellation::Listening,
    clock::{Clock, Timer},
    error::{InputError, RunError, RunFailure},
    instruments::{ContextInstruments, WithInstruments},
    plan::{Plan, plan_of},
    run::{Emitter, EngineAttempt, MAX_DEPTH, Permits, Run, Setup, blocking, drive, is_attempt},
    schedule::Scheduled,
};
use flyte_context::context::{FlyteContext, with_current};
use flyte_core::{
    graph::{
        TaskOutputs,
        entity::{Entity, EntityDescriptor},
    },
    panic,
    types::{TypeError, Value},
};
use flyte_events::{
    events::Values,
    history::{History, Recording, ResumeError},
};
use flyte_scope as scope;

/// The default number of jobs. It is computed once, because the system reads several files for it.
static CORES: LazyLock<usize> =
    LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));

impl Runner {
    /// The history of a run that is starting, if it has one of its own.
    fn recording(
        &self,
        entity: &'static EntityDescriptor,
        plan: &Plan,
        inputs: &[Value],
        context: &FlyteContext,
    ) -> Result<Option<Arc<Recording>>, RunError> {
        let inputs = || Values::inputs(entity, inputs);
        if let Some(id) = &self.resume {
            let history = match &self.history {
                Some(history) => history.clone(),
                None => History::of_user().ok_or_else(|| {
                    RunError::from(ResumeError::Differs {
                        id: id.clone(),
                        what: "there is no directory with histories".to_owned(),
                    })
                })?,
            };
            let recording = history.resume(id, &plan.graph, &inputs())?;
            return Ok(Some(Arc::new(recording)));
        }
        let Some(history) = &self.history else {
            return Ok(None);
        };
        if Emitter::is_recorded(context) {
            return Ok(None);
        }
        let clock = context.instruments();
        let clock = clock.map_or(Clock::System, |around| around.clock.clone());
        let recording = history.begin(&plan.graph, &inputs(), clock.date())?;
        Ok(Some(Arc::new(recording)))
    }

    /// Runs a call and waits for the result. It needs no async runtime, and may be called inside one.
    ///
    /// The inputs move into the tasks. To run a call again, clone it; that copies no input.
    ///
    /// # Errors
    ///
    /// If the workflow cannot be compiled or a task fails.
    pub fn run<E: Entity>(&self, call: Call<E>) -> Result<E::Output, RunError> {
        let outputs = self.run_values(E::descriptor(), call.into_inputs())?;
        typed(E::descriptor(), outputs)
    }

    /// Starts a call on the current async runtime, or on the engine's own if there is none. The future returns the
    /// result.
    ///
    /// Dropping the future cancels the run.
    pub fn start<E: Entity>(&self, call: Call<E>) -> Start<E::Output> {
        let entity = E::descriptor();
        let run = check(entity, call.inputs()).and_then(|()| {
            let inputs = call.into_inputs();
            let run = self.prepare(entity, inputs, Started::Async(Handle::try_current().ok()))?;
            let ends = self.ends(&run);
            run.request(1);
            Ok((run, ends))
        });
        Start {
            run: run.map_err(Some),
            entity,
            outputs: PhantomData,
        }
    }

    /// Runs an entity that is known only at run time, with its inputs in declaration order.
    ///
    /// # Errors
    ///
    /// If an input is missing or has the wrong type, the workflow cannot be compiled, or a task fails.
    pub fn run_values(
        &self,
        entity: &'static EntityDescriptor,
        inputs: Vec<Value>,
    ) -> Result<Vec<Value>, RunError> {
        check(entity, &inputs)?;
        if self.deadline.is_some() || self.grace_period.is_some() {
            // A thread that works for the run could not leave it before its current task has ended.
            let run = self.prepare(entity, inputs, Started::Async(None))?;
            let _ends = self.ends(&run);
            run.request(1);
            return blocking(|| run.result(run.outcome.wait()));
        }
        let run = self.prepare(entity, inputs, Started::Sync)?;
        let _ends = self.ends(&run);
        blocking(|| drive(&run));
        match run.outcome.take() {
            Some(outputs) => run.result(outputs),
            None => Err(RunError::Internal("a run ended without a result")),
        }
    }

    /// Sets up what may end the run early, for as long as the returned value lives.
    fn ends(&self, run: &Arc<Run>) -> Ends {
        let grace_period = self.deadline.map(|_| GRACE_PERIOD);
        if let Some(grace_period) = self.grace_period.or(grace_period) {
            run.stop.set_grace_period(grace_period);
        }
        let deadline = self.deadline.map(|after| {
            let inner = Arc::downgrade(run);
            let clock = &run.services.clock;
            clock.at(clock.now().after(after), move || {
                if let Some(run) = inner.upgrade() {
                    let entity = run.entity.name().to_owned();
                    run.cancel_with(RunError::TimedOut { entity, after });
                }
            })
        });
        let listening = self.cancellation.as_ref().map(|token| {
            let run = Arc::downgrade(run);
            token.on_cancel(move || {
                if let Some(run) = run.upgrade() {
                    run.cancel();
                }
            })
        });
        Ends {
            _deadline: deadline,
            _listening: listening,
        }
    }

    /// Checks that attempts can be isolated as requested.
    fn check_isolation(&self) -> Result<(), RunError> {
        // A panic may end the process of an isolated attempt, because that is all it would end.
        let may_abort = || self.isolate || (is_attempt() && self.container.is_some());
        if cfg!(panic = "abort") && !may_abort() {
            return Err(RunError::PanicAbort);
        }
        if !self.isolate {
            return Ok(());
        }
        let is_in_task = with_current(|context| {
            context.is_some_and(|context| {
                let state = context.execution_state();
                state.is_some_and(|state| state.attempt().is_some())
            })
        });
        if is_attempt() && !is_in_task {
            return Err(RunError::Isolation(
                "this process was started to run one attempt but runs other code; return `flyte_runtime::main()` from `main`",
            ));
        }
        Ok(())
    }

    fn prepare(
        &self,
        entity: &'static EntityDescriptor,
        inputs: Vec<Value>,
        started: Started,
    ) -> Result<Arc<Run>, RunError> {
        self.check_isolation()?;
        let plan = plan_of(entity)?;
        let warnings = match self.strict {
            true => {
                let mut notices = strict_rules::ask(entity)?;
                notices.extend(strict_rules::ask_inputs(entity, &inputs));
                notices
            }
            false => Vec::new(),
        };
        let around = with_current(|context| {
            let attempt = context?.execution_state()?.attempt()?;
            let run = attempt.of().run();
            Some((run.schedule.permits.clone(), run.services.depth))
        });
        if let Some((_, depth)) = around
            && depth >= MAX_DEPTH
        {
            return Err(RunError::TooDeep {
                entity: entity.name().to_owned(),
                depth: MAX_DEPTH,
            });
        }
        let permits = match (self.jobs, around.map(|(permits, _)| permits)) {
            // A sync task may block until the run it started has ended, and then no other run could use its permit.
            (None, Some(permits)) if matches!(started, Started::Async(_)) && permits.is_held() => {
                Permits::new(permits.limit())
            }
            (None, Some(permits)) => permits,
            (Some(jobs), _) => Permits::new(jobs),
            (None, None) => Permits::new(*CORES),
        };
        let runtime = match started {
            Started::Sync => None,
            Started::Async(runtime) => runtime,
        };
        let container = self.container.clone();
        let is_recorded = self.history.is_some() || self.resume.is_some();
        let recording = if is_recorded {
            self.recording(entity, &plan, &inputs, &FlyteContext::current())?
        } else {
            None
        };
        let setup = Setup {
            permits,
            runtime,
            container,
            history: recording,
            max_abandoned: self.max_abandoned,
            notices: warnings,
        };
        let run = || Run::new(entity, plan, inputs, setup);
        if self.answers.is_none()
            && !self.strict
            && !self.cache.is_made()
            && self.decks.is_none()
            && self.observers.is_empty()
            && !self.isolate
        {
            return Ok(run());
        }
        // A run keeps the context that is current when it is created.
        let mut context = FlyteContext::current().new_builder();
        if let Some(answers) = &self.answers {
            context = context.with_shared_answers(answers.clone());
        }
        if self.isolate {
            context = context.with_instruments(|instruments| instruments.isolated = true);
        }
        if self.strict {
            context = context.with_instruments(|instruments| {
                instruments.strict = true;
                instruments.asks_rules = true;
            });
        }
        if self.cache.is_made() {
            context = context.with_instruments(|instruments| {
                instruments.cache = self.cache.or(&instruments.cache);
            });
        }
        if !self.observers.is_empty() {
            context = context.with_instruments(|instruments| {
                instruments.observers.extend(self.observers.iter().cloned());
            });
        }
        if let Some(decks) = &self.decks {
            context =
                context.with_instruments(|instruments| instruments.deck_sink = Some(decks.clone()));
        }
        Ok(scope::within(Arc::new(context.build()), run).0)
    }
}

/// How long a run waits for attempts to end after its deadline. Attempts that listen need a moment.
const GRACE_PERIOD: Duration = Duration::from_millis(250);

/// Keeps what may end a run early.
pub(super) struct Ends {
    _deadline: Option<Timer>,
    _listening: Option<Listening>,
}

/// How a run was started.
enum Started {
    /// By a thread that works for it until it ends.
    Sync,
    /// By code that awaits it, on this runtime.
    Async(Option<Handle>),
}

/// Checks that every input has a value of the right type, and that there are no others.
fn check(entity: &EntityDescriptor, values: &[Value]) -> Result<(), RunError> {
    let wrong = |name: &str, reason| {
        Err(RunError::Input {
            entity: entity.name().to_owned(),
            name: name.to_owned(),
            reason,
        })
    };
    if values.len() > entity.inputs().len() {
        return wrong(&format!("#{}", entity.inputs().len()), InputError::Unknown);
    }
    for (position, input) in entity.inputs().iter().enumerate() {
        match values.get(position) {
            None => return wrong(input.name, InputError::Missing),
            Some(value) if !input.info.holds(value) => {
                let error = TypeError::mismatch(
                    format!("`{}`", input.info.rust_name()),
                    "a value of another Rust type",
                );
                return wrong(input.name, error.into());
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Converts the outputs to the caller's type. An output that has other owners is cloned, which may run user code.
pub(super) fn typed<O: TaskOutputs>(
    entity: &'static EntityDescriptor,
    values: Vec<Value>,
) -> Result<O, RunError> {
    match panic::catch(|| O::from_values(values)) {
        Ok(outputs) => outputs.ok_or(RunError::Internal(
            "the outputs do not have the declared types",
        )),
        Err(panic) => Err(RunFailure::of_outputs(entity, panic.into()).into()),
    }
}
