//! The recorded results of a run that is resumed.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::Path,
    sync::Arc,
    time::SystemTime,
};

use super::{
    directory::LOG,
    encode::{self, Memo},
    files::StoredFile,
    log::{Entry, Hash, Place, Reader, ValueFile},
    origin::RunOrigin,
    program::Program,
    record::{Begun, Kind, Record},
    rows::{Row, Rows, Told},
    stored::{Held, StoredValue, key_of},
};
use crate::events::Values;
use flyte_core::{
    graph::{Graph, entity::EntityDescriptor},
    panic::Each,
    types::{Literal, Value, wire},
};

/// The entity and inputs with which a run was started.
pub(super) struct Start {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) started: SystemTime,
    program: Program,
    inputs: Vec<StoredValue>,
    origin: Option<RunOrigin>,
}

/// The records that matter when a run is resumed.
pub(super) struct Known {
    pub(super) start: Start,
    /// The nodes that have returned outputs.
    pub(super) nodes: HashMap<String, KnownNode>,
    /// The run's outputs, if it has returned any.
    pub(super) outputs: Option<Vec<StoredValue>>,
    /// The names of the workflows whose graphs are recorded.
    pub(super) graphs: HashSet<String>,
    values: Literals,
    /// The hashes of the values in the file, in their order.
    order: Vec<Hash>,
    /// The end of the complete entries.
    pub(super) whole: u64,
    /// The number of bytes after them that were changed since they were written.
    pub(super) damage: u64,
}

/// The values of a run.
struct Literals {
    places: HashMap<Hash, Place>,
    file: ValueFile,
}

/// A node that has returned outputs.
pub(super) struct KnownNode {
    pub(super) entity: Arc<str>,
    /// The hash of its inputs.
    pub(super) key: Option<Hash>,
    /// The state of the files to which its inputs refer.
    pub(super) given: Vec<StoredFile>,
    pub(super) outputs: Vec<StoredValue>,
}

/// Whether resuming needs a kind of record.
fn is_wanted(kind: Kind) -> bool {
    matches!(kind, Kind::Run | Kind::Graph | Kind::Rows | Kind::Ended)
}

/// Whether the beginning of a run needs a kind of record.
fn is_first(kind: Kind) -> bool {
    kind == Kind::Run
}

impl Start {
    /// The first record, and the values before it, which are the inputs of the run.
    fn read(reader: &mut Reader) -> io::Result<(Self, Vec<(Hash, Place)>)> {
        let mut places = Vec::new();
        loop {
            match reader.next()? {
                Some(Entry::Value(hash, place)) => places.push((hash, place)),
                Some(Entry::Record(Record::Run(begun))) => {
                    let Begun {
                        id,
                        entity,
                        started,
                        program,
                        inputs,
                        origin,
                        ..
                    } = *begun;
                    let start = Self {
                        id,
                        entity,
                        started: started.time(),
                        program,
                        inputs,
                        origin,
                    };
                    return Ok((start, places));
                }
                Some(Entry::Record(_) | Entry::Rows(_)) | None => return Err(reader.no_run()),
            }
        }
    }

    /// How the resumed run differs from the recorded one.
    pub(super) fn difference(&self, graph: &Graph, inputs: &Values) -> Option<String> {
        let entity = graph.entity();
        if self.entity != entity.name() {
            return Some(format!(
                "it was a run of `{}`, and this is one of `{}`",
                self.entity,
                entity.name()
            ));
        }
        // What it ran elsewhere counts, and not what the program was that has brought it here.
        let origin = self.origin.as_ref();
        let elsewhere = origin.and_then(|origin| origin.difference.clone());
        let program = || self.program.difference(&Program::of(graph));
        elsewhere
            .or_else(program)
            .or_else(|| self.other_inputs(inputs))
    }

    /// Which input differs from the one with which the run was started.
    fn other_inputs(&self, inputs: &Values) -> Option<String> {
        let now: HashMap<&str, _> = inputs
            .iter()
            .map(|(name, info, value)| (name, (info, value)))
            .collect();
        self.inputs.iter().find_map(|recorded| {
            let name = &recorded.name;
            let Some((info, value)) = now.get(&**name) else {
                return Some(format!("it was given an input `{name}`"));
            };
            let encoded = encode::encode(info, value);
            let hash = encoded.ok().map(|bytes| Hash::of(&bytes));
            (hash.is_none() || hash != recorded.held.hash())
                .then(|| format!("its input `{name}` was another"))
        })
    }
}

/// The entity of a run, and the inputs with which it was started.
pub(super) struct Call {
    pub(super) start: Start,
    values: Literals,
}

impl Call {
    /// Reads only the beginning of a log.
    pub(super) fn read(directory: &Path) -> io::Result<Self> {
        let mut reader = Reader::open(&directory.join(LOG), is_first)?;
        let (start, places) = Start::read(&mut reader)?;
        let file = reader.into_values()?;
        let places = places.into_iter().collect();
        Ok(Self {
            start,
            values: Literals { places, file },
        })
    }

    /// The inputs.
    pub(super) fn inputs(&self, entity: &EntityDescriptor) -> Result<Vec<Value>, String> {
        let inputs = entity.inputs().iter().map(|input| {
            let mut stored = self.start.inputs.iter();
            let stored = stored.find(|stored| *stored.name == *input.name);
            let stored = stored.ok_or_else(|| format!("input `{}` is not in it", input.name))?;
            if is_of_another_type(stored, &encode::kind(&input.info)) {
                return Err(format!("its input `{}` was of another type", input.name));
            }
            let literal = self.values.literal(stored)?;
            let value = encode::decode(&input.info, literal);
            value.map_err(|error| format!("input `{}`: {error}", input.name))
        });
        inputs.collect()
    }
}

impl Known {
    pub(super) fn read(directory: &Path) -> io::Result<Self> {
        let mut reader = Reader::open(&directory.join(LOG), is_wanted)?;
        let (start, first) = Start::read(&mut reader)?;
        let mut order: Vec<_> = first.iter().map(|(hash, _)| *hash).collect();
        let mut places: HashMap<_, _> = first.into_iter().collect();
        let (mut nodes, mut outputs_of_run) = (KnownNodes::default(), None);
        let (mut rows, mut graphs) = (Rows::default(), HashSet::new());
        while let Some(entry) = reader.next()? {
            match entry {
                Entry::Value(hash, place) => {
                    places.insert(hash, place);
                    order.push(hash);
                }
                Entry::Rows(bytes) => {
                    let read = rows.read(&bytes, &order, &mut |row| nodes.take(row));
                    if read.is_none() {
                        reader.refuse();
                        break;
                    }
                }
                Entry::Record(Record::Graph(told)) => {
                    let known = told.graphs.into_iter();
                    let known = known.filter(|graph| graph.built_by.is_none());
                    graphs.extend(known.map(|graph| graph.entity));
                }
                Entry::Record(Record::Ended(ended)) if ended.state == "succeeded" => {
                    outputs_of_run = Some(ended.outputs);
                }
                Entry::Record(_) => {}
            }
        }
        Ok(Self {
            start,
            nodes: nodes.ended,
            outputs: outputs_of_run,
            graphs,
            whole: reader.whole(),
            damage: reader.damage(),
            values: Literals {
                places,
                file: reader.into_values()?,
            },
            order,
        })
    }

    /// The hashes of the values in the file, in their order.
    pub(super) fn hashes(&self) -> &[Hash] {
        &self.order
    }

    /// Outputs of an entity, or why they are not available.
    pub(super) fn values_of(
        &self,
        stored: &[StoredValue],
        entity: &EntityDescriptor,
        memo: &Memo,
    ) -> Result<Vec<Value>, String> {
        let outputs = entity.outputs().iter().map(|output| {
            let name = output.name;
            let stored = stored.iter().find(|stored| *stored.name == *name);
            let stored = stored.ok_or_else(|| format!("output `{name}` is not recorded"))?;
            if is_of_another_type(stored, &memo.kind(&output.info)) {
                return Err(format!("output `{name}` was of another type"));
            }
            let literal = self.values.literal(stored)?;
            if let Some(problem) = stored.files.iter().find_map(StoredFile::problem) {
                return Err(format!("in output `{name}`, {problem}"));
            }
            let value = encode::decode(&output.info, literal);
            value.map_err(|error| format!("output `{name}`: {error}"))
        });
        Ok(Each::collect(outputs)?.into_inner())
    }
}

/// The nodes of a log that is read.
#[derive(Default)]
struct KnownNodes {
    /// The inputs of those that have started.
    started: HashMap<String, (Vec<StoredValue>, Vec<StoredFile>)>,
    ended: HashMap<String, KnownNode>,
}

impl KnownNodes {
    fn take(&mut self, row: Row) {
        match row.told {
            Told::Started { inputs, given, .. } => {
                self.started.insert(row.path, (inputs, given));
            }
            Told::Ended { state, outputs, .. } => {
                let started = self.started.remove(&row.path);
                if state != "succeeded" && state != "cached" {
                    return;
                }
                // A node that has outputs has started; without its inputs it runs again.
                let key = started.as_ref().and_then(|(inputs, _)| key_of(inputs));
                let known = KnownNode {
                    entity: row.entity,
                    key,
                    given: started.map(|(_, given)| given).unwrap_or_default(),
                    outputs,
                };
                self.ended.insert(row.path, known);
            }
            _ => {}
        }
    }
}

impl Literals {
    fn literal(&self, stored: &StoredValue) -> Result<Literal, String> {
        let name = &stored.name;
        let unreadable = |problem: &str| format!("`{name}` cannot be read: {problem}");
        let bytes = match &stored.held {
            Held::Here(bytes) => bytes,
            Held::There(hash) => {
                let place = self.places.get(hash);
                let place = *place.ok_or_else(|| unreadable("its value is not recorded"))?;
                let bytes = self.file.read(hash, place);
                &bytes.map_err(|error| unreadable(&error.to_string()))?
            }
            Held::Lost(problem) => return Err(unreadable(problem)),
        };
        wire::decode(bytes).map_err(|error| unreadable(&error.to_string()))
    }
}

/// Whether a value was recorded with another type, if its type was recorded.
fn is_of_another_type(stored: &StoredValue, kind: &str) -> bool {
    stored.kind.as_deref().is_some_and(|stored| stored != kind)
}
