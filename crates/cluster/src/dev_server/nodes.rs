//! What nodes were given and have returned, what tasks have said, and the pages with their decks.

use std::{fs, path::PathBuf};

use flyte_idl::{
    flyteidl::{
        admin,
        core::{self, node::Target, workflow_node::Reference},
    },
    prost::Message as _,
    tonic::Status,
};

use super::{
    executions::{MOST, find},
    state::{Execution, Node, Shared},
};
use crate::literal;
use flyte_context::storage::FileAccessProvider;
use flyte_core::{
    graph::{NodeTarget, entity::EntityDescriptor},
    types::Literal,
};
use flyte_events::{
    events::Values,
    history::{History, RunRecord},
};

/// Values by name, as a server has them. Their files are put into the store.
pub(super) fn literals(files: Option<&FileAccessProvider>, values: &Values) -> core::LiteralMap {
    let literals = values.iter().filter_map(|(name, info, value)| {
        let literal = match files {
            Some(files) => files.uploading(|| info.to_literal(value)),
            None => info.to_literal(value),
        };
        Some((name.to_owned(), literal::to_proto(&literal.ok()?)))
    });
    core::LiteralMap {
        literals: literals.collect(),
    }
}

fn is_it(node: &Node, id: &core::NodeExecutionIdentifier) -> bool {
    let own = node.info.id.as_ref();
    own.is_some_and(|own| own.node_id == id.node_id)
}

pub(super) fn get_node_execution_data(
    shared: &Shared,
    request: admin::NodeExecutionGetDataRequest,
) -> Result<admin::NodeExecutionGetDataResponse, Status> {
    let id = request.id.unwrap_or_default();
    let mut rows = shared.rows();
    let execution = find(&mut rows, id.execution_id.as_ref())?;
    let node = execution.nodes.iter().find(|node| is_it(node, &id));
    let node =
        node.ok_or_else(|| Status::not_found(format!("failed to find node execution {id:?}")))?;
    let mut answer = admin::NodeExecutionGetDataResponse::default();
    if node.elements.is_empty() {
        answer.full_inputs = Some(node.inputs.clone());
        answer.full_outputs = Some(node.outputs.clone());
    } else {
        let bound = bound_inputs(shared, node);
        let mut elements = node.elements.values();
        let first = elements.next().map(|(inputs, _)| inputs.clone());
        let mut inputs = lists(node.elements.values().map(|(inputs, _)| inputs));
        for (name, literal) in first.unwrap_or_default().literals {
            if bound.contains(&name) {
                inputs.literals.insert(name, literal);
            }
        }
        answer.full_inputs = Some(inputs);
        if has_succeeded(node) {
            answer.full_outputs = Some(lists(node.elements.values().map(|(_, outputs)| outputs)));
        }
    }
    // What is too large for an answer is left out, and where there are links, one leads to it.
    #[expect(deprecated, reason = "it is where a server puts links")]
    for (full, link, name) in [
        (&mut answer.full_inputs, &mut answer.inputs, "inputs"),
        (&mut answer.full_outputs, &mut answer.outputs, "outputs"),
    ] {
        let bytes = full.as_ref().map(core::LiteralMap::encode_to_vec);
        let bytes = bytes.unwrap_or_default();
        if bytes.len() <= MOST {
            continue;
        }
        *full = Some(core::LiteralMap::default());
        let directory = directory_of(shared, node);
        let path = directory.join(format!("{name}.pb"));
        let written = fs::create_dir_all(&directory).and_then(|()| fs::write(&path, &bytes));
        written.map_err(|error| Status::internal(error.to_string()))?;
        if let Some(url) = shared.store.link(&shared.store.uri(&path)) {
            let bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            *link = Some(admin::UrlBlob { url, bytes });
        }
    }
    Ok(answer)
}

fn has_succeeded(node: &Node) -> bool {
    let closure = node.info.closure.as_ref();
    closure.is_some_and(|closure| closure.phase() == core::node_execution::Phase::Succeeded)
}

/// Where the files of a node are.
pub(super) fn directory_of(shared: &Shared, node: &Node) -> PathBuf {
    let id = node.info.id.clone().unwrap_or_default();
    let execution = id.execution_id.unwrap_or_default().name;
    let directory = shared.store.directory().join("nodes").join(execution);
    directory.join(id.node_id).join("data")
}

/// A list of the values of each name.
fn lists<'m>(maps: impl Iterator<Item = &'m core::LiteralMap> + Clone) -> core::LiteralMap {
    let names = maps.clone().flat_map(|map| map.literals.keys().cloned());
    let names: std::collections::BTreeSet<_> = names.collect();
    let none = || literal::to_proto(&Literal::NONE);
    let lists = names.into_iter().map(|name| {
        let items = maps.clone();
        let items = items.map(|map| map.literals.get(&name).cloned().unwrap_or_else(none));
        let list = core::LiteralCollection {
            literals: items.collect(),
        };
        let value = core::literal::Value::Collection(list);
        let list = core::Literal {
            value: Some(value),
            ..Default::default()
        };
        (name, list)
    });
    core::LiteralMap {
        literals: lists.collect(),
    }
}

/// The inputs of a map that are not lists.
fn bound_inputs(shared: &Shared, node: &Node) -> Vec<String> {
    let spec_id = node.info.metadata.as_ref().map(|own| &own.spec_node_id);
    let given = node.elements.values().next().map(|(inputs, _)| inputs);
    let (Some(spec_id), Some(given)) = (spec_id, given) else {
        return Vec::new();
    };
    let graphs = shared.entities.values().filter(|entity| entity.has_graph());
    let mut maps = graphs
        .filter_map(|entity| EntityDescriptor::graph(entity).ok())
        .flat_map(|graph| graph.nodes().to_vec())
        .filter(|node| node.id() == spec_id)
        .filter_map(|node| match node.target() {
            NodeTarget::Map(map) => Some(map.clone()),
            _ => None,
        });
    let takes = |name: &str| given.literals.contains_key(name);
    let map = maps.find(|map| map.inputs.iter().all(|input| takes(input.name)));
    let bound = map.map(|map| map.bound_inputs()).unwrap_or_default();
    bound.into_iter().map(str::to_owned).collect()
}

/// Keeps what an element of a map has returned where the engine puts it.
pub(super) fn keep_element(shared: &Shared, node: &Node, index: u32, outputs: &core::LiteralMap) {
    let directory = directory_of(shared, node).join(format!("0/{index}/0"));
    let bytes = outputs.encode_to_vec();
    let path = directory.join("outputs.pb");
    let written = fs::create_dir_all(&directory).and_then(|()| fs::write(path, bytes));
    if let Err(error) = written {
        tracing::warn!("the outputs of an element are not kept: {error}");
    }
}

/// The file with what an attempt has said, and a link to it.
pub(super) fn log_of(shared: &Shared, node: &Node, attempt: u32) -> (PathBuf, core::TaskLog) {
    let path = directory_of(shared, node).join(format!("{attempt}.log"));
    let uri = shared.store.uri(&path);
    let log = core::TaskLog {
        name: "Log".to_owned(),
        uri: shared.store.link(&uri).unwrap_or(uri),
        ..Default::default()
    };
    (path, log)
}

/// Adds a line to a log. A log that cannot be written is one that ends early.
pub(super) fn say(path: &PathBuf, line: &str) {
    use std::io::Write as _;
    let directory = path.parent().map_or(Ok(()), fs::create_dir_all);
    let file = directory.and_then(|()| {
        let mut options = fs::OpenOptions::new();
        options.create(true).append(true).open(path)
    });
    let written = file.and_then(|mut file| writeln!(file, "{line}"));
    if let Err(error) = written {
        tracing::warn!("a log is not written: {error}");
    }
}

/// Takes the pages with decks that a run has written, as far as its history knows them.
pub(super) fn take_decks(shared: &Shared, execution: &mut Execution, run: &RunRecord) {
    for recorded in run.nodes() {
        let Some(deck) = recorded
            .tried
            .iter()
            .rev()
            .find_map(|tried| tried.deck.clone())
        else {
            continue;
        };
        let id = super::runs::id_of(&recorded.path);
        let own = core::NodeExecutionIdentifier {
            node_id: id,
            execution_id: None,
        };
        let node = execution.nodes.iter_mut().find(|node| is_it(node, &own));
        if let Some(node) = node {
            let path = directory_of(shared, node).join("deck.html");
            let directory = path.parent().map_or(Ok(()), fs::create_dir_all);
            if directory
                .and_then(|()| fs::copy(deck, &path).map(drop))
                .is_ok()
            {
                node.info.closure.get_or_insert_default().deck_uri = shared.store.uri(&path);
            }
        }
    }
}

/// A link to the page with the decks of a node.
pub(super) fn deck_link(
    shared: &Shared,
    id: &core::NodeExecutionIdentifier,
) -> Result<String, Status> {
    let mut rows = shared.rows();
    let execution = find(&mut rows, id.execution_id.as_ref())?;
    let node = execution.nodes.iter().find(|node| is_it(node, id));
    let node = node.ok_or_else(|| {
        Status::invalid_argument(format!("failed to find node execution [{id:?}]"))
    })?;
    let deck = node.info.closure.as_ref().map(|closure| &closure.deck_uri);
    let deck = deck.filter(|deck| !deck.is_empty());
    let deck =
        deck.ok_or_else(|| Status::not_found(format!("no deckUrl found for request [{id:?}]")))?;
    shared.store.link(deck).ok_or_else(super::others::no_links)
}

/// The directory with the history of an execution's run, which knows what events do not tell.
pub(super) fn history(shared: &Shared, execution: &str) -> History {
    History::in_dir(shared.store.directory().join("runs").join(execution))
}

/// The graph that a dynamic task has built: what its nodes run, and what they need.
pub(super) fn get_dynamic_node_workflow(
    shared: &Shared,
    request: admin::GetDynamicNodeWorkflowRequest,
) -> Result<admin::DynamicNodeWorkflowResponse, Status> {
    let id = request.id.unwrap_or_default();
    let execution = id.execution_id.unwrap_or_default().name;
    let run = history(shared, &execution).run("last");
    let run = run.map_err(|error| Status::not_found(error.to_string()))?;
    let mut graphs = run.graphs().iter();
    let graph = graphs.find(|graph| {
        let built_by = graph.built_by.as_deref();
        built_by.is_some_and(|path| super::runs::id_of(path) == id.node_id)
    });
    let graph = graph.ok_or_else(|| Status::not_found("no graph is built yet"))?;
    let named = |name: &str| core::Identifier {
        name: name.to_owned(),
        ..Default::default()
    };
    let task = |entity: &str| {
        Target::TaskNode(core::TaskNode {
            reference: Some(core::task_node::Reference::ReferenceId(named(entity))),
            ..Default::default()
        })
    };
    let nodes = graph.nodes.iter().map(|node| core::Node {
        id: node.id.clone(),
        upstream_node_ids: node.needs.clone(),
        target: Some(match node.kind.as_str() {
            "workflow" => Target::WorkflowNode(core::WorkflowNode {
                reference: Some(Reference::SubWorkflowRef(named(&node.entity))),
            }),
            "launch_plan" => Target::WorkflowNode(core::WorkflowNode {
                reference: Some(Reference::LaunchplanRef(named(&node.entity))),
            }),
            "gate" => Target::GateNode(Box::default()),
            "branch" => Target::BranchNode(Box::default()),
            "map" => Target::ArrayNode(Box::new(core::ArrayNode {
                node: Some(Box::new(core::Node {
                    target: Some(task(&node.entity)),
                    ..Default::default()
                })),
                ..Default::default()
            })),
            _ => task(&node.entity),
        }),
        ..Default::default()
    });
    Ok(admin::DynamicNodeWorkflowResponse {
        compiled_workflow: Some(core::CompiledWorkflowClosure {
            primary: Some(core::CompiledWorkflow {
                template: Some(core::WorkflowTemplate {
                    // That of the node, since each attempt may build another.
                    id: Some(named(&format!("{execution}.{}", id.node_id))),
                    nodes: nodes.collect(),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            ..Default::default()
        }),
    })
}
