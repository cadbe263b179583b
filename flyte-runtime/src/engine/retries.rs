//! How often a node is attempted, and what is left of attempts that failed.

use std::sync::Arc;

use super::{frame::Frame, run};
use crate::{
    cache::CachePolicy,
    config::Environment,
    context::FlyteContext,
    entity::{EntityDescriptor, RetryOn, TaskOptions, options::SecretRequest},
    error::FailureCause,
    graph::NodeOverrides,
    task_error,
};

/// What a node wants done about its attempts besides making one.
///
/// Most nodes want nothing, and have none: it costs them a look.
#[derive(Debug)]
pub(crate) struct AttemptPolicy {
    /// How many attempts may follow the first.
    pub(super) retries: u32,
    retry_on: RetryOn,
    /// Whether the engine writes the parts of the task's deck.
    pub(super) writes_deck: bool,
    /// Whether and how its results are kept.
    pub(super) cache: Option<CachePolicy>,
    /// What must be there before the first attempt.
    secrets: &'static [SecretRequest],
}

impl AttemptPolicy {
    pub(super) fn of(
        task: &EntityDescriptor,
        overrides: Option<&NodeOverrides>,
    ) -> Option<Box<Self>> {
        let options: &TaskOptions = task.task_options()?;
        let retries = overrides.and_then(|overrides| overrides.retries);
        let policy = Self {
            retries: retries.unwrap_or(options.retries),
            retry_on: options.retry_on,
            writes_deck: options.enable_deck == Some(true),
            cache: CachePolicy::of(options, overrides),
            secrets: options.secret_requests,
        };
        let wants = policy.retries > 0
            || policy.writes_deck
            || policy.cache.is_some()
            || !policy.secrets.is_empty();
        wants.then(|| Box::new(policy))
    }

    /// Checks that the secrets are there that the task has asked for; the error is that of the first that is not.
    ///
    /// Once and not at every attempt: a secret that is not there does not come by itself. A mock needs none.
    pub(super) fn check_secrets(
        &self,
        frame: &Frame,
        node: u32,
        context: &Arc<FlyteContext>,
    ) -> Result<(), FailureCause> {
        let watch = frame.run.watch.as_ref();
        let mocked = || watch.is_some_and(|watch| watch.mock(frame.node(node).entity).is_some());
        if self.secrets.is_empty() || mocked() {
            return Ok(());
        }
        FlyteContext::run_in(Arc::clone(context), || {
            let Some(parameters) = context.user_space_params() else {
                return Ok(());
            };
            let secrets = parameters.secrets()?;
            for request in self.secrets {
                let handed_over = |name| Environment::process().var(name).is_some();
                if !request.env_var.is_some_and(handed_over) {
                    // As bytes, since it need not be text.
                    secrets.get_named_bytes(request)?;
                }
            }
            Ok(())
        })
        .map_err(FailureCause::Error)
    }

    /// Whether another attempt follows the one that failed.
    pub(super) fn retries(
        &self,
        attempt: u32,
        cause: &FailureCause,
        frame: &Frame,
        node: u32,
    ) -> bool {
        // In a container it is the cluster that makes another.
        let is_clusters = frame.run.container.is_some() && frame.parent.is_none();
        attempt < self.retries
            && !is_clusters
            && self.is_tried_again(cause)
            && !run::stops(frame, node)
    }

    fn is_tried_again(&self, cause: &FailureCause) -> bool {
        is_tried_again(self.retry_on, cause)
    }
}

/// Whether another attempt makes sense after a failure, as the error and the task say.
pub(crate) fn is_tried_again(retry_on: RetryOn, cause: &FailureCause) -> bool {
    let said = match cause {
        FailureCause::Error(error) => task_error::is_recoverable(&**error),
        _ => None,
    };
    said.unwrap_or(retry_on == RetryOn::Any)
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

/// How many of the attempts before the last a report tells of; who retries a million times need not keep a million errors.
const TOLD: usize = 9;

/// Counts attempts and remembers how they failed.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    attempt: u32,
    earlier: Vec<FailureCause>,
}

impl Attempts {
    /// The number of the attempt at hand.
    pub(super) fn number(&self) -> u32 {
        self.attempt
    }

    /// Goes on to the next attempt if there is to be one; the failure of all of them if not.
    pub(super) fn after(
        &mut self,
        cause: FailureCause,
        frame: &Arc<Frame>,
        node: u32,
    ) -> Result<(), Box<Failed>> {
        let policy = &frame.node(node).policy;
        if !policy
            .as_ref()
            .is_some_and(|policy| policy.retries(self.attempt, &cause, frame, node))
        {
            return Err(Box::new(Failed {
                attempt: self.attempt,
                cause,
                earlier: std::mem::take(&mut self.earlier),
            }));
        }
        tracing::warn!(
            task = frame.node(node).entity.name(),
            attempt = self.attempt,
            error = %cause,
            "an attempt failed, and another follows"
        );
        if self.earlier.len() < TOLD {
            self.earlier.push(cause);
        }
        self.attempt += 1;
        Ok(())
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
