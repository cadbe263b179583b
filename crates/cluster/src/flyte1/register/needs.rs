//! What an entity needs to be registered before it.

use std::collections::BTreeSet;

use flyte_config::identifier::ResourceType;
use flyte_idl::flyteidl::core::{self, if_else_block, node::Target, task_node, workflow_node};

use super::Key;
use crate::serialize::EntityMessage;

/// What an entity refers to, without which it is refused.
pub(super) fn needs(message: &EntityMessage) -> BTreeSet<Key> {
    let mut needs = BTreeSet::new();
    match message {
        EntityMessage::Task(_) => {}
        EntityMessage::Workflow(spec) => {
            for template in spec.template.iter().chain(&spec.sub_workflows) {
                for node in template.nodes.iter().chain(&template.failure_node) {
                    needs_of(node, &mut needs);
                }
            }
        }
        EntityMessage::LaunchPlan(plan) => {
            let workflow = plan
                .spec
                .as_ref()
                .and_then(|spec| spec.workflow_id.as_ref());
            needs.extend(workflow.map(|id| (ResourceType::Workflow, id.name.clone())));
        }
    }
    needs
}

// Recursive: a branch or a map is as deep as the program has it.
fn needs_of(node: &core::Node, needs: &mut BTreeSet<Key>) {
    match &node.target {
        Some(Target::TaskNode(task)) => {
            if let Some(task_node::Reference::ReferenceId(id)) = &task.reference {
                needs.insert((ResourceType::Task, id.name.clone()));
            }
        }
        // Sub-workflows are parts of the message.
        Some(Target::WorkflowNode(workflow)) => {
            if let Some(workflow_node::Reference::LaunchplanRef(id)) = &workflow.reference {
                needs.insert((ResourceType::LaunchPlan, id.name.clone()));
            }
        }
        Some(Target::BranchNode(branch)) => {
            for node in inside_of(branch) {
                needs_of(node, needs);
            }
        }
        Some(Target::ArrayNode(array)) => {
            if let Some(node) = &array.node {
                needs_of(node, needs);
            }
        }
        Some(Target::GateNode(_)) | None => {}
    }
}

/// The nodes of a branch, one for each case.
pub(in crate::flyte1) fn inside_of(branch: &core::BranchNode) -> impl Iterator<Item = &core::Node> {
    let if_else = branch.if_else.iter();
    if_else.flat_map(|if_else| {
        let first = if_else
            .case
            .iter()
            .filter_map(|case| case.then_node.as_deref());
        let others = if_else
            .other
            .iter()
            .filter_map(|case| case.then_node.as_deref());
        let last = match &if_else.default {
            Some(if_else_block::Default::ElseNode(node)) => Some(&**node),
            _ => None,
        };
        first.chain(others).chain(last)
    })
}
