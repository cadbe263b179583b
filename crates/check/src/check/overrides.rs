//! Checks execution options of nodes and their tasks.

use super::{
    Rule,
    resources::{Graphics, above_limits},
};
use flyte_core::graph::{
    Node, NodeOverrides, NodeTarget,
    entity::{EntityDescriptor, EntityKind, ExecutionBehavior},
};

/// An override that Flyte's messages cannot express, and what to do instead.
///
/// flytekit ignores such an override.
pub fn without_place(node: &Node) -> Option<(&'static str, &'static str)> {
    let overrides = node.overrides()?;
    let has_container = match node.target() {
        NodeTarget::Task(_) => true,
        NodeTarget::Map(map) => map.entity().kind() == EntityKind::Task,
        _ => false,
    };
    let for_containers = [
        ("requests", !overrides.requests.amounts.is_empty()),
        ("limits", !overrides.limits.amounts.is_empty()),
        ("container_image", overrides.container_image.is_some()),
        ("accelerator", overrides.accelerator.is_some()),
        ("shared_memory", overrides.shared_memory.is_some()),
        ("pod_template_name", overrides.pod_template_name.is_some()),
    ];
    if !has_container && let Some((key, _)) = for_containers.into_iter().find(|(_, given)| *given) {
        return Some((
            key,
            "which changes a container, and the node has none of its own; override it at the tasks inside",
        ));
    }
    if overrides.pod_template_name.is_some() {
        return Some((
            "pod_template_name",
            "which Flyte knows of whole tasks alone; give it to the task",
        ));
    }
    cache_without_place(node, overrides).map(|reason| ("cache", reason))
}

fn cache_without_place(node: &Node, overrides: &NodeOverrides) -> Option<&'static str> {
    let cache = overrides.cache.as_ref()?;
    if cache.ignored_inputs.is_some() {
        return Some(
            "with `ignored_inputs`, which Flyte knows of whole tasks alone; give them to the task",
        );
    }
    let task = runs(node).and_then(EntityDescriptor::task_options);
    let has_version = cache.version.is_some() || task.is_some_and(|task| task.cache.is_some());
    (cache.enabled && !has_version)
        .then_some("and neither the node nor what it runs has a version; give one: `cache(\"1\")`")
}

/// The entity that runs in the end: for a map, the mapped entity.
fn runs(node: &Node) -> Option<&'static EntityDescriptor> {
    match node.target() {
        NodeTarget::Map(map) => Some(map.entity()),
        target => target.entity(),
    }
}

/// Reports overrides of a node that a cluster handles differently from a local run, or not at all.
pub(super) fn of(node: &Node, tell: &mut impl FnMut(Rule, String, &'static str)) {
    let Some(overrides) = node.overrides() else {
        return;
    };
    if let Some((key, reason)) = without_place(node) {
        tell(
            Rule::OverrideWithoutPlace,
            format!("it overrides `{key}`, {reason}"),
            "",
        );
    }
    let task = runs(node).and_then(EntityDescriptor::task_options);
    if let Some(graphics) = Graphics::of_node(overrides, task) {
        let reason = graphics.reason().to_owned();
        tell(Rule::GraphicsProcessors, reason, graphics.instead(true));
    }
    for reason in above_limits(overrides, task) {
        tell(Rule::RequestAboveLimit, reason, "override `limits`, too");
    }
    if overrides.cache.is_some() {
        tell(
            Rule::NodeCache,
            "it overrides `cache`, and whether its task is cached there, and under which version, the task \
             says".to_owned(),
            "say `cache` at the task, or declare a second task that calls the same function",
        );
    }
    if overrides.retries == Some(0) && task.is_some_and(|task| task.retries > 0) {
        tell(
            Rule::ZeroRetries,
            "it overrides `retries` with 0, which has no effect there: it has the retries of its task".to_owned(),
            "declare a second task without `retries` that calls the same function",
        );
    }
    if overrides.backoff.is_some() {
        tell(
            Rule::NoBackoff,
            "it overrides `backoff`, and attempts follow one another at once there".to_owned(),
            "wait in the task, or leave it out",
        );
    }
    let behavior = runs(node).and_then(EntityDescriptor::execution_behavior);
    if overrides.timeout.is_some_and(|timeout| !timeout.is_zero())
        && behavior == Some(ExecutionBehavior::Dynamic)
    {
        tell(
            Rule::DynamicTimeout,
            "its `timeout` covers what the dynamic task has built there, and only the building here".to_owned(),
            "give it the time that its nodes need, too",
        );
    }
}
