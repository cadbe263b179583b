//! What an execution and its nodes were given and have returned.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
};

use super::place::{Placed, Places};
use crate::flyte1::{
    client::Client,
    error::ClusterError,
    execution::{self, Execution},
    fetch::Status,
    node_values::{self, Fetched, Literals, Wanted},
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
    let inputs = outputs::inputs(client, execution).await?;
    let status = Status::of_execution(info.closure.unwrap_or_default().phase());
    let outputs = match status.is_success() {
        true => outputs::outputs(client, execution).await?,
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
    let mut all = Vec::new();
    for_all(&places.0, &mut |placed| all.extend(wanted(placed)));
    let mut data = HashMap::new();
    for (path, fetched) in node_values::fetch(client, all).await {
        let fetched = fetched.and_then(|Fetched { inputs, outputs }| {
            let outputs = outputs?;
            Ok(Data { inputs, outputs })
        });
        match fetched {
            Ok(fetched) => drop(data.insert(path, fetched)),
            Err(error) if error.is_absence() => return Err(error),
            Err(error) => drop(notices.insert(format!("node {path}: {error}"))),
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

/// What to ask of a node.
fn wanted(placed: &Placed<'_>) -> Option<Wanted> {
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
    Some(Wanted {
        path: placed.info.path.clone(),
        id: id.clone(),
        inputs: place(inputs, has_inputs),
        outputs: place(outputs, has_outputs && run.status.is_success()),
    })
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
