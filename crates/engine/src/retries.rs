//! How often a node is attempted and for how long, and what is left of attempts that failed.

use std::{
    hash::{BuildHasher as _, DefaultHasher, Hash as _, Hasher as _, RandomState},
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{frame::Frame, plan::AttemptPolicy};
use crate::{
    clock::Moment,
    error::{FailureCause, TimeLimit},
};
use flyte_context::context::FlyteContext;
use flyte_core::{
    error::BoxError,
    options::{RetryOn, backoff::mixed},
};

impl AttemptPolicy {
    /// Checks that the secrets are there that the task has asked for; the error is that of the first that is not.
    ///
    /// Once and not at every attempt: a secret that is not there does not come by itself. A mock needs none.
    pub(super) fn check_secrets(
        &self,
        frame: &Frame,
        node: u32,
        context: &Arc<FlyteContext>,
    ) -> Result<(), FailureCause> {
        let services = &frame.run.services;
        let mocked = || services.mock(frame.node(node).entity).is_some();
        if self.secrets.is_empty() || mocked() {
            return Ok(());
        }
        FlyteContext::run_in(Arc::clone(context), || {
            let Some(parameters) = context.user_space_params() else {
                return Ok(());
            };
            let secrets = parameters.secrets()?;
            for request in self.secrets {
                let is_handed_over = request.env_var.is_some_and(|name| secrets.sees(name));
                if !is_handed_over {
                    // As bytes, since it need not be text.
                    secrets.get_named_bytes(request)?;
                }
            }
            Ok(())
        })
        .map_err(|error: BoxError| error.into())
    }

    /// How long an attempt of a node of this frame, and all of them, may take here. Of the task that a container was started for the
    /// cluster says when it is over, as far as it knows.
    fn limits(&self, frame: &Frame) -> (Option<Duration>, Option<Duration>) {
        let container = frame.run.services.container.as_ref();
        match container.filter(|_| is_clusters(frame)) {
            None => (self.timeout, self.deadline),
            Some(container) => (
                self.timeout.filter(|_| container.keeps_timeout),
                self.deadline.filter(|_| container.keeps_deadline),
            ),
        }
    }

    /// Whether another attempt follows the one that failed.
    fn retries(&self, attempt: u32, cause: &FailureCause, frame: &Frame, node: u32) -> bool {
        attempt < self.retries
            && !is_clusters(frame)
            && is_tried_again(self.retry_on, cause)
            && !frame.stops(node)
    }
}

/// Whether it is the task that a container was started for: the cluster makes another attempt.
fn is_clusters(frame: &Frame) -> bool {
    frame.run.services.container.is_some() && frame.parent.is_none()
}

/// Whether the attempts of a node have to end in time.
pub(super) fn is_limited(frame: &Frame, node: u32) -> bool {
    let policy = frame.node(node).policy.as_deref();
    policy.is_some_and(|policy| policy.limits(frame) != (None, None))
}

/// Whether another attempt makes sense after a failure, as the error and the task say.
pub fn is_tried_again(retry_on: RetryOn, cause: &FailureCause) -> bool {
    let said = match cause {
        FailureCause::Error(error) => error.said().recoverable,
        FailureCause::TimedOut {
            limit: TimeLimit::Deadline | TimeLimit::NoTimeLeft,
            ..
        } => Some(false),
        _ => None,
    };
    said.unwrap_or(retry_on == RetryOn::Any)
}

/// Until when an attempt may go on, and what it is if it does not end before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) due: Moment,
    after: Duration,
    limit: TimeLimit,
}

impl Limit {
    /// The failure of an attempt that was not over in time.
    pub(super) fn cause(&self, detached: bool) -> FailureCause {
        FailureCause::TimedOut {
            after: self.after,
            limit: self.limit,
            detached,
        }
    }
}

/// The attempts of a node that has failed.
#[derive(Debug)]
pub(super) struct Failed {
    /// The number of the last attempt.
    pub(super) attempt: u32,
    /// Why it failed.
    pub(super) cause: FailureCause,
    /// Why those before it failed, as far as a report tells of them.
    pub(super) earlier: Vec<FailureCause>,
}

/// When another attempt follows.
#[derive(Debug)]
pub(super) struct Next {
    /// How long it waits for its turn, as the task says.
    pub(super) wait: Duration,
    /// How much of that is waited for: nothing on a clock that skips waits.
    pub(super) rest: Duration,
}

/// How many of the attempts before the last a report tells of; who retries a million times need not keep a million errors.
const TOLD: usize = 9;

/// Counts attempts and remembers how they failed.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    attempt: u32,
    earlier: Vec<FailureCause>,
    /// When the first began, if there is a deadline.
    began: Option<Moment>,
    /// How much of the waits was not waited for.
    skipped: Duration,
}

impl Attempts {
    /// The number of the attempt at hand.
    pub(super) fn number(&self) -> u32 {
        self.attempt
    }

    /// Until when the attempt that begins now may go on, if there is an end.
    pub(super) fn limit(&mut self, policy: &AttemptPolicy, frame: &Frame) -> Option<Limit> {
        let (timeout, deadline) = policy.limits(frame);
        if (timeout, deadline) == (None, None) {
            return None;
        }
        let now = frame.run.services.clock.now();
        let attempt = timeout.map(|after| Limit {
            due: now.after(after),
            after,
            limit: TimeLimit::Attempt,
        });
        let all = deadline.map(|after| {
            let began = *self.began.get_or_insert(now);
            Limit {
                due: began.after(after.saturating_sub(self.skipped)),
                after,
                limit: TimeLimit::Deadline,
            }
        });
        attempt.into_iter().chain(all).min_by_key(|limit| limit.due)
    }

    /// Goes on to the next attempt if there is to be one, and says how long it waits for its turn; the failure of all of them if not.
    pub(super) fn after(
        &mut self,
        cause: FailureCause,
        frame: &Arc<Frame>,
        node: u32,
    ) -> Result<Next, Box<Failed>> {
        let Some(policy) = frame.node(node).policy.as_deref() else {
            return Err(self.failed(cause));
        };
        if !policy.retries(self.attempt, &cause, frame, node) {
            return Err(self.failed(cause));
        }
        let wait = policy.backoff.map_or(Duration::ZERO, |backoff| {
            backoff.before_with(self.attempt + 1, self.random(frame, node))
        });
        if let (Some(deadline), Some(began)) = (policy.deadline, self.began) {
            let passed = frame.run.services.clock.now().since(began) + self.skipped;
            if passed.saturating_add(wait) >= deadline {
                self.tell(cause);
                let is_over = passed >= deadline;
                return Err(self.failed(FailureCause::TimedOut {
                    after: deadline,
                    limit: match is_over {
                        true => TimeLimit::Deadline,
                        false => TimeLimit::NoTimeLeft,
                    },
                    detached: false,
                }));
            }
        }
        self.tell(cause);
        self.attempt += 1;
        if wait.is_zero() || frame.run.services.clock.skips(wait) {
            self.skipped = self.skipped.saturating_add(wait);
            let rest = Duration::ZERO;
            return Ok(Next { wait, rest });
        }
        Ok(Next { wait, rest: wait })
    }

    fn tell(&mut self, cause: FailureCause) {
        if self.earlier.len() < TOLD {
            self.earlier.push(cause);
        }
    }

    fn failed(&mut self, cause: FailureCause) -> Box<Failed> {
        Box::new(Failed {
            attempt: self.attempt,
            cause,
            earlier: std::mem::take(&mut self.earlier),
        })
    }

    /// A number for this attempt of this node alone: the same for the same seed, whatever runs before it.
    fn random(&self, frame: &Frame, node: u32) -> u64 {
        static SEED: OnceLock<u64> = OnceLock::new();
        let given = frame.run.services.seed();
        let seed = given.unwrap_or_else(|| *SEED.get_or_init(|| RandomState::new().hash_one(0)));
        let mut hasher = DefaultHasher::new();
        (seed, frame.path(node), self.attempt).hash(&mut hasher);
        mixed(hasher.finish())
    }
}

impl From<FailureCause> for Box<Failed> {
    /// It failed in the only attempt, or before it.
    fn from(cause: FailureCause) -> Self {
        Self::new(Failed {
            attempt: 0,
            cause,
            earlier: Vec::new(),
        })
    }
}
