//! What is done to single nodes.

use std::time::Duration;

use super::{
    Change, maps,
    pass::{self, Passed},
    work::{Place, Work},
};
use flyte_core::{
    graph::{Node, NodeTarget, entity::EntityDescriptor},
    options::Process,
};

/// What is shorter is over before the container has started.
const SHORTEST: Duration = Duration::from_secs(1);

/// Whether anything is done to the node itself.
pub(super) fn is_touched(node: &Node, is_job: bool) -> bool {
    is_reference_workflow(node)
        || is_wide_echo(node)
        || is_short(node)
        || maps::is_touched(node, is_job)
}

pub(super) fn lower(work: &mut Work<'_>, node: &mut Node, place: &Place, name: &str) {
    if is_short(node) {
        let overrides = node.overrides.get_or_insert_default();
        overrides.timeout = Some(SHORTEST);
        work.record.did(Change::Timeout, &place.source);
    }
    if let NodeTarget::Workflow(workflow) = node.target
        && is_reference_workflow(node)
    {
        node.target = NodeTarget::LaunchPlan(workflow);
        work.record.did(Change::ReferenceWorkflow, &place.source);
    }
    if let NodeTarget::Map(map) = node.target()
        && maps::is_touched(node, work.is_job)
        && let Some(task) = maps::lower(work, node, map, place, name)
    {
        *node = task;
    }
    if let NodeTarget::Task(echo) = node.target
        && is_wide_echo(node)
    {
        work.record.did(Change::Echo, &place.source);
        let gate = place.lowered.child("n0");
        work.record.belongs(Change::Echo, &place.source, gate);
        *node = pass_through(work, node, echo, name);
    }
}

/// The pass-through in the place of an echo.
fn pass_through(
    work: &mut Work<'_>,
    node: &Node,
    echo: &'static EntityDescriptor,
    name: &str,
) -> Node {
    let outputs = echo.outputs();
    let values = echo
        .inputs()
        .iter()
        .enumerate()
        .filter_map(|(index, input)| {
            let bound = node
                .bindings
                .iter()
                .find(|binding| binding.var == input.name)?;
            Some(Passed {
                input: input.name.into(),
                output: outputs.get(index)?.name.into(),
                info: input.info,
                data: bound.data.clone(),
            })
        });
    let values = values.collect();
    let name = work.new_name(name);
    let mut through = pass::node(work.source, node.id.clone(), name, values);
    through.metadata = node.metadata.clone();
    through.upstream.clone_from(&node.upstream);
    // There is no container for the others.
    let overrides = node.overrides.as_deref();
    through.overrides = overrides.map(|overrides| Box::new(overrides.names()));
    through
}

fn is_reference_workflow(node: &Node) -> bool {
    matches!(node.target(), NodeTarget::Workflow(workflow) if workflow.reference().is_some())
}

/// An echo task with several inputs: Flyte's plugin gives back only one.
fn is_wide_echo(node: &Node) -> bool {
    let NodeTarget::Task(task) = node.target() else {
        return false;
    };
    let process = task.task_options().and_then(|options| options.process);
    matches!(process, Some(Process::Echo)) && task.inputs().len() > 1
}

fn is_short(node: &Node) -> bool {
    let own = node.overrides().and_then(|overrides| overrides.timeout);
    let of_entity = || match node.target() {
        NodeTarget::Task(task) => task.task_options()?.timeout,
        NodeTarget::Map(map) => map.entity().task_options()?.timeout,
        _ => None,
    };
    let timeout = own
        .or_else(of_entity)
        .or_else(|| Some(node.gate()?.timeout()));
    timeout.is_some_and(|timeout| !timeout.is_zero() && timeout < SHORTEST)
}
