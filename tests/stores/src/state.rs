//! What is in a store.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, atomic::AtomicUsize},
    time::Duration,
};

#[derive(Default)]
pub(crate) struct State {
    pub(crate) objects: Mutex<BTreeMap<String, Object>>,
    pub(crate) uploads: Mutex<BTreeMap<String, BTreeMap<String, Object>>>,
    /// How many requests are still to be refused.
    pub(crate) refuse: AtomicUsize,
    pub(crate) requests: AtomicUsize,
    pub(crate) parts: AtomicUsize,
    pub(crate) meeting: Meeting,
}

/// Requests for objects that wait for one another.
#[derive(Default)]
pub(crate) struct Meeting {
    /// How many are to meet, and how many have come.
    counts: Mutex<(usize, usize)>,
    came: Condvar,
}

impl Meeting {
    pub(crate) fn of(&self, wanted: usize) {
        *self.counts.lock().unwrap() = (wanted, 0);
    }

    /// Waits for the others, but not for ever.
    pub(crate) fn join(&self) {
        let mut counts = self.counts.lock().unwrap();
        counts.1 += 1;
        self.came.notify_all();
        let missing = |(wanted, here): &mut (usize, usize)| here < wanted;
        let (mut counts, late) = self
            .came
            .wait_timeout_while(counts, Duration::from_secs(10), missing)
            .unwrap();
        if late.timed_out() {
            counts.1 -= 1;
        }
    }

    pub(crate) fn has_met(&self) -> bool {
        let (wanted, here) = *self.counts.lock().unwrap();
        here >= wanted
    }
}

#[derive(Clone, Default)]
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    /// Zeros behind the bytes, which need no memory.
    pub(crate) zeros: usize,
    pub(crate) headers: BTreeMap<String, String>,
}

impl Object {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len() + self.zeros
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.bytes.is_empty() && bytes.iter().all(|byte| *byte == 0) {
            self.zeros += bytes.len();
        } else {
            // Zeros come last or alone.
            self.bytes.resize(self.len(), 0);
            self.zeros = 0;
            self.bytes.extend_from_slice(bytes);
        }
    }

    pub(crate) fn append(&mut self, part: Self) {
        if !part.bytes.is_empty() {
            self.push(&part.bytes);
        }
        self.zeros += part.zeros;
    }
}

/// How many names are in one page of a list; there have to be more pages in a test than one.
const PAGE: usize = 3;

impl State {
    /// Names in `bucket`, from behind `after`, and whether there are more. With a delimiter those of what is in a
    /// directory are one name, that of the directory with the delimiter; it has no size.
    pub(crate) fn page(
        &self,
        bucket: &str,
        prefix: &str,
        delimiter: Option<&str>,
        after: Option<&str>,
    ) -> (Vec<(String, Option<usize>)>, bool) {
        let objects = self.objects.lock().unwrap();
        let wanted = format!("{bucket}/{prefix}");
        let mut all: Vec<(String, Option<usize>)> = objects
            .iter()
            .filter(|(name, _)| name.starts_with(&wanted))
            .map(|(name, object)| {
                let inner = &name[wanted.len()..];
                match delimiter.and_then(|delimiter| inner.split_once(delimiter)) {
                    Some((directory, _)) => (format!("{prefix}{directory}/"), None),
                    None => (format!("{prefix}{inner}"), Some(object.len())),
                }
            })
            .filter(|(name, _)| after.is_none_or(|after| name.as_str() > after))
            .collect();
        all.dedup();
        let more = all.len() > PAGE;
        all.truncate(PAGE);
        (all, more)
    }
}
