//! The effect of overrides in a local run.

use super::{NodeOverrides, ResourceAmounts};
use crate::options::local::{LocalOption, NOT_YET, enforced, enforced_isolated, recorded};

/// For an isolated task only memory is limited.
fn amounts(
    name: &'static str,
    amounts: &ResourceAmounts,
    is_task: bool,
    meaning: &'static str,
) -> LocalOption {
    let is_set = !amounts.amounts.is_empty();
    if is_task && amounts.amounts.keys().all(|resource| *resource == "mem") {
        enforced_isolated(name, is_set, meaning)
    } else {
        recorded(name, is_set, meaning)
    }
}

impl NodeOverrides {
    /// The effect of each override in a local run, for a node that is a task or a map, or for one that is a workflow.
    pub fn local_effects(&self, is_task: bool) -> Vec<LocalOption> {
        // Without `..`, so that a new key does not compile until it has a row.
        let Self {
            node_name,
            name,
            aliases,
            requests,
            limits,
            timeout,
            retries,
            backoff,
            interruptible,
            cache,
            container_image,
            accelerator,
            shared_memory,
            pod_template_name,
            // How resources were set, and errors.
            used_resources: _,
            used_requests_or_limits: _,
            errors: _,
        } = self;
        let of = |task, inside| if is_task { task } else { inside };
        let attempts = if is_task { enforced } else { recorded };
        vec![
            enforced("node_name", node_name.is_some(), "it is the id of the node").on_clusters("it is the id of the node", NOT_YET),
            enforced("name", name.is_some(), "it is shown with the node").on_clusters("it is shown with the node", NOT_YET),
            recorded("aliases", !aliases.is_empty(), "outputs keep their names").on_clusters("outputs have these names", NOT_YET),
            amounts(
                "requests",
                requests,
                is_task,
                "the task has what this machine has; isolated, no more than this `mem` if there is no limit",
            ).on_clusters(of("the pod asks for it", "refused when it is serialised: override it at the tasks inside"), NOT_YET),
            amounts(
                "limits",
                limits,
                is_task,
                "the task has what this machine has; isolated, no more than this `mem`",
            ).on_clusters(of("the pod has them", "refused when it is serialised: override it at the tasks inside"), NOT_YET),
            attempts(
                "timeout",
                timeout.is_some(),
                "of a task as its own `timeout`; each task of a workflow has its own",
            ).on_clusters(of("as the own `timeout` of the task", "told"), NOT_YET),
            attempts(
                "retries",
                retries.is_some(),
                "of a task as its own `retries`; each task of a workflow has its own",
            ).on_clusters(of("as the own `retries` of the task; 0 has no effect", "told"), NOT_YET),
            attempts(
                "backoff",
                backoff.is_some(),
                "of a task as its own `backoff`; each task of a workflow has its own",
            ).on_clusters("no effect: attempts follow at once", NOT_YET),
            recorded(
                "interruptible",
                interruptible.is_some(),
                "nobody takes this machine away",
            ).on_clusters("told: machines that can be taken away", NOT_YET),
            attempts(
                "cache",
                cache.is_some(),
                "of a task as its own `cache`; each task of a workflow has its own",
            ).on_clusters("no effect: the task says whether it is cached", NOT_YET),
            recorded(
                "container_image",
                container_image.is_some(),
                "the task runs in this process",
            ).on_clusters(of("the container is made of it", "refused when it is serialised: override it at the tasks inside"), NOT_YET),
            recorded(
                "accelerator",
                accelerator.is_some(),
                "the task has what this machine has",
            ).on_clusters(of("the pod asks for it", "refused when it is serialised: override it at the tasks inside"), NOT_YET),
            recorded(
                "shared_memory",
                shared_memory.is_some(),
                "the task has what this machine has",
            ).on_clusters(of("the pod has it", "refused when it is serialised: override it at the tasks inside"), NOT_YET),
            recorded(
                "pod_template_name",
                pod_template_name.is_some(),
                "there is no pod",
            ).on_clusters(of("refused when it is serialised: give it to the task", "refused when it is serialised: override it at the tasks inside"), NOT_YET),
        ]
    }
}
