//! Maps over launch plans.
//!
//! Flyte's compiler takes an array node for what its node inside is, and only a task can be registered a second time with lists. So a
//! built-in task takes the lists, and makes a graph with a call of the launch plan for each element.

use super::{
    Rule,
    built_in::{self, BuiltIn, Each},
    work::{Place, Work},
};
use crate::{
    entity::EntityKind,
    graph::{MapNode, Node, NodeTarget, Successes},
};

/// Whether a map becomes a task. Nothing goes on after a call of a launch plan has failed, so a map of which some elements may fail has
/// no form that Flyte 1 takes.
pub(super) fn is_touched(node: &Node) -> bool {
    let NodeTarget::Map(map) = node.target() else {
        return false;
    };
    map.entity().kind() == EntityKind::LaunchPlan && map.successes() == Successes::All
}

/// Puts the task in the place of a map.
pub(super) fn lower(
    work: &mut Work<'_>,
    node: &Node,
    map: &MapNode,
    place: &Place,
    name: &str,
) -> Node {
    let interface = map.interface();
    let bound = map.bound_inputs();
    let lists = interface.inputs.iter().map(|input| input.name.to_string());
    let overrides = node.overrides();
    let timeout = overrides.and_then(|overrides| overrides.timeout);
    let each = BuiltIn::Each(Each {
        plan: map.entity().name().to_owned(),
        lists: lists
            .filter(|input| !bound.contains(&input.as_str()))
            .collect(),
        concurrency: map.concurrency(),
        timeout_ms: timeout.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
        retries: overrides.and_then(|overrides| overrides.retries),
        interruptible: overrides.and_then(|overrides| overrides.interruptible),
    });
    let task = built_in::entity(
        format!("{}.{name}-map", work.source.name()),
        map.location(),
        &interface.inputs,
        &interface.outputs,
        &each,
    );
    work.record.pod(Rule::LaunchPlanMap, &place.source, None);
    Node {
        target: NodeTarget::Task(task),
        overrides: overrides.map(|overrides| Box::new(overrides.names())),
        ..node.clone()
    }
}
