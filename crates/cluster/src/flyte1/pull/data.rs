//! What an execution and its nodes were given and have returned.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
};

use flyte_idl::flyteidl::{admin, core};
use tokio::task::JoinSet;

use super::place::{Placed, Places};
use crate::flyte1::{
    client::{Again, Client, call},
    error::ClusterError,
    execution::{self, Execution},
    fetch::Status,
    outputs,
    upload::{self, local},
    watch::Place,
};
use flyte_context::storage::FileAccessProvider;
use flyte_core::{
    graph::{
        MapNode,
        entity::{EntityDescriptor, InputDescriptor},
    },
    panic,
    types::{Literal, LiteralType, LiteralValue, TypeInfo, Value},
};
use flyte_events::events::{NodeKind, Values};

/// How many nodes are asked for at once.
const AT_ONCE: usize = 8;

pub(super) type Literals = BTreeMap<String, Literal>;

/// The inputs and outputs of something.
#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) inputs: Literals,
    pub(super) outputs: Literals,
}

/// Those of an execution.
pub(super) async fn of_execution(
    client: &Client,
    execution: &Execution,
    notices: &mut BTreeSet<String>,
) -> Result<Data, ClusterError> {
    let info = execution::get(client, execution).await?;
    let closure = info.closure.unwrap_or_default();
    let request = admin::WorkflowExecutionGetDataRequest {
        id: Some(execution.id()),
    };
    let data = call!(client, admin, get_execution_data, Again::Yes, request)?;
    #[expect(
        deprecated,
        reason = "it is where the server puts a link to what it leaves out"
    )]
    let (given, returned) = (data.inputs, data.outputs);
    let name = &execution.name;
    let inputs = outputs::values(client, data.full_inputs, given, "", name).await?;
    let place = outputs::place_of(&closure).unwrap_or_default();
    let outputs = match Status::of_execution(closure.phase()).is_success() {
        true => outputs::values(client, data.full_outputs, returned, place, name).await?,
        false => Literals::new(),
    };
    let data = Data { inputs, outputs };
    Reading::new(notices).look_at(&data);
    Ok(data)
}

/// Those of all nodes, by their paths here.
pub(super) async fn of_nodes(
    client: &Client,
    places: &Places<'_>,
    notices: &mut BTreeSet<String>,
) -> Result<HashMap<String, Data>, ClusterError> {
    let mut wanted = Vec::new();
    for_all(&places.0, &mut |placed| wanted.extend(Wanted::of(placed)));
    let mut data = HashMap::new();
    let (mut waiting, mut under_way) = (wanted.into_iter(), JoinSet::new());
    loop {
        while under_way.len() < AT_ONCE
            && let Some(wanted) = waiting.next()
        {
            under_way.spawn(wanted.fetch(client.clone()));
        }
        let Some(fetched) = under_way.join_next().await else {
            break;
        };
        match fetched {
            Ok((path, Ok(fetched))) => drop(data.insert(path, fetched)),
            Ok((_, Err(error))) if error.is_absence() => return Err(error),
            Ok((path, Err(error))) => drop(notices.insert(format!("node {path}: {error}"))),
            Err(error) => drop(notices.insert(format!("a node could not be asked for: {error}"))),
        }
    }
    let mut elements = Vec::new();
    for_all(&places.0, &mut |placed| {
        if placed.info.kind == NodeKind::Map {
            elements.extend(placed.inside.iter().map(|element| (placed, element)));
        }
    });
    for (map, element) in elements {
        let around = data.get(&map.info.path);
        if let Some(own) = of_element(client, map, element, around).await {
            data.insert(element.info.path.clone(), own);
        }
    }
    let mut reading = Reading::new(notices);
    data.values().for_each(|data| reading.look_at(data));
    Ok(data)
}

fn for_all<'p, 't>(placed: &'p [Placed<'t>], work: &mut impl FnMut(&'p Placed<'t>)) {
    for one in placed {
        work(one);
        for_all(&one.inside, work);
    }
}

/// A node whose data is asked for.
struct Wanted {
    path: String,
    id: core::NodeExecutionIdentifier,
    /// Where its inputs are in the store, if it has any.
    inputs: String,
    outputs: String,
}

impl Wanted {
    fn of(placed: &Placed<'_>) -> Option<Self> {
        let run = placed.run?;
        let Place::Node {
            id,
            inputs,
            outputs,
        } = &run.place
        else {
            return None;
        };
        if matches!(run.status, Status::Queued | Status::Skipped) {
            return None;
        }
        let (has_inputs, has_outputs) = match (placed.entity, placed.info.kind) {
            (Some(entity), _) => (!entity.inputs().is_empty(), !entity.outputs().is_empty()),
            (None, NodeKind::Map) => (true, true),
            (None, _) => return None,
        };
        let place = |uri: &String, is_wanted: bool| match is_wanted {
            true => uri.clone(),
            false => String::new(),
        };
        Some(Self {
            path: placed.info.path.clone(),
            id: id.clone(),
            inputs: place(inputs, has_inputs),
            outputs: place(outputs, has_outputs && run.status.is_success()),
        })
    }

    async fn fetch(self, client: Client) -> (String, Result<Data, ClusterError>) {
        let fetched = self.data(&client).await;
        (self.path, fetched)
    }

    async fn data(&self, client: &Client) -> Result<Data, ClusterError> {
        let request = admin::NodeExecutionGetDataRequest {
            id: Some(self.id.clone()),
        };
        let client = client.clone();
        let data = call!(client, admin, get_node_execution_data, Again::Yes, request)?;
        #[expect(
            deprecated,
            reason = "it is where the server puts a link to what it leaves out"
        )]
        let (given, returned) = (data.inputs, data.outputs);
        let name = &self.path;
        Ok(Data {
            inputs: outputs::values(&client, data.full_inputs, given, &self.inputs, name).await?,
            outputs: outputs::values(&client, data.full_outputs, returned, &self.outputs, name)
                .await?,
        })
    }
}

/// Those of an element of a map, which are in the lists of the map; `None` if it has not run.
async fn of_element(
    client: &Client,
    map: &Placed<'_>,
    element: &Placed<'_>,
    around: Option<&Data>,
) -> Option<Data> {
    let (run, entity, around) = (element.run?, element.entity?, around?);
    let Place::Element(index) = run.place else {
        return None;
    };
    let index = index as usize;
    let inputs = entity.inputs().iter().filter_map(|input| {
        let whole = around.inputs.get(input.name)?;
        let own = match (&whole.value, takes_element(map.map.as_deref(), input)) {
            (LiteralValue::Collection(items), true) => items.get(index)?,
            _ => whole,
        };
        Some((input.name.to_owned(), own.clone()))
    });
    let inputs = inputs.collect();
    let mut outputs = Literals::new();
    if run.status.is_success() {
        let all = entity.outputs().iter().filter_map(|output| {
            let LiteralValue::Collection(items) = &around.outputs.get(output.name)?.value else {
                return None;
            };
            let item = items.get(index)?.clone();
            Some((output.name.to_owned(), plain(item, &output.info)))
        });
        outputs = all.collect();
        if outputs.len() < entity.outputs().len()
            && let Some(place) = map.run.and_then(|map| place_of(map, run))
            && let Ok(bytes) = outputs::stored(client, &place).await
            && let Ok(all) = outputs::decode(&bytes, &run.path)
        {
            // A map that has failed has no outputs, and those of its elements are in the store all the same.
            outputs = all;
        }
    }
    Some(Data { inputs, outputs })
}

/// Whether an input of a map's entity is an element of a list.
fn takes_element(map: Option<&MapNode>, input: &InputDescriptor) -> bool {
    match map {
        Some(map) => {
            let mut inputs = map.inputs.iter();
            inputs.any(|own| own.name == input.name && own.list.is_some())
        }
        // Of a map that a dynamic task has built it is known what the entity takes.
        None => !matches!(input.info.literal_type(), LiteralType::Collection(_)),
    }
}

/// An element of a list in which some may be missing is optional there.
fn plain(literal: Literal, info: &TypeInfo) -> Literal {
    match literal.value {
        LiteralValue::Union { value, .. }
            if !matches!(info.literal_type(), LiteralType::Union(_)) =>
        {
            *value
        }
        _ => literal,
    }
}

/// Where the engine has put the outputs of an element.
fn place_of(map: &crate::flyte1::NodeRun, element: &crate::flyte1::NodeRun) -> Option<String> {
    let (Place::Node { inputs, .. }, Place::Element(index)) = (&map.place, &element.place) else {
        return None;
    };
    let directory = inputs.strip_suffix("/inputs.pb")?;
    let attempt = element.attempts.last()?.number;
    Some(format!("{directory}/0/{index}/{attempt}/outputs.pb"))
}

/// The inputs of an entity, in its types.
pub(super) fn inputs(entity: &'static EntityDescriptor, literals: &Data) -> Result<Values, String> {
    let values = entity
        .inputs()
        .iter()
        .map(|input| match literals.inputs.get(input.name) {
            Some(literal) => value(&input.info, literal)
                .map_err(|problem| format!("input `{}`: {problem}", input.name)),
            None => match input.missing() {
                Some(default) => Ok(default.value),
                None => Err(format!("input `{}` is not there", input.name)),
            },
        });
    let values: Vec<_> = values.collect::<Result<_, _>>()?;
    Ok(Values::inputs(entity, &values))
}

/// The outputs of an entity, in its types.
pub(super) fn outputs(
    entity: &'static EntityDescriptor,
    literals: &Data,
) -> Result<Values, String> {
    let values = entity.outputs().iter().map(|output| {
        let literal = literals.outputs.get(output.name);
        let literal = literal.ok_or_else(|| format!("output `{}` is not there", output.name))?;
        value(&output.info, literal)
            .map_err(|problem| format!("output `{}`: {problem}", output.name))
    });
    let values: Vec<_> = values.collect::<Result<_, _>>()?;
    Ok(Values::outputs(entity.outputs(), &values))
}

fn value(info: &TypeInfo, literal: &Literal) -> Result<Value, String> {
    // Making the value may run the user's code.
    match panic::catch(|| info.from_literal(literal.clone())) {
        Ok(value) => value.map_err(|error| error.to_string()),
        Err(panic) => Err(format!("panicked at {}: {}", panic.place, panic.message)),
    }
}

/// Which files this build can read, of those that values refer to.
struct Reading<'n> {
    files: Option<FileAccessProvider>,
    schemes: BTreeSet<String>,
    notices: &'n mut BTreeSet<String>,
}

impl<'n> Reading<'n> {
    fn new(notices: &'n mut BTreeSet<String>) -> Self {
        Self {
            files: FileAccessProvider::temporary().ok(),
            schemes: BTreeSet::new(),
            notices,
        }
    }

    fn look_at(&mut self, data: &Data) {
        for literal in data.inputs.values().chain(data.outputs.values()) {
            for uri in upload::uris(literal) {
                self.look_at_file(uri);
            }
        }
    }

    /// Tells of each scheme once: a run may have very many files.
    fn look_at_file(&mut self, uri: &str) {
        if let Some(path) = local(uri) {
            if fs::symlink_metadata(&path).is_err() && self.schemes.insert("file".to_owned()) {
                let path = path.display();
                self.notices
                    .insert(format!("files are not on this machine, such as {path}"));
            }
            return;
        }
        let scheme = uri.split_once("://").map_or("", |(scheme, _)| scheme);
        if self.schemes.insert(scheme.to_owned())
            && let Some(files) = &self.files
            && let Err(error) = files.can_read(uri)
        {
            self.notices.insert(error.to_string());
        }
    }
}
