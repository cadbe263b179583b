//! How the program that an execution ran differs from the one here: a run of another program is shown and not resumed.

use std::collections::BTreeMap;

use flyte_idl::{
    flyteidl::{admin, core},
    prost::Message as _,
};

use crate::{
    flyte1::{
        client::{Again, Client, call},
        error::ClusterError,
        fetch,
        watch::named,
    },
    literal_type::type_to_proto,
};
use flyte_check::lower::lower;
use flyte_core::{
    graph::{
        Graph, NodeTarget,
        entity::{EntityDescriptor, EntityKind},
    },
    no_other_variant,
    registry::Registry,
    types::{LiteralType, wire},
};
use flyte_events::events::NodeKind;

/// The first difference, described as before and after.
pub(super) async fn difference(
    client: &Client,
    info: &admin::Execution,
    entity: &'static EntityDescriptor,
    registry: &Registry,
) -> Result<Option<String>, ClusterError> {
    let spec = info.spec.as_ref();
    if entity.kind() == EntityKind::Task {
        let request = admin::ObjectGetRequest {
            id: spec.and_then(|spec| spec.launch_plan.clone()),
        };
        let client = client.clone();
        let task = call!(client, admin, get_task, Again::Yes, request)?;
        let task = task.closure.and_then(|closure| closure.compiled_task);
        let template = task.and_then(|task| task.template);
        let interface = template.and_then(|template| template.interface);
        return Ok(interface.and_then(|was| of_interface(entity, &was)));
    }
    let workflow = info.closure.as_ref();
    let Some(id) = workflow.and_then(|closure| closure.workflow_id.clone()) else {
        return Ok(None);
    };
    let closure = fetch::workflow(client, id).await?;
    Ok(of_closure(&closure, registry))
}

fn of_closure(closure: &core::CompiledWorkflowClosure, registry: &Registry) -> Option<String> {
    let find = |name: &str| {
        let found = registry.find(name).ok();
        found.filter(|entity| entity.name() == name)
    };
    let tasks = closure.tasks.iter();
    let mut tasks = tasks.filter_map(|task| task.template.as_ref());
    let task = tasks.find_map(|template| {
        let entity = find(&template.id.as_ref()?.name)?;
        of_interface(entity, template.interface.as_ref()?)
    });
    let workflows = closure.primary.iter().chain(&closure.sub_workflows);
    let mut workflows = workflows.filter_map(|compiled| compiled.template.as_ref());
    task.or_else(|| {
        workflows.find_map(|template| {
            let entity = find(&template.id.as_ref()?.name)?;
            let interface = template.interface.as_ref();
            let interface = interface.and_then(|was| of_interface(entity, was));
            let graph = entity.graph().ok()?;
            interface.or_else(|| of_nodes(entity.name(), template, lower(&graph).graph()))
        })
    })
}

fn of_interface(entity: &EntityDescriptor, was: &core::TypedInterface) -> Option<String> {
    let there = |variables: &Option<core::VariableMap>| {
        let variables = variables.iter().flat_map(|map| &map.variables);
        let types = variables.map(|(name, variable)| {
            let literal_type = variable.r#type.clone().unwrap_or_default();
            (name.clone(), shown(&literal_type))
        });
        types.collect::<BTreeMap<_, _>>()
    };
    let here = |name: &str, literal_type: &LiteralType| {
        (name.to_owned(), shown(&type_to_proto(literal_type)))
    };
    let inputs = entity.inputs().iter();
    let inputs = inputs.map(|input| here(input.name, &input.info.literal_type()));
    let outputs = entity.outputs().iter();
    let outputs = outputs.map(|output| here(output.name, &output.info.literal_type()));
    let is = text(&inputs.collect(), &outputs.collect());
    let was = text(&there(&was.inputs), &there(&was.outputs));
    (was != is).then(|| format!("`{}` was {was} and is {is}", entity.name()))
}

fn shown(literal_type: &core::LiteralType) -> String {
    match wire::decode_type(&literal_type.encode_to_vec()) {
        Ok(literal_type) => literal_type.to_string(),
        Err(error) => error.to_string(),
    }
}

fn text(inputs: &BTreeMap<String, String>, outputs: &BTreeMap<String, String>) -> String {
    let all = |all: &BTreeMap<String, String>| {
        let all = all.iter();
        let all: Vec<_> = all
            .map(|(name, literal_type)| format!("{name}: {literal_type}"))
            .collect();
        all.join(", ")
    };
    format!("({}) -> ({})", all(inputs), all(outputs))
}

/// What the nodes of a workflow run, by their ids.
type Runs = BTreeMap<String, String>;

fn of_nodes(workflow: &str, was: &core::WorkflowTemplate, is: &Graph) -> Option<String> {
    let nodes = was.nodes.iter().filter(|node| node.target.is_some());
    let was: Runs = nodes
        .map(|node| (node.id.clone(), runs_there(node, workflow)))
        .collect();
    let nodes = is.nodes().iter();
    let is: Runs = nodes
        .map(|node| (node.id().to_owned(), runs_here(node.target())))
        .collect();
    let gone = was.iter().find_map(|(id, runs)| match is.get(id) {
        Some(other) if other != runs => Some(format!(
            "node `{id}` of `{workflow}` ran {runs} and runs {other} now"
        )),
        Some(_) => None,
        None => Some(format!(
            "`{workflow}` has no node `{id}` any more, which ran {runs}"
        )),
    });
    gone.or_else(|| {
        let (id, runs) = is.iter().find(|(id, _)| !was.contains_key(*id))?;
        Some(format!(
            "`{workflow}` has a new node `{id}`, which runs {runs}"
        ))
    })
}

fn runs_there(node: &core::Node, workflow: &str) -> String {
    let named = named(node, workflow);
    match named.kind {
        NodeKind::Branch => "a branch".to_owned(),
        NodeKind::Gate => "a gate".to_owned(),
        _ => format!("`{}`", named.entity),
    }
}

fn runs_here(target: &NodeTarget) -> String {
    match target {
        NodeTarget::Branch(_) => "a branch".to_owned(),
        NodeTarget::Gate(_) => "a gate".to_owned(),
        NodeTarget::Inlined(graph) => format!("`{}`", graph.name()),
        NodeTarget::Map(map) => format!("`{}`", map.entity().name()),
        NodeTarget::Task(entity)
        | NodeTarget::Workflow(entity)
        | NodeTarget::LaunchPlan(entity) => {
            let reference = entity.reference().map(|reference| reference.name);
            format!("`{}`", reference.unwrap_or(entity.name()))
        }
        _ => no_other_variant!(NodeTarget),
    }
}
