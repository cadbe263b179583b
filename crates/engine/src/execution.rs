//! One execution of a task: its attempts from the first to the last, whatever kind of task it is.
//!
//! All that a task wants besides being run once is done here, in the same order for tasks that are functions, futures,
//! graphs to be built or mocks. A task that wants nothing of it, in a run that nobody watches, goes past it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tracing::Span;

use super::{
    caching::{self, Awaited, Caching, LookedUp},
    frame::Frame,
    observe,
    plan::{AttemptPolicy, PlanNode},
    retries::{self, Attempts, Failed, Limit},
    services::{self, Spans},
};
use crate::error::FailureCause;
use flyte_context::context::FlyteContext;
use flyte_core::{graph::entity::TaskInputs, lock::lock, panic as attempt, types::Value};
use flyte_events::events::Recalled;

/// The execution of a task.
pub(super) struct Execution {
    frame: Arc<Frame>,
    node: u32,
    /// Of the attempt at hand.
    context: Arc<FlyteContext>,
    attempts: Attempts,
    spans: Spans,
    /// Of a call whose outputs are to be kept.
    caching: Mutex<Option<Box<Caching>>>,
    /// Of a call that waits for an equal one.
    awaited: Option<Box<Awaited>>,
}

/// What is known of a task before its first attempt.
pub(super) enum Opened {
    /// Its outputs, so that there will be no attempt.
    Known(Vec<Value>),
    /// That it has to be run.
    Unknown,
    /// That an equal call is being run: it is to be opened again after this time.
    Busy(Duration),
}

impl Execution {
    pub(super) fn new(frame: &Arc<Frame>, node: u32, context: Arc<FlyteContext>) -> Self {
        Self {
            frame: Arc::clone(frame),
            node,
            context,
            attempts: Attempts::default(),
            spans: Spans::of(frame, node),
            caching: Mutex::default(),
            awaited: None,
        }
    }

    pub(super) fn frame(&self) -> &Arc<Frame> {
        &self.frame
    }

    pub(super) fn node(&self) -> u32 {
        self.node
    }

    pub(super) fn context(&self) -> &Arc<FlyteContext> {
        &self.context
    }

    /// The number of the attempt at hand.
    pub(super) fn number(&self) -> u32 {
        self.attempts.number()
    }

    pub(super) fn plan_node(&self) -> &PlanNode {
        self.frame.node(self.node)
    }

    fn policy(&self) -> Option<&AttemptPolicy> {
        self.plan_node().policy.as_deref()
    }

    /// Whether it waits to be opened again.
    pub(super) fn is_waiting(&self) -> bool {
        self.awaited.is_some()
    }

    /// Before the first attempt: what the task has asked for must be there.
    pub(super) fn open(&mut self, inputs: &mut TaskInputs) -> Result<Opened, FailureCause> {
        if let Some(awaited) = self.awaited.take() {
            let looked_up = caching::look_again(self, awaited);
            return Ok(self.looked_up(looked_up));
        }
        if let Some(known) = observe::task_started(&self.frame, self.node, inputs) {
            return Ok(Opened::Known(known));
        }
        let checked = match self.policy() {
            Some(policy) => policy.check_secrets(&self.frame, self.node, &self.context),
            None => Ok(()),
        };
        if let Err(cause) = &checked {
            observe::refused(&self.context, &self.frame, self.node, inputs, cause);
        }
        checked?;
        let Some(policy) = self.policy().and_then(|policy| policy.cache.as_ref()) else {
            return Ok(Opened::Unknown);
        };
        let looked_up = caching::look_up(self, policy, inputs);
        Ok(self.looked_up(looked_up))
    }

    fn looked_up(&mut self, looked_up: LookedUp) -> Opened {
        match looked_up {
            LookedUp::Hit(outputs) => {
                observe::recalled(&self.frame, self.node, &outputs, Recalled::Cached);
                Opened::Known(outputs)
            }
            LookedUp::Miss(caching) => {
                self.caching = Mutex::new(caching);
                Opened::Unknown
            }
            LookedUp::Busy(awaited) => {
                let pause = awaited.pause;
                self.awaited = Some(awaited);
                Opened::Busy(pause)
            }
        }
    }

    /// Whether its attempts have to end in time.
    pub(super) fn is_limited(&self) -> bool {
        retries::is_limited(&self.frame, self.node)
    }

    /// Before each attempt; says until when it may go on, if there is an end.
    pub(super) fn begin(&mut self, inputs: &mut TaskInputs) -> Option<Limit> {
        let number = self.attempts.number();
        let policy = self.frame.node(self.node).policy.as_deref();
        inputs.keep = policy.is_some_and(|policy| number < policy.retries);
        observe::attempt_started(&self.context, &self.frame, self.node, number, inputs);
        self.attempts.limit(policy?, &self.frame)
    }

    /// Does something as a part of the attempt at hand: in its span, and with its panics caught.
    pub(super) fn attempt<R>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, FailureCause>,
    ) -> Result<R, FailureCause> {
        let (run, span) = (Arc::clone(&self.frame.run), self.spans.attempt());
        let work = || attempt::catch(|| work(self));
        services::within(&run, span.as_ref(), work).unwrap_or_else(|panic| Err(panic.into()))
    }

    /// The span of the attempt at hand, for what borrows the execution itself.
    pub(super) fn span(&self) -> Option<Span> {
        self.spans.attempt()
    }

    /// After an attempt that has given outputs, before they are anybody's: what is said about them must be true.
    pub(super) fn settle(&mut self, outputs: &[Value]) -> Result<(), FailureCause> {
        let checked = self.context.check_output_metadata(self.plan_node().entity);
        checked.map_err(FailureCause::error)?;
        self.attempt_succeeded(Some(outputs));
        Ok(())
    }

    /// After an attempt that has built a graph, which will give the outputs.
    pub(super) fn settle_built(&mut self) {
        self.attempt_succeeded(None);
    }

    fn attempt_succeeded(&self, outputs: Option<&[Value]>) {
        let (context, number) = (&self.context, self.attempts.number());
        observe::attempt_succeeded(context, &self.frame, self.node, number, outputs);
    }

    /// After an attempt that has failed: goes on to the next, if there is to be one, and says how long that waits for its turn; the
    /// failure of all of them if not.
    pub(super) fn again(&mut self, cause: FailureCause) -> Result<Duration, Box<Failed>> {
        let (told, number) = (cause.rendered(), self.attempts.number());
        let next = self.attempts.after(cause, &self.frame, self.node);
        let follows = next.as_ref().ok().map(|next| next.wait);
        let (context, frame) = (&self.context, &self.frame);
        self.spans.within(&frame.run, || {
            observe::attempt_failed(context, frame, self.node, number, told, follows);
        });
        let wait = next?.rest;
        self.context = self.context.next_attempt();
        self.spans.next(&self.frame.run, self.attempts.number());
        if !wait.is_zero() {
            observe::backoff_started(&self.frame, self.node, self.attempts.number(), wait);
        }
        Ok(wait)
    }

    /// When the outputs are known to be the task's: those of its last attempt, or of the graph that it has built.
    pub(super) fn close(&self, outputs: &[Value]) {
        // Taken, so that whoever waits for the same call need not wait for this to be dropped.
        let caching = lock(&self.caching).take();
        if let Some(caching) = caching {
            caching.store(self, outputs);
        }
        observe::task_succeeded(&self.frame, self.node, outputs);
    }
}
