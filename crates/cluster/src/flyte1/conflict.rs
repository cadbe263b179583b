//! An entity that is registered under the same version and differs: where, and where that is written.

use std::collections::{BTreeMap, BTreeSet};

use flyte_idl::flyteidl::{
    admin,
    core::{self, if_else_block, node::Target},
};

use super::{
    client::{Again, Client, call},
    diff::{self, Difference},
    error::{ClusterError, Conflict, kind_of},
};
use crate::serialize::{EntityMessage, SerializedEntity};
use flyte_core::registry::Registry;

/// The error of an entity that differs from the registered one.
pub(super) fn conflict(
    registry: &Registry,
    entity: &SerializedEntity,
    version: &str,
    differences: Vec<Difference>,
) -> Conflict {
    let declared = registry.entities().find(|one| one.name() == entity.name());
    Conflict {
        kind: kind_of(entity.resource_type()),
        name: entity.name().to_owned(),
        version: version.to_owned(),
        location: declared.map(|declared| declared.location().to_string()),
        differences,
    }
}

/// In what an entity differs from the one that is registered.
pub(super) async fn compared(
    client: &Client,
    registry: &Registry,
    entity: &SerializedEntity,
) -> Result<Vec<Difference>, ClusterError> {
    let get = |id: &Option<core::Identifier>| admin::ObjectGetRequest { id: id.clone() };
    match entity.message() {
        EntityMessage::Task(spec) => {
            let own = spec.template.clone().unwrap_or_default();
            let task = call!(client, admin, get_task, Again::Yes, get(&own.id))?;
            let compiled = task.closure.and_then(|closure| closure.compiled_task);
            let registered = compiled.and_then(|compiled| compiled.template);
            let mut differences = diff::differences(&registered.unwrap_or_default(), &own);
            // The settings of a dynamic task hold images and variables once more, packed.
            if differences.len() > 1 {
                differences.retain(|one| !one.path.contains("env[_F_SS_C]"));
            }
            Ok(differences)
        }
        EntityMessage::Workflow(spec) => {
            let own = spec.template.clone().unwrap_or_default();
            let workflow = call!(client, admin, get_workflow, Again::Yes, get(&own.id))?;
            let closure = workflow
                .closure
                .and_then(|closure| closure.compiled_workflow);
            let closure = closure.unwrap_or_default();
            let template = |compiled: core::CompiledWorkflow| compiled.template;
            let registered = closure.primary.and_then(template);
            let mut differences =
                diff::differences(&plain(registered.unwrap_or_default()), &plain(own));
            locate(registry, entity.name(), &mut differences);
            let named = |templates: &mut dyn Iterator<Item = core::WorkflowTemplate>| {
                let templates = templates.map(|template| {
                    let name = template.id.as_ref().map(|id| id.name.clone());
                    (name.unwrap_or_default(), plain(template))
                });
                templates.collect::<BTreeMap<_, _>>()
            };
            let registered = named(&mut closure.sub_workflows.into_iter().filter_map(template));
            let own = named(&mut spec.sub_workflows.iter().cloned());
            let names: BTreeSet<_> = registered.keys().chain(own.keys()).collect();
            for name in names {
                let (registered, own) = (registered.get(name), own.get(name));
                let mut inside = diff::differences(&registered, &own);
                locate(registry, name, &mut inside);
                for difference in &mut inside {
                    difference.path = format!("sub_workflows[{name}].{}", difference.path);
                }
                differences.extend(inside);
            }
            Ok(differences)
        }
        EntityMessage::LaunchPlan(own) => {
            let plan = call!(client, admin, get_launch_plan, Again::Yes, get(&own.id))?;
            let registered = plan.spec.unwrap_or_default();
            Ok(diff::differences(
                &registered,
                &own.spec.clone().unwrap_or_default(),
            ))
        }
    }
}

/// A workflow without what the compiler adds: the nodes for its ends, and what it has found out about order.
fn plain(mut template: core::WorkflowTemplate) -> core::WorkflowTemplate {
    template
        .nodes
        .retain(|node| !matches!(&*node.id, "start-node" | "end-node"));
    template.nodes.sort_by(|a, b| a.id.cmp(&b.id));
    for node in template.nodes.iter_mut().chain(&mut template.failure_node) {
        plain_node(node, "");
    }
    template
}

/// The same of a node; those inside of branches get the id of the branch in front, which is left out here.
fn plain_node(node: &mut core::Node, around: &str) {
    node.upstream_node_ids.clear();
    node.inputs.sort_by(|a, b| a.var.cmp(&b.var));
    let own = node.id.clone();
    if let Some(id) = own
        .strip_prefix(&format!("{around}-"))
        .filter(|_| !around.is_empty())
    {
        node.id = id.to_owned();
    }
    match &mut node.target {
        Some(Target::BranchNode(branch)) => {
            if let Some(if_else) = &mut branch.if_else {
                let cases = if_else.case.iter_mut().map(|case| &mut **case);
                for case in cases.chain(&mut if_else.other) {
                    if let Some(node) = &mut case.then_node {
                        plain_node(node, &own);
                    }
                }
                if let Some(if_else_block::Default::ElseNode(node)) = &mut if_else.default {
                    plain_node(node, &own);
                }
            }
        }
        Some(Target::ArrayNode(array)) => {
            if let Some(node) = &mut array.node {
                plain_node(node, &own);
            }
        }
        _ => {}
    }
}

/// Says of what differs in nodes where these are written.
fn locate(registry: &Registry, workflow: &str, differences: &mut [Difference]) {
    let Some(entity) = registry.entities().find(|one| one.name() == workflow) else {
        return;
    };
    let Ok(graph) = entity.graph() else {
        return;
    };
    for difference in differences {
        let rest = difference.path.strip_prefix("nodes[");
        let id = rest.and_then(|rest| rest.split(']').next());
        if let Some(node) = id.and_then(|id| graph.node(id)) {
            difference.location = Some(node.location().to_string());
        }
    }
}
