//! The recorded results of a run that is resumed.

use std::{collections::HashMap, io, path::Path, time::SystemTime};

use super::{
    directory::LOG,
    encode::{self, Memo},
    files::StoredFile,
    log::{Entry, Hash, Place, Reader, ValueFile},
    program::Program,
    record::{Begun, Kind, Record, StoredValue},
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
}

/// The records that matter when a run is resumed.
pub(super) struct Known {
    pub(super) start: Start,
    /// The nodes that have returned outputs.
    pub(super) nodes: HashMap<String, KnownNode>,
    /// The run's outputs, if it has returned any.
    pub(super) outputs: Option<Vec<StoredValue>>,
    values: Literals,
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
    pub(super) entity: String,
    /// The hash of its inputs.
    pub(super) key: Option<Hash>,
    /// The state of the files to which its inputs refer.
    pub(super) given: Vec<StoredFile>,
    pub(super) outputs: Vec<StoredValue>,
}

/// Whether resuming needs a kind of record: the start of a node that did not end is not needed.
fn is_wanted(kind: Kind) -> bool {
    matches!(kind, Kind::Run | Kind::NodeEnded | Kind::Ended)
}

impl Start {
    /// The first record, and the values before it, which are the inputs of the run.
    fn read(reader: &mut Reader) -> io::Result<(Self, HashMap<Hash, Place>)> {
        let mut places = HashMap::new();
        loop {
            match reader.next()? {
                Some(Entry::Value(hash, place)) => places.insert(hash, place),
                Some(Entry::Record(Record::Run(begun))) => {
                    let Begun {
                        id,
                        entity,
                        started,
                        program,
                        inputs,
                        ..
                    } = *begun;
                    let start = Self {
                        id,
                        entity,
                        started: started.time(),
                        program,
                        inputs,
                    };
                    return Ok((start, places));
                }
                Some(Entry::Record(_)) | None => return Err(reader.no_run()),
            };
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
        let program = self.program.difference(&Program::of(graph));
        program.or_else(|| self.other_inputs(inputs))
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
            let hash = encoded.ok().map(|bytes| Hash::of(&bytes).hex());
            (hash.is_none() || hash != recorded.value)
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
        let mut reader = Reader::open(&directory.join(LOG), is_wanted)?;
        let (start, places) = Start::read(&mut reader)?;
        let file = reader.into_values()?;
        Ok(Self {
            start,
            values: Literals { places, file },
        })
    }

    /// The inputs.
    pub(super) fn inputs(&self, entity: &EntityDescriptor) -> Result<Vec<Value>, String> {
        let inputs = entity.inputs().iter().map(|input| {
            let mut stored = self.start.inputs.iter();
            let stored = stored.find(|stored| stored.name == input.name);
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
        let (start, mut places) = Start::read(&mut reader)?;
        let mut nodes = HashMap::new();
        let mut outputs_of_run = None;
        while let Some(entry) = reader.next()? {
            match entry {
                Entry::Value(hash, place) => {
                    places.insert(hash, place);
                }
                Entry::Record(Record::NodeEnded(ended))
                    if ended.state == "succeeded" || ended.state == "cached" =>
                {
                    let key = ended.key.and_then(|key| Hash::from_hex(&key));
                    let known = KnownNode {
                        entity: ended.entity,
                        key,
                        given: ended.given,
                        outputs: ended.outputs,
                    };
                    nodes.insert(ended.node, known);
                }
                Entry::Record(Record::Ended(ended)) if ended.state == "succeeded" => {
                    outputs_of_run = Some(ended.outputs);
                }
                Entry::Record(_) => {}
            }
        }
        Ok(Self {
            start,
            nodes,
            outputs: outputs_of_run,
            whole: reader.whole(),
            damage: reader.damage(),
            values: Literals {
                places,
                file: reader.into_values()?,
            },
        })
    }

    /// The hashes of the values in the file.
    pub(super) fn hashes(&self) -> impl Iterator<Item = Hash> {
        self.values.places.keys().copied()
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
            let stored = stored.iter().find(|stored| stored.name == name);
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

impl Literals {
    fn literal(&self, stored: &StoredValue) -> Result<Literal, String> {
        let name = &stored.name;
        let unreadable = |problem: &str| format!("`{name}` cannot be read: {problem}");
        let Some(text) = &stored.value else {
            let problem = stored.problem.as_deref().unwrap_or("it is not recorded");
            return Err(unreadable(problem));
        };
        let hash = Hash::from_hex(text).ok_or_else(|| unreadable("its hash is none"))?;
        let place = self.places.get(&hash);
        let place = *place.ok_or_else(|| unreadable("its value is not recorded"))?;
        let bytes = self.file.read(&hash, place);
        let bytes = bytes.map_err(|error| unreadable(&error.to_string()))?;
        wire::decode(&bytes).map_err(|error| unreadable(&error.to_string()))
    }
}

/// Whether a value was recorded with another type, if its type was recorded.
fn is_of_another_type(stored: &StoredValue, kind: &str) -> bool {
    stored.kind.as_ref().is_some_and(|stored| stored != kind)
}
