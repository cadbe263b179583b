//! The graphs that dynamic tasks have built, which the program here does not have.

use flyte_idl::flyteidl::{
    admin,
    core::{self, binding_data, node::Target, workflow_node},
};

use super::place::{Placed, Places};
use crate::flyte1::{
    client::{Again, Client, call},
    error::ClusterError,
    watch::{Place, named},
};
use flyte_core::types::{json_from_literal, wire};
use flyte_events::{
    events::NodeKind,
    history::{GraphNode, GraphValue, RecordedGraph, ValueSource},
};
use flyte_idl::prost::Message as _;

/// Those that the cluster has kept.
pub(super) async fn built(
    client: &Client,
    places: &Places<'_>,
) -> Result<Vec<RecordedGraph>, ClusterError> {
    let mut dynamic = Vec::new();
    let mut left: Vec<&Placed<'_>> = places.0.iter().rev().collect();
    while let Some(placed) = left.pop() {
        left.extend(placed.inside.iter().rev());
        if placed.info.kind == NodeKind::Task
            && !placed.inside.is_empty()
            && let Some(Place::Node { id, .. }) = placed.run.map(|run| &run.place)
        {
            dynamic.push((placed, id.clone()));
        }
    }
    let mut graphs = Vec::new();
    for (placed, id) in dynamic {
        let request = admin::GetDynamicNodeWorkflowRequest { id: Some(id) };
        let client = client.clone();
        let built = call!(
            client,
            admin,
            get_dynamic_node_workflow,
            Again::Yes,
            request
        );
        let built = match built {
            Ok(built) => built.compiled_workflow.and_then(|closure| closure.primary),
            Err(error) if error.is_absence() => return Err(error),
            // What is inside of it is known all the same.
            Err(_) => None,
        };
        if let Some(template) = built.and_then(|compiled| compiled.template) {
            let (path, entity) = (&placed.info.path, &placed.info.entity);
            graphs.push(RecordedGraph::built_by(path, entity, nodes(&template)));
        }
    }
    Ok(graphs)
}

fn nodes(template: &core::WorkflowTemplate) -> Vec<GraphNode> {
    let workflow = template.id.as_ref().map_or("", |id| &id.name);
    let nodes = template.nodes.iter().filter(|node| node.target.is_some());
    let nodes = nodes.map(|node| {
        let named = named(node, workflow);
        let kind = match (&node.target, named.kind) {
            (Some(Target::WorkflowNode(inner)), _) => match &inner.reference {
                Some(workflow_node::Reference::LaunchplanRef(_)) => "launch_plan",
                _ => "workflow",
            },
            (_, NodeKind::Gate) => "gate",
            (_, NodeKind::Branch) => "branch",
            (_, NodeKind::Map) => "map",
            _ => "task",
        };
        let name = node.metadata.as_ref().map_or("", |metadata| &metadata.name);
        let entity = match kind {
            "branch" => "",
            _ => &named.entity,
        };
        let mut own = GraphNode::new(&node.id, kind, name, entity);
        let needs = node.upstream_node_ids.iter();
        own.needs = needs.filter(|id| !is_start(id)).cloned().collect();
        let inputs = node.inputs.iter().map(|input| {
            let mut all = Vec::new();
            sources(input.binding.as_ref(), &mut all);
            GraphValue::new(&input.var, all)
        });
        own.inputs = inputs.collect();
        own
    });
    nodes.collect()
}

fn is_start(node: &str) -> bool {
    matches!(node, "" | "start-node")
}

fn sources(data: Option<&core::BindingData>, all: &mut Vec<ValueSource>) {
    match data.and_then(|data| data.value.as_ref()) {
        Some(binding_data::Value::Promise(promise)) => {
            let (name, part) = (promise.var.clone(), String::new());
            all.push(match is_start(&promise.node_id) {
                true => ValueSource::Input { name, part },
                false => ValueSource::Node {
                    node: promise.node_id.clone(),
                    output: name,
                    part,
                },
            });
        }
        Some(binding_data::Value::Collection(items)) => {
            items
                .bindings
                .iter()
                .for_each(|item| sources(Some(item), all));
        }
        Some(binding_data::Value::Map(items)) => {
            let items = items.bindings.values();
            items.for_each(|item| sources(Some(item), all));
        }
        Some(binding_data::Value::Scalar(scalar)) => {
            let literal = core::Literal {
                value: Some(core::literal::Value::Scalar(Box::new(scalar.clone()))),
                ..Default::default()
            };
            let literal = wire::decode(&literal.encode_to_vec()).ok();
            let json = literal.and_then(|literal| json_from_literal(&literal).ok());
            all.push(ValueSource::Constant {
                value: json.map(|json| json.to_string()).unwrap_or_default(),
            });
        }
        _ => {}
    }
}
