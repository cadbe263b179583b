//! Attempts that are told when they are to end.

use std::collections::HashMap;

use super::sync::{Mutex, lock};

/// How to tell them, by the number of each.
pub(super) struct InFlight<T>(Mutex<List<T>>);

struct List<T> {
    next: u64,
    /// `None` for one that cannot be told yet.
    attempts: HashMap<u64, Option<T>>,
}

impl<T> InFlight<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(List {
            next: 0,
            attempts: HashMap::new(),
        }))
    }

    /// A number for an attempt, to be forgotten when it ends.
    pub(super) fn begin(&self) -> u64 {
        let mut list = lock(&self.0);
        list.next += 1;
        let number = list.next;
        list.attempts.insert(number, None);
        number
    }

    /// Remembers how to tell an attempt, unless it has ended meanwhile. Gives that back when it is to be told now: what
    /// stops attempts says so first and takes them afterwards, so it may have come before this.
    #[must_use = "it is to be told"]
    pub(super) fn watch(
        &self,
        number: u64,
        tell: T,
        is_stopped: impl FnOnce() -> bool,
    ) -> Option<T> {
        {
            let mut list = lock(&self.0);
            match list.attempts.get_mut(&number) {
                Some(known) => *known = Some(tell),
                None => {
                    drop(list);
                    // It may hold what is the user's, so outside of the lock.
                    drop(tell);
                    return None;
                }
            }
        }
        if !is_stopped() {
            return None;
        }
        let told = lock(&self.0).attempts.remove(&number);
        told.flatten()
    }

    /// Takes those out that are to be told.
    pub(super) fn take(&self, which: impl Fn(&T) -> bool) -> Vec<T> {
        let mut list = lock(&self.0);
        let attempts = list
            .attempts
            .extract_if(|_, tell| tell.as_ref().is_some_and(&which));
        attempts.filter_map(|(_, tell)| tell).collect()
    }

    /// An attempt has ended.
    pub(super) fn forget(&self, number: u64) {
        let _tell = lock(&self.0).attempts.remove(&number);
    }
}
