//! What nodes were given and have given.

use std::{collections::BTreeMap, fs};

use flyte_idl::{
    flyteidl::{
        admin::{self, node_execution_closure::OutputResult},
        core,
    },
    prost::Message as _,
    tonic::Status,
};

use super::{
    executions::{MOST, find},
    runs::{element_of, node_of},
    state::{Execution, Shared},
    store::Store,
};
use flyte_core::types::{Literal, LiteralValue, wire};
use flyte_events::events::{Event, EventKind, NodeState, Values};

/// Keeps the values that an event has. A server has no nodes for elements of maps: what they give is in the lists that
/// the map gives. Of a map with elements that failed nothing is kept.
pub(super) fn keep(store: &Store, execution: &mut Execution, event: &Event) {
    match &event.kind {
        EventKind::NodeStarted { node, inputs, .. } if element_of(node).is_none() => {
            let bytes = encoded(&literals(inputs));
            let place = place(store, execution, &node.path, "inputs", &bytes);
            let node = node_of(execution, node);
            node.info.input_uri = place;
            node.inputs = bytes;
        }
        EventKind::NodeEnded {
            node,
            outputs,
            state: NodeState::Succeeded | NodeState::Recalled(_),
            ..
        } => {
            let outputs = literals(outputs);
            if let Some((map, index)) = element_of(node) {
                node_of(execution, &map).elements.insert(index, outputs);
                return;
            }
            let elements = std::mem::take(&mut node_of(execution, node).elements);
            let outputs = match outputs.is_empty() {
                true => lists(elements),
                false => outputs,
            };
            let bytes = encoded(&outputs);
            let place = place(store, execution, &node.path, "outputs", &bytes);
            let node = node_of(execution, node);
            #[expect(deprecated, reason = "it is where a server says where outputs are")]
            let result = OutputResult::OutputUri(place);
            if !bytes.is_empty() {
                node.info.closure.get_or_insert_default().output_result = Some(result);
                node.outputs = bytes;
            }
        }
        _ => {}
    }
}

/// The outputs of elements, which lie beside each other without a gap, as those of their map.
fn lists(elements: BTreeMap<u32, BTreeMap<String, Literal>>) -> BTreeMap<String, Literal> {
    let is_whole = (0..)
        .zip(elements.keys())
        .all(|(expected, index)| expected == *index);
    let mut lists: BTreeMap<String, Vec<Literal>> = BTreeMap::new();
    for (name, literal) in elements.into_values().flatten().filter(|_| is_whole) {
        lists.entry(name).or_default().push(literal);
    }
    let lists = lists.into_iter();
    lists
        .map(|(name, items)| (name, LiteralValue::Collection(items).into()))
        .collect()
}

fn literals(values: &Values) -> BTreeMap<String, Literal> {
    let literals = values.names().filter_map(|name| {
        let literal = values.literal(name)?.ok()?;
        Some((name.to_owned(), literal))
    });
    literals.collect()
}

/// In the form of the file that values are in.
fn encoded(values: &BTreeMap<String, Literal>) -> Vec<u8> {
    wire::encode_map(
        values
            .iter()
            .map(|(name, literal)| (name.as_str(), literal)),
    )
}

/// Where values are. Only what is too large for an answer has a file.
fn place(store: &Store, execution: &Execution, path: &str, what: &str, bytes: &[u8]) -> String {
    let name = execution.info.id.as_ref().map(|id| id.name.as_str());
    let name = name.unwrap_or_default();
    let file = format!("{name}-{}-{what}.pb", path.replace(['/', '[', ']'], "-"));
    let path = store.directory().join(file);
    if bytes.len() > MOST {
        // Without the file a client is told that it is not there.
        let _written = fs::write(&path, bytes);
    }
    store.uri(&path)
}

pub(super) fn get_node_execution_data(
    shared: &Shared,
    request: admin::NodeExecutionGetDataRequest,
) -> Result<admin::NodeExecutionGetDataResponse, Status> {
    let id = request.id.unwrap_or_default();
    let mut rows = shared.rows();
    let execution = find(&mut rows, id.execution_id.as_ref())?;
    let mut nodes = execution.nodes.iter();
    let node = nodes.find(|node| {
        let own = node.info.id.as_ref();
        own.is_some_and(|own| own.node_id == id.node_id)
    });
    let node = node.ok_or_else(|| {
        Status::not_found(format!(
            "missing entity of type node execution with identifier node_id:\"{}\"",
            id.node_id
        ))
    })?;
    let closure = node.info.closure.clone().unwrap_or_default();
    #[expect(deprecated, reason = "it is where a server says where outputs are")]
    let output_uri = match closure.output_result {
        Some(OutputResult::OutputUri(uri)) => uri,
        _ => String::new(),
    };
    let (full_inputs, inputs) = answered(shared, &node.inputs, &node.info.input_uri);
    let (full_outputs, outputs) = answered(shared, &node.outputs, &output_uri);
    #[expect(deprecated, reason = "it is where a server puts links")]
    let answer = admin::NodeExecutionGetDataResponse {
        inputs,
        outputs,
        full_inputs,
        full_outputs,
        ..Default::default()
    };
    Ok(answer)
}

/// Values as an answer has them: what is too large is left out, and only a link says so, where there are links.
fn answered(
    shared: &Shared,
    bytes: &[u8],
    uri: &str,
) -> (Option<core::LiteralMap>, Option<admin::UrlBlob>) {
    if bytes.len() <= MOST {
        return (core::LiteralMap::decode(bytes).ok(), None);
    }
    let link = shared.store.link(uri).map(|url| admin::UrlBlob {
        url,
        bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
    });
    (Some(core::LiteralMap::default()), link)
}
