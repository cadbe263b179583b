//! What a run had done before it was resumed.

use std::{collections::HashMap, io, path::Path, time::SystemTime};

use super::{
    encode,
    files::StoredFile,
    log::{Entry, Hash, Place, Reader, ValueFile},
    program::Program,
    record::{Record, StoredValue},
    recording::LOG,
};
use crate::{
    entity::EntityDescriptor,
    events::Values,
    types::{Literal, TypeInfo, Value, wire},
};

/// All that a run has recorded and that counts when it goes on.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) entity: String,
    pub(super) started: SystemTime,
    pub(super) program: Program,
    inputs: Vec<StoredValue>,
    /// The nodes that have given outputs.
    pub(super) nodes: HashMap<String, KnownNode>,
    /// Those of the run, if it has given any.
    pub(super) outputs: Option<Vec<StoredValue>>,
    pub(super) values: HashMap<Hash, Place>,
    file: ValueFile,
    /// Where the whole entries end.
    pub(super) whole: u64,
    /// How many bytes behind them were changed since they were written.
    pub(super) damage: u64,
}

/// A node that has given outputs.
pub(super) struct KnownNode {
    pub(super) entity: String,
    /// What its inputs are known by.
    pub(super) key: Option<Hash>,
    /// What the files were like that its inputs name.
    pub(super) given: Vec<StoredFile>,
    pub(super) outputs: Vec<StoredValue>,
}

fn no_run() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it holds no run: the process that was to write it was ended before",
    )
}

impl Known {
    pub(super) fn read(directory: &Path) -> io::Result<Self> {
        let mut reader = Reader::open(&directory.join(LOG))?;
        let mut values = HashMap::new();
        // The inputs of the run are values that come before it.
        let first = loop {
            match reader.next()? {
                Some(Entry::Value(hash, place)) => values.insert(hash, place),
                Some(Entry::Record(record)) => break *record,
                None => return Err(no_run()),
            };
        };
        let Record::Run {
            id,
            entity,
            started,
            program,
            inputs,
            ..
        } = first
        else {
            return Err(no_run());
        };
        let mut nodes = HashMap::new();
        let mut outputs_of_run = None;
        while let Some(entry) = reader.next()? {
            let record = match entry {
                Entry::Value(hash, place) => {
                    values.insert(hash, place);
                    continue;
                }
                Entry::Record(record) => *record,
            };
            match record {
                Record::NodeEnded {
                    node,
                    entity,
                    state,
                    key,
                    given,
                    outputs,
                    ..
                } if state == "succeeded" || state == "cached" => {
                    let key = key.and_then(|key| Hash::from_hex(&key));
                    let known = KnownNode {
                        entity,
                        key,
                        given,
                        outputs,
                    };
                    nodes.insert(node, known);
                }
                Record::Ended { state, outputs, .. } if state == "succeeded" => {
                    outputs_of_run = Some(outputs);
                }
                _ => {}
            }
        }
        Ok(Self {
            id,
            entity,
            started: started.time(),
            program,
            inputs,
            nodes,
            outputs: outputs_of_run,
            values,
            whole: reader.whole(),
            damage: reader.damage(),
            file: reader.into_values(),
        })
    }

    /// Which input is another than the run was started with.
    pub(super) fn other_inputs(&self, inputs: &Values) -> Option<String> {
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

    /// The inputs that the run was started with.
    #[cfg(feature = "cli")]
    pub(super) fn inputs(&self, entity: &EntityDescriptor) -> Result<Vec<Value>, String> {
        let inputs = entity.inputs().iter().map(|input| {
            let stored = self.inputs.iter().find(|stored| stored.name == input.name);
            let stored = stored.ok_or_else(|| format!("input `{}` is not in it", input.name))?;
            if is_of_another_type(stored, &input.info) {
                return Err(format!("its input `{}` was of another type", input.name));
            }
            let literal = self.literal(stored)?;
            let value = input.info.from_literal(literal);
            value.map_err(|error| format!("input `{}`: {error}", input.name))
        });
        inputs.collect()
    }

    /// Outputs of an entity; or why they cannot be had.
    pub(super) fn values_of(
        &self,
        stored: &[StoredValue],
        entity: &EntityDescriptor,
    ) -> Result<Vec<Value>, String> {
        let outputs = entity.outputs().iter().map(|output| {
            let name = output.name;
            let stored = stored.iter().find(|stored| stored.name == name);
            let stored = stored.ok_or_else(|| format!("output `{name}` is not recorded"))?;
            if is_of_another_type(stored, &output.info) {
                return Err(format!("output `{name}` was of another type"));
            }
            let literal = self.literal(stored)?;
            if let Some(problem) = stored.files.iter().find_map(StoredFile::problem) {
                return Err(format!("in output `{name}`, {problem}"));
            }
            let value = output.info.from_literal(literal);
            value.map_err(|error| format!("output `{name}`: {error}"))
        });
        outputs.collect()
    }

    fn literal(&self, stored: &StoredValue) -> Result<Literal, String> {
        let name = &stored.name;
        let unreadable = |problem: &str| format!("`{name}` cannot be read: {problem}");
        let Some(text) = &stored.value else {
            let problem = stored.problem.as_deref().unwrap_or("it is not recorded");
            return Err(unreadable(problem));
        };
        let hash = Hash::from_hex(text).ok_or_else(|| unreadable("its hash is none"))?;
        let place = self.values.get(&hash);
        let place = *place.ok_or_else(|| unreadable("its value is not recorded"))?;
        let bytes = self.file.read(&hash, place);
        let bytes = bytes.map_err(|error| unreadable(&error.to_string()))?;
        wire::decode(&bytes).map_err(|error| unreadable(&error.to_string()))
    }
}

/// Whether a value was recorded as one of another type, if that was recorded.
fn is_of_another_type(stored: &StoredValue, info: &TypeInfo) -> bool {
    let kind = stored.kind.as_ref();
    kind.is_some_and(|kind| *kind != encode::kind(info))
}
