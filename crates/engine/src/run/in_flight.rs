//! Attempts that can be signalled to end.

use std::collections::HashMap;

use super::sync::{Mutex, lock};

/// The signal for each attempt, by its number.
pub(super) struct InFlight<T>(Mutex<List<T>>);

struct List<T> {
    next: u64,
    /// `None` for an attempt that cannot be signalled yet.
    attempts: HashMap<u64, Option<T>>,
}

impl<T> InFlight<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(List {
            next: 0,
            attempts: HashMap::new(),
        }))
    }

    /// Returns a number for an attempt. Call [`forget`](Self::forget) when the attempt ends.
    pub(super) fn begin(&self) -> u64 {
        let mut list = lock(&self.0);
        list.next += 1;
        let number = list.next;
        list.attempts.insert(number, None);
        number
    }

    /// Stores the signal for an attempt, unless the attempt has ended meanwhile. Returns the signal if it must be sent
    /// now: a stop first sets its flag and then takes the signals, so it may have come before this call.
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
                    // It may hold values of user types, so it is dropped outside of the lock.
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

    /// Takes the signals that must be sent.
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
