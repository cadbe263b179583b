//! Maps over launch plans, and over tasks of a cluster.
//!
//! Flyte's compiler takes an array node for what its node inside is, and only a task of the program can be registered a
//! second time with lists. So a built-in task takes the lists, and makes a graph with a call of the launch plan for
//! each element. Such a graph cannot name tasks that it does not bring with it; a task of a cluster is called by a
//! workflow that is registered for it.

use super::{
    Change,
    built_in::{self, BuiltIn, Each},
    work::{Place, Work},
};
use flyte_core::graph::{MapNode, Node, NodeTarget, Successes, entity::EntityKind};

/// Whether a map becomes a task. Nothing goes on after a call of a launch plan has failed, so a map of which some
/// elements may fail has no form that Flyte 1 takes.
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

/// Puts the task in the place of a map.
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
