//! Items that wait without a thread and without a permit.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, OnceLock},
};

use super::sync::lock;

/// Waiting items, each with its waker, and items whose wait is over.
pub(crate) struct Parking<T, W> {
    /// Created for the first item, because most runs have none.
    list: OnceLock<Mutex<List<T, W>>>,
}

struct List<T, W> {
    next: u64,
    waiting: HashMap<u64, (T, Option<W>)>,
    due: VecDeque<T>,
}

impl<T, W> Default for Parking<T, W> {
    fn default() -> Self {
        Self {
            list: OnceLock::new(),
        }
    }
}

impl<T, W> Parking<T, W> {
    fn list(&self) -> MutexGuard<'_, List<T, W>> {
        lock(self.list.get_or_init(|| {
            Mutex::new(List {
                next: 0,
                waiting: HashMap::new(),
                due: VecDeque::new(),
            })
        }))
    }

    /// Lets an item wait until it is taken by its number.
    pub(crate) fn park(&self, item: T) -> u64 {
        let mut list = self.list();
        list.next += 1;
        let number = list.next;
        list.waiting.insert(number, (item, None));
        number
    }

    /// Stores the waker of an item. If the item has been woken meanwhile, the waker is dropped.
    pub(crate) fn keep_waker(&self, number: u64, waker: W) {
        let mut waker = Some(waker);
        // Whatever remains is dropped outside of the lock.
        if let Some((_, kept)) = self.list().waiting.get_mut(&number) {
            *kept = waker.take();
        }
    }

    /// The numbers of the waiting items that need not wait any longer.
    pub(crate) fn which(&self, ends: impl Fn(&T) -> bool) -> Vec<u64> {
        let Some(list) = self.list.get() else {
            return Vec::new();
        };
        let list = lock(list);
        let ended = list.waiting.iter().filter(|(_, (item, _))| ends(item));
        ended.map(|(number, _)| *number).collect()
    }

    /// Ends the wait of an item; `None` if it had ended before.
    pub(crate) fn unpark(&self, number: u64) -> Option<T> {
        let (item, waker) = self.list().waiting.remove(&number)?;
        drop(waker);
        Some(item)
    }

    /// Adds an item that is taken after all that are due.
    pub(crate) fn put_due(&self, item: T) {
        self.list().due.push_back(item);
    }

    /// Adds an item that is taken next.
    pub(crate) fn put_first(&self, item: T) {
        self.list().due.push_front(item);
    }

    /// Takes an item whose wait is over.
    pub(crate) fn take_due(&self) -> Option<T> {
        self.list().due.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Parking;

    #[test]
    fn an_item_is_unparked_once() {
        let parking = Parking::<_, ()>::default();
        let (one, two) = (parking.park("one"), parking.park("two"));
        assert_eq!(parking.unpark(one), Some("one"));
        assert_eq!(parking.unpark(one), None);
        assert_eq!(parking.unpark(two), Some("two"));
    }

    #[test]
    fn only_items_that_wait_are_found() {
        let parking = Parking::<_, ()>::default();
        assert!(parking.which(|_| true).is_empty());
        let (one, _two) = (parking.park(1), parking.park(2));
        parking.put_due(3);
        assert_eq!(parking.which(|item| item % 2 == 1), [one]);
    }

    #[test]
    fn what_wakes_an_item_goes_with_its_wait() {
        let parking = Parking::default();
        let waker = Arc::new(());
        let item = parking.park("item");
        parking.keep_waker(item, Arc::clone(&waker));
        assert_eq!(Arc::strong_count(&waker), 2);
        parking.unpark(item);
        assert_eq!(Arc::strong_count(&waker), 1);
        // It went off before it was stored.
        parking.keep_waker(item, Arc::clone(&waker));
        assert_eq!(Arc::strong_count(&waker), 1);
    }

    #[test]
    fn due_items_come_in_order() {
        let parking = Parking::<_, ()>::default();
        assert_eq!(parking.take_due(), None);
        parking.put_due(1);
        parking.put_due(2);
        parking.put_first(0);
        let due = std::iter::from_fn(|| parking.take_due());
        assert_eq!(due.collect::<Vec<_>>(), [0, 1, 2]);
    }
}
