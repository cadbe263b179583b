//! Nodes with nodes inside that a resumed run goes through again.
//!
//! They had given their outputs, and give the same ones again unless something inside runs. Of one in which nothing
//! does, all is in the file already; so what is to be written of its start waits until something inside is written.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use super::{
    log::Hash,
    record::{NodeStarted, Record},
};
use flyte_core::lock::lock;

/// A record with the values that it names.
pub(super) struct Unwritten {
    pub(super) values: Vec<(Hash, Vec<u8>)>,
    pub(super) record: Record,
}

/// The starts that are not written, by the paths of the nodes.
#[derive(Default)]
pub(super) struct Walked(Mutex<HashMap<String, Unwritten>>);

impl Walked {
    pub(super) fn put_off(&self, values: Vec<(Hash, Vec<u8>)>, started: NodeStarted) {
        let path = started.node.clone();
        let record = Record::NodeStarted(started);
        lock(&self.0).insert(path, Unwritten { values, record });
    }

    /// Forgets the start of a node that has ended as it had before; `false` if it is written.
    pub(super) fn forget(&self, path: &str) -> bool {
        lock(&self.0).remove(path).is_some()
    }

    /// The starts to be written before anything about a node: its own, and those of the nodes around it, the outermost
    /// first. Nobody else gets any until `Due` is dropped, so that what is inside comes behind in the file.
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
