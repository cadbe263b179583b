//! One run: what it consists of, and the graphs, executions and threads in it.

mod depth;
mod ending;
mod execution;
mod frame;
mod in_flight;
mod link;
mod observe;
mod outcome;
mod pages;
mod services;
mod stop;
mod worker;

use std::sync::Arc;

use tokio::runtime::Handle;

use crate::{
    clock::Timer,
    container::Container,
    error::RunError,
    plan::Plan,
    schedule::{self, Parking, Pool, Role, Schedule, Scheduled, Went},
    sync,
};
pub(crate) use depth::{MAX_DEPTH, drive};
pub use execution::is_tried_again;
pub(crate) use execution::isolated::is_attempt;
#[cfg(unix)]
pub use execution::isolated::name_of as name_of_signal;
pub use execution::isolated::{DECKS, ISOLATED, IsolationError};
use execution::parked::{self, Parked};
pub(crate) use execution::{contexts::EngineAttempt, future::blocking};
use flyte_context::directories::run::Left;
use flyte_core::{
    graph::entity::EntityDescriptor,
    panic::{self, Panic},
    types::Value,
};
use flyte_events::history::Recording;
pub use frame::branches::compare;
use frame::{Frame, Ready};
use link::Link;
use outcome::{Outcome, Outputs, is_above_failures};
pub(crate) use services::Emitter;
use services::Services;
pub(super) use stop::{Signal, Stop};
use worker::Worker;

/// The permits of runs.
pub(crate) type Permits = schedule::Permits<Run>;

/// The helpers of all runs.
static POOL: Pool<Run> = Pool::new();

/// One run of an entity.
pub(crate) struct Run {
    pub(super) entity: &'static EntityDescriptor,
    /// That of its outermost graph.
    plan: Arc<Plan>,
    pub(super) schedule: Schedule<Run>,
    pub(super) outcome: Outcome,
    pub(super) stop: Stop,
    pub(super) services: Services,
}

/// How a run is executed.
pub(crate) struct Setup {
    pub(crate) permits: Permits,
    pub(crate) runtime: Option<Handle>,
    pub(crate) container: Option<Container>,
    pub(crate) history: Option<Arc<Recording>>,
    /// How many threads may be left behind, if not as many as in the run around.
    pub(crate) max_abandoned: Option<usize>,
    /// What is said of the run when it starts.
    pub(crate) notices: Vec<String>,
}

impl Run {
    /// A run whose outermost graph is ready to start.
    pub(crate) fn new(
        entity: &'static EntityDescriptor,
        plan: Arc<Plan>,
        inputs: Vec<Value>,
        setup: Setup,
    ) -> Arc<Self> {
        let Setup {
            permits,
            runtime,
            container,
            history,
            max_abandoned,
            notices,
        } = setup;
        let run = Arc::new(Self {
            entity,
            plan,
            schedule: Schedule::new(permits),
            outcome: Outcome::new(),
            stop: Stop::new(max_abandoned),
            services: Services::new(entity, &inputs, runtime, container, history),
        });
        let services = &run.services;
        let emitter = services.emitter();
        let known =
            emitter.and_then(|emitter| emitter.run_started(entity, &inputs, run.plan.tasks));
        match Link::new(&run) {
            Some(link) => run.stop.link(link),
            None => services.notice_plan(&run.plan),
        }
        notices
            .into_iter()
            .for_each(|notice| services.notice(notice));
        if let Some(outputs) = known {
            inputs.into_iter().for_each(panic::discard);
            if let Some(outputs) = run.outcome.claim(Some(outputs)) {
                run.end(outputs, true, || None);
            }
            return run;
        }
        let frame = Frame::new(Arc::clone(&run.plan), Arc::clone(&run), None, inputs);
        run.schedule.put_next(Ready::start(frame));
        run
    }

    /// Starts no further node and ends the attempts that are waiting.
    pub(crate) fn cancel(self: &Arc<Self>) {
        if !self.stop.set() {
            return;
        }
        self.end_stopped();
        if !self.outcome.is_claimed() {
            let run = Arc::downgrade(self);
            self.stop.begin_grace_period(move || {
                if let Some(run) = run.upgrade() {
                    run.abandon();
                }
            });
        }
    }

    /// Cancels the run, which ends with this error instead of saying so.
    pub(super) fn cancel_with(self: &Arc<Self>, error: RunError) {
        if !self.outcome.is_claimed() {
            self.stop.explain(error);
            self.cancel();
        }
    }

    /// Ends the attempts that wait for something in frames that do not go on, tells those who listen for the end of
    /// sync ones, and lets executions end that wait for their next attempt.
    pub(super) fn end_stopped(self: &Arc<Self>) {
        self.stop.stop_attempts();
        parked::unpark_stopped(self);
    }

    /// The outermost graph is done.
    pub(super) fn complete(&self, outputs: Option<Vec<Value>>) {
        if let Some(outputs) = self.outcome.claim(outputs) {
            self.end(outputs, false, || self.services.directory.close());
        }
    }

    /// Ends a cancelled run although attempts go on that cannot be stopped; what they give is dropped.
    fn abandon(&self) {
        let Some(nothing) = self.outcome.claim(None) else {
            return;
        };
        self.end(nothing, false, || {
            let left = "a cancelled run has tasks that do not end, and their threads are left behind; \
                        a long task can ask `flyte_runtime::is_cancelled()`";
            self.services.notice(left.to_owned());
            self.services.directory.remove_now();
            None
        });
    }

    /// The run is over; `was_known` if it had succeeded before it was resumed. Whoever waits for it is woken, whatever
    /// else happens.
    fn end(&self, outputs: Outputs, was_known: bool, leave: impl FnOnce() -> Option<Left>) {
        let mut end = self.outcome.end(outputs, || self.schedule.finish());
        // What a task gave because it was asked to end is no result.
        if self.stop.is_set() {
            end.discard_outputs();
        }
        let outputs = end.outputs();
        let error = || {
            let tell = |reason: &RunError| (is_above_failures(reason), reason.to_string());
            let reason = match outputs {
                None => self.stop.reason(tell),
                Some(_) => None,
            };
            self.outcome.error(reason)
        };
        let told = panic::catch(|| self.services.end(outputs, error, was_known, leave()));
        if let Err(Panic { message, place }) = told {
            let report = || tracing::error!(message, place, "the end of a run panicked");
            let _told = panic::catch(report);
        }
    }

    /// The result of the run, which has ended with these outputs.
    pub(super) fn result(&self, outputs: Outputs) -> Result<Vec<Value>, RunError> {
        let reason = self.stop.take_reason();
        self.outcome.result(outputs, self.entity.name(), reason)
    }
}

impl Scheduled for Run {
    type Ready = Ready;
    type Worker = Worker;
    type Parking = Parking<Parked, Timer>;

    fn schedule(&self) -> &Schedule<Self> {
        &self.schedule
    }

    fn pool(&self) -> &'static Pool<Self> {
        &POOL
    }

    fn perform(worker: &mut Worker, ready: Ready, role: Role) -> Went {
        worker.run_from(ready, role)
    }

    fn leave(worker: &mut Worker) {
        worker.leave();
    }

    fn break_down(self: &Arc<Self>) {
        self.cancel_with(RunError::Internal("a thread of the engine has panicked"));
        self.abandon();
    }
}
