//! The effect of overrides in a local run.

use super::{NodeOverrides, ResourceAmounts};
use crate::options::local_effects::{LocalOption, NOT_YET, enforced, enforced_isolated, recorded};

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
            enforced(
                "node_name",
                node_name.is_some(),
                "it is the id of the node",
            )
            .on_clusters(
                "it is the id of the node",
                NOT_YET,
            ),
            enforced(
                "name",
                name.is_some(),
                "it is shown with the node",
            )
            .on_clusters(
                "it is shown with the node",
                NOT_YET,
            ),
            recorded(
                "aliases",
                !aliases.is_empty(),
                "outputs keep their names",
            )
            .on_clusters(
                "outputs have these names",
                NOT_YET,
            ),
            amounts(
                "requests",
                requests,
                is_task,
                "the task can use the whole machine; an isolated task gets at most this `mem` if it has no limit",
            )
            .on_clusters(
                of(
                    "the pod requests it",
                    "refused when serialised: override it on the inner tasks",
                ),
                NOT_YET,
            ),
            amounts(
                "limits",
                limits,
                is_task,
                "the task can use the whole machine; an isolated task gets at most this `mem`",
            )
            .on_clusters(
                of(
                    "the pod has them",
                    "refused when serialised: override it on the inner tasks",
                ),
                NOT_YET,
            ),
            attempts(
                "timeout",
                timeout.is_some(),
                "replaces the task's own `timeout`; in a workflow, each task keeps its own",
            )
            .on_clusters(
                of(
                    "replaces the task's own `timeout`",
                    "sent",
                ),
                NOT_YET,
            ),
            attempts(
                "retries",
                retries.is_some(),
                "replaces the task's own `retries`; in a workflow, each task keeps its own",
            )
            .on_clusters(
                of(
                    "replaces the task's own `retries`; 0 has no effect",
                    "sent",
                ),
                NOT_YET,
            ),
            attempts(
                "backoff",
                backoff.is_some(),
                "replaces the task's own `backoff`; in a workflow, each task keeps its own",
            )
            .on_clusters(
                "no effect: the next attempt starts at once",
                NOT_YET,
            ),
            recorded(
                "interruptible",
                interruptible.is_some(),
                "this machine is not interruptible",
            )
            .on_clusters(
                "sent: runs on interruptible machines",
                NOT_YET,
            ),
            attempts(
                "cache",
                cache.is_some(),
                "replaces the task's own `cache`; in a workflow, each task keeps its own",
            )
            .on_clusters(
                "no effect: the task decides whether it is cached",
                NOT_YET,
            ),
            recorded(
                "container_image",
                container_image.is_some(),
                "the task runs in this process",
            )
            .on_clusters(
                of(
                    "the container uses it",
                    "refused when serialised: override it on the inner tasks",
                ),
                NOT_YET,
            ),
            recorded(
                "accelerator",
                accelerator.is_some(),
                "the task can use the whole machine",
            )
            .on_clusters(
                of(
                    "the pod requests it",
                    "refused when serialised: override it on the inner tasks",
                ),
                NOT_YET,
            ),
            recorded(
                "shared_memory",
                shared_memory.is_some(),
                "the task can use the whole machine",
            )
            .on_clusters(
                of(
                    "the pod has it",
                    "refused when serialised: override it on the inner tasks",
                ),
                NOT_YET,
            ),
            recorded(
                "pod_template_name",
                pod_template_name.is_some(),
                "there is no pod",
            )
            .on_clusters(
                of(
                    "refused when serialised: set it on the task",
                    "refused when serialised: override it on the inner tasks",
                ),
                NOT_YET,
            ),
        ]
    }
}
