//! Composite nodes that a resumed run walks again.
//!
//! They had already returned their outputs, and return the same ones again unless a node inside runs. If none does, the
//! file already has all their records. So the record of their start is deferred until a record about a node inside is
//! written.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use super::{
    log::Hash,
    record::{NodeStarted, Record},
};
use flyte_core::lock::lock;

/// A record with its values.
pub(super) struct Unwritten {
    pub(super) values: Vec<(Hash, Vec<u8>)>,
    pub(super) record: Record,
}

/// The deferred start records, by the paths of the nodes.
#[derive(Default)]
pub(super) struct Walked(Mutex<HashMap<String, Unwritten>>);

impl Walked {
    pub(super) fn put_off(&self, values: Vec<(Hash, Vec<u8>)>, started: NodeStarted) {
        let path = started.node.clone();
        let record = Record::NodeStarted(started);
        lock(&self.0).insert(path, Unwritten { values, record });
    }

    /// Drops the start record of a node that has ended as before; `false` if the record was already written.
    pub(super) fn forget(&self, path: &str) -> bool {
        lock(&self.0).remove(path).is_some()
    }

    /// The start records to write before any record about a node: its own and those of its enclosing nodes, outermost
    /// first. No other thread gets any until `Due` is dropped, so that records about inner nodes come later in the
    /// file.
    pub(super) fn due(&self, path: &str) -> Due<'_> {
        let mut walked = lock(&self.0);
        let mut unwritten = Vec::new();
        if !walked.is_empty() {
            let ends = path.match_indices(['/', '[']).map(|(end, _)| end);
            for end in ends.chain([path.len()]) {
                unwritten.extend(walked.remove(&path[..end]));
            }
        }
        Due {
            unwritten,
            _others_wait: walked,
        }
    }
}

pub(super) struct Due<'w> {
    pub(super) unwritten: Vec<Unwritten>,
    _others_wait: MutexGuard<'w, HashMap<String, Unwritten>>,
}
