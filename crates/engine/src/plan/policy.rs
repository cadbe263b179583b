//! The rules for a node's attempts, from the options of its task and the overrides of the node.

use std::time::Duration;

use crate::{cache::CachePolicy, container::Container};
use flyte_core::{
    graph::{NodeOverrides, entity::EntityDescriptor},
    options::{Backoff, RetryOn, SecretRequest, TaskOptions},
};
use flyte_grammar::quantity::nano_units;

/// The rules for a node's attempts beyond a single plain one.
///
/// Most nodes have none, which costs them one null check.
#[derive(Debug)]
pub(crate) struct AttemptPolicy {
    pub(crate) rules: Rules,
    /// Whether the engine writes the standard parts of the task's deck.
    pub(crate) writes_deck: bool,
    /// Whether and how its results are cached.
    pub(crate) cache: Option<CachePolicy>,
    /// The secrets that must exist before the first attempt.
    pub(crate) secrets: &'static [SecretRequest],
}

/// How many attempts a node has, and how long they may take.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    /// The number of attempts that may follow the first.
    pub(crate) retries: u32,
    pub(crate) retry_on: RetryOn,
    pub(crate) backoff: Option<Backoff>,
    /// The time limit of one attempt.
    pub(crate) timeout: Option<Duration>,
    /// The time limit of all attempts together.
    pub(crate) deadline: Option<Duration>,
}

impl Rules {
    /// The rules for a task that a cluster runs: it makes all attempts, and enforces their limits.
    #[cold]
    pub(crate) fn launched(self) -> Self {
        Self {
            retries: 0,
            timeout: None,
            deadline: None,
            ..self
        }
    }

    /// The rules in a container that runs this task: the cluster makes the next attempt, and enforces the time limits
    /// that it knows.
    #[cold]
    pub(crate) fn in_container(self, container: &Container) -> Self {
        Self {
            retries: 0,
            timeout: self.timeout.filter(|_| container.keeps_timeout),
            deadline: self.deadline.filter(|_| container.keeps_deadline),
            ..self
        }
    }
}

impl AttemptPolicy {
    pub(super) fn of(
        task: &EntityDescriptor,
        overrides: Option<&NodeOverrides>,
    ) -> Option<Box<Self>> {
        let options: &TaskOptions = task.task_options()?;
        let retries = overrides.and_then(|overrides| overrides.retries);
        let timeout = overrides.and_then(|overrides| overrides.timeout);
        let rules = Rules {
            retries: retries.unwrap_or(options.retries),
            retry_on: options.retry_on,
            backoff: overrides
                .and_then(|overrides| overrides.backoff)
                .or(options.backoff),
            // An override of zero removes the task's limit.
            timeout: timeout
                .or(options.timeout)
                .filter(|timeout| !timeout.is_zero()),
            deadline: options.deadline,
        };
        let policy = Self {
            rules,
            writes_deck: options.enable_deck == Some(true),
            cache: CachePolicy::of(options, overrides),
            secrets: options.secret_requests,
        };
        let wants = rules.retries > 0
            || policy.writes_deck
            || policy.cache.is_some()
            || !policy.secrets.is_empty()
            || rules.timeout.is_some()
            || rules.deadline.is_some();
        wants.then(|| Box::new(policy))
    }
}

/// The memory limit of an attempt, in bytes. As on a cluster, resources set on a node replace all of the task's.
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

#[cfg(test)]
mod tests {
    use std::{path::PathBuf, sync::Arc, time::Duration};

    use super::Rules;
    use crate::container::Container;
    use flyte_config::identifier::ActionId;
    use flyte_core::options::{Backoff, RetryOn};

    #[test]
    fn in_a_container_the_next_attempt_is_the_clusters_and_so_are_the_limits_that_it_knows() {
        let rules = Rules {
            retries: 3,
            retry_on: RetryOn::Any,
            backoff: Some(Backoff::new(Duration::from_secs(1))),
            timeout: Some(Duration::from_secs(2)),
            deadline: Some(Duration::from_secs(3)),
        };
        let container = |keeps_timeout, keeps_deadline| Container {
            action: ActionId::new("n0").expect("the name of an action"),
            built: None,
            directory: PathBuf::new(),
            is_isolated: false,
            keeps_timeout,
            keeps_deadline,
            held_files: Arc::default(),
        };
        let left = |keeps_timeout, keeps_deadline| {
            let left = rules.in_container(&container(keeps_timeout, keeps_deadline));
            assert_eq!(left.retries, 0);
            (left.timeout, left.deadline)
        };
        assert_eq!(left(true, true), (rules.timeout, rules.deadline));
        assert_eq!(left(true, false), (rules.timeout, None));
        assert_eq!(left(false, true), (None, rules.deadline));
        assert_eq!(left(false, false), (None, None));
    }
}
