//! Lowers maps over launch plans and over tasks of a cluster.
//!
//! Flyte's compiler gives an array node the interface of the node inside, and only a task of the program can be
//! registered a second time with lists. So a built-in task takes the lists, and makes a graph with a call of the launch
//! plan for each element. Such a graph can only refer to tasks that it contains, so a task of a cluster is called
//! through a workflow that is registered for it.

use super::{
    Change,
    built_in::{self, BuiltIn, Each},
    work::{Place, Work},
};
use flyte_core::graph::{MapNode, Node, NodeTarget, Successes, entity::EntityKind};

/// Whether a map becomes a task. A graph fails with the first failed call of a launch plan, so Flyte 1 does not have a
/// form for a map whose elements may fail.
pub(super) fn is_touched(node: &Node, is_job: bool) -> bool {
    let NodeTarget::Map(map) = node.target() else {
        return false;
    };
    let is_possible = match map.entity().kind() {
        EntityKind::LaunchPlan => true,
        _ => map.entity().reference().is_some() && !is_job,
    };
    is_possible && map.successes() == Successes::All
}

/// Replaces a map by the task.
pub(super) fn lower(
    work: &mut Work<'_>,
    node: &Node,
    map: &MapNode,
    place: &Place,
    name: &str,
) -> Option<Node> {
    let through = match map.entity().kind() {
        EntityKind::LaunchPlan => None,
        _ => {
            let workflow = work.new_name(&format!("{name}-each"));
            Some(built_in::caller(map.entity(), workflow)?)
        }
    };
    let interface = map.interface();
    let bound = map.bound_inputs();
    let lists = interface.inputs.iter().map(|input| input.name.to_string());
    let overrides = node.overrides();
    let timeout = overrides.and_then(|overrides| overrides.timeout);
    let each = BuiltIn::Each(Each {
        plan: map.entity().name().to_owned(),
        through: through.map(|workflow| workflow.name().to_owned()),
        lists: lists
            .filter(|input| !bound.contains(&input.as_str()))
            .collect(),
        concurrency: map.concurrency(),
        timeout_ms: timeout.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
        retries: overrides.and_then(|overrides| overrides.retries),
        interruptible: overrides.and_then(|overrides| overrides.interruptible),
    });
    let task = built_in::entity(
        work.new_name(&format!("{name}-map")),
        map.location(),
        &interface.inputs,
        &interface.outputs,
        &each,
        through,
    );
    work.record.pod(Change::LaunchPlanMap, &place.source, None);
    let overrides = overrides.map(|overrides| Box::new(overrides.names()));
    let mut node = node.clone();
    node.target = NodeTarget::Task(task);
    node.overrides = overrides;
    Some(node)
}
