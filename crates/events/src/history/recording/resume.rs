//! Going on with a run that ended early: what it has returned is not computed again.

use std::{
    fs::File,
    path::PathBuf,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{Files, Recording, key_of};
use crate::events::{NodeInfo, Values};
use crate::history::{
    HistoryError, ResumeError,
    directory::{LOG, keep_damaged},
    encode::Memo,
    files::StoredFile,
    log::Writer,
    record::{Moment, Record, Resumed},
    recorded::{Known, KnownNode},
    stored::{Held, Made, StoredValue},
    writing::{Shared, Writing},
};
use flyte_config::private;
use flyte_core::{
    graph::{Graph, entity::EntityDescriptor},
    lock::lock,
    types::Value,
};

impl Recording {
    /// Resumes a run that ended early.
    pub(in crate::history) fn go_on(
        directory: PathBuf,
        held: File,
        known: Known,
        graph: &Graph,
        inputs: &Values,
    ) -> Result<Self, ResumeError> {
        let id = known.start.id.clone();
        if let Some(what) = known.start.difference(graph, inputs) {
            return Err(ResumeError::Differs { id, what });
        }
        let failed = |error| HistoryError::io(&directory, error);
        let mut file = private::open_to_add(&directory.join(LOG)).map_err(failed)?;
        let damage = known.damage;
        // What comes behind may still be of use to the user.
        let kept = match damage {
            0 => None,
            _ => Some(keep_damaged(&directory, &mut file).map_err(failed)?),
        };
        let writer = Writer::go_on(file, known.whole).map_err(failed)?;
        let recording = Self {
            started: known.start.started,
            id,
            memo: Memo::default(),
            log: Shared::new(directory.clone(), Writing::new(writer, known.hashes())),
            recalled: Mutex::default(),
            is_known: AtomicBool::new(false),
            graphs: Mutex::new(known.graphs.clone()),
            lines: Mutex::default(),
            has_lines: AtomicBool::new(false),
            held: Mutex::new(Some(held)),
            known: Some(known),
            directory,
        };
        // A run that already has its outputs is only read, so nothing is written.
        if recording
            .known
            .as_ref()
            .is_some_and(|known| known.outputs.is_none())
        {
            recording.resumed();
        }
        if let Some(kept) = kept {
            recording.tell(format!(
                "the history of the run is damaged, and its last {damage} bytes are not used: what they tell of runs \
                 again; {} has them",
                kept.display()
            ));
        }
        Ok(recording)
    }

    /// The outputs of a node that had ended before the run was resumed, if its inputs are the same; or why they cannot
    /// be used.
    pub fn known(
        &self,
        node: &str,
        entity: &EntityDescriptor,
        inputs: &Values,
    ) -> Option<Result<Vec<Value>, String>> {
        let known = self.known.as_ref()?;
        let recorded = self.known_node(node, entity.name())?;
        let (made, _) = self.make(inputs, Files::Passed);
        let key = key_of(inputs, &made)?;
        if recorded.key != Some(key) {
            return None;
        }
        let difference = recorded.given.iter().find_map(StoredFile::difference);
        let outputs = match difference {
            Some(difference) => Err(format!("of what it was given, {difference}")),
            None => known.values_of(&recorded.outputs, entity, &self.memo),
        };
        match &outputs {
            Ok(_) => drop(lock(&self.recalled).insert(node.to_owned())),
            Err(_) => self.write_again(&recorded.outputs),
        }
        Some(outputs)
    }

    /// The outputs of the run, if it had succeeded before it was resumed.
    pub fn known_outputs(&self, entity: &EntityDescriptor) -> Option<Result<Vec<Value>, String>> {
        let known = self.known.as_ref()?;
        let outputs = known.values_of(known.outputs.as_ref()?, entity, &self.memo);
        match &outputs {
            Ok(_) => self.is_known.store(true, Ordering::Relaxed),
            Err(_) => {
                self.write_again(known.outputs.iter().flatten());
                self.resumed();
            }
        }
        Some(outputs)
    }

    /// Marks values to be written again, because their bytes in the file may be unreadable.
    fn write_again<'a>(&self, values: impl IntoIterator<Item = &'a StoredValue>) {
        self.log.put_off(|log| {
            for stored in values {
                if let Held::There(hash) = &stored.held {
                    log.forget_value(hash);
                }
            }
        });
    }

    /// Whether a composite node had already returned outputs for the same inputs.
    pub(super) fn has_ended_before(&self, node: &NodeInfo, inputs: &Values, made: &[Made]) -> bool {
        self.known_node(&node.path, &node.entity)
            .is_some_and(|known| known.key == key_of(inputs, made))
    }

    pub(super) fn known_node(&self, path: &str, entity: &str) -> Option<&KnownNode> {
        let known = self.known.as_ref()?.nodes.get(path)?;
        (&*known.entity == entity).then_some(known)
    }

    /// Whether values are those that were recorded.
    pub(super) fn is_same(&self, recorded: &[StoredValue], values: &Values, made: &[Made]) -> bool {
        let now = values.iter().zip(made);
        recorded.len() == values.len()
            && recorded
                .iter()
                .zip(now)
                .all(|(recorded, ((name, info, _), made))| {
                    *recorded.name == *name
                        && recorded.kind.as_deref() == Some(self.memo.kind(info).as_str())
                        && recorded.held.hash().is_some()
                        && recorded.held.hash() == made.held.hash()
                        && recorded.files == made.files
                })
    }

    fn resumed(&self) {
        let resumed = Record::Resumed(Resumed { at: Moment::now() });
        self.log.write(|log| log.record(&resumed, Vec::new()));
    }
}
