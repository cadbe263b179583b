//! The stack of entries of the running code.

use std::{
    any::{Any, TypeId},
    cell::RefCell,
    fmt,
    marker::PhantomData,
    mem,
    ops::Deref,
    ptr,
    rc::Rc,
    sync::{Arc, OnceLock},
};

/// The complete set of values for some code.
///
/// Outer entries are not searched for a missing value, because an entry may exist to hide them.
pub trait Entry: Any + fmt::Debug + Send + Sync {
    /// The value of a type, if the entry has it.
    fn find(&self, wanted: TypeId) -> Option<&dyn Any>;
}

/// A value that a higher crate derives, once, from an entry of a lower crate. The entry returns it as one of its
/// values.
#[derive(Default)]
pub struct View(OnceLock<Arc<dyn Any + Send + Sync>>);

impl View {
    /// The view, made on first use. `make` must not look for a view itself.
    #[inline]
    pub fn get_or_make<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> Arc<T> {
        let view = self.0.get_or_init(|| Arc::new(make()));
        let view = Arc::clone(view).downcast();
        // A view of another crate cannot be used.
        view.unwrap_or_else(|_| Arc::new(make()))
    }
}

impl fmt::Debug for View {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("View")
    }
}

/// The entries, innermost last.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    entries: Vec<Arc<dyn Entry>>,
    /// How many of them cannot be left: they belong to the running task or future.
    base: usize,
}

impl Stack {
    /// The stack of code that runs in `entry` and cannot leave it.
    #[inline]
    pub(super) fn based_on(entry: Arc<dyn Entry>) -> Self {
        Self {
            entries: vec![entry],
            base: 1,
        }
    }
}

thread_local! {
    /// The entries of this thread, or of the future that is polled on it.
    ///
    /// Counted, so that code that reads an entry keeps it while others are entered: those go to a copy then.
    static STACK: RefCell<Rc<Stack>> = RefCell::default();
}

/// The values that are found if no entry has them.
static EVERYWHERE: OnceLock<Box<dyn Entry>> = OnceLock::new();

// At the end of a thread, its entries are dropped before destructors that may still use them. These see no entries, and
// entries that they enter are lost.

#[inline]
fn read<R>(read: impl FnOnce(&Stack) -> R) -> R {
    let mut read = Some(read);
    let seen = STACK.try_with(|stack| {
        let stack = stack.borrow();
        read.take().map(|read| read(&stack))
    });
    match (seen, read) {
        (Ok(Some(seen)), _) => seen,
        (_, Some(read)) => read(&Stack::default()),
        (_, None) => unreachable!("`read` is taken only together with a result"),
    }
}

#[inline]
fn change<R>(change: impl FnOnce(&mut Stack) -> R) -> Option<R> {
    // `Rc::make_mut` alone has the same effect, but costs a call each time.
    let changed = STACK.try_with(|stack| {
        let mut stack = stack.borrow_mut();
        if let Some(stack) = Rc::get_mut(&mut stack) {
            return change(stack);
        }
        change(copied(&mut stack))
    });
    changed.ok()
}

/// The stack while code reads the one that was there.
#[cold]
#[inline(never)]
fn copied(stack: &mut Rc<Stack>) -> &mut Stack {
    Rc::make_mut(stack)
}

/// The innermost entry.
#[inline]
pub fn current() -> Option<Arc<dyn Entry>> {
    let innermost = STACK.try_with(|stack| stack.borrow().entries.last().cloned());
    innermost.ok().flatten()
}

/// Calls `read` with the innermost entry, without touching its reference count. `read` may enter others.
#[inline]
pub fn with_current<R>(read: impl FnOnce(Option<&dyn Entry>) -> R) -> R {
    let stack = STACK.try_with(|stack| Rc::clone(&stack.borrow()));
    let innermost = stack.as_ref().ok().and_then(|stack| stack.entries.last());
    read(innermost.map(|entry| &**entry))
}

/// As [`with_current`], for code that does not enter anything or run user code.
#[inline]
pub fn look_at_current<R>(look: impl FnOnce(Option<&dyn Entry>) -> R) -> R {
    read(|stack| look(stack.entries.last().map(|entry| &**entry)))
}

#[inline]
fn value<T: Any>(entry: &dyn Entry) -> Option<&T> {
    entry.find(TypeId::of::<T>())?.downcast_ref()
}

/// Calls `read` with the innermost entry's value of a type. `read` may enter others.
#[inline]
pub fn find<T: Any, R>(read: impl FnOnce(Option<&T>) -> R) -> R {
    with_current(|entry| read(entry.and_then(value)))
}

/// A copy of the innermost entry's value of a type, or else of the value that is found everywhere.
#[inline]
pub fn find_or_everywhere<T: Any + Clone>() -> Option<T> {
    let found = look_at_current(|entry| entry.and_then(value).cloned());
    found.or_else(|| value(&**EVERYWHERE.get()?).cloned())
}

/// Makes the values of an entry available in the whole process where no other entry has them, from the first call on.
#[inline]
pub fn put_everywhere(entry: impl Entry) {
    EVERYWHERE.get_or_init(|| Box::new(entry));
}

/// Whether any values are found everywhere.
#[inline]
pub fn has_everywhere() -> bool {
    EVERYWHERE.get().is_some()
}

/// The innermost entry, for comparison only.
#[inline]
pub fn identity() -> *const () {
    look_at_current(|entry| entry.map_or(ptr::null(), |entry| ptr::from_ref(entry).cast()))
}

/// The number of entries.
#[inline]
pub fn size() -> usize {
    read(|stack| stack.entries.len())
}

/// Whether the running code is in an entry that it cannot leave: that of a task or a future.
#[inline]
pub fn is_based() -> bool {
    read(|stack| stack.base > 0)
}

/// Leaves every entry that the running code has entered.
#[inline]
pub fn reset() {
    // Dropped after the borrow ends, because an entry may own user values.
    let _left = change(|stack| {
        let base = stack.base;
        stack.entries.split_off(base)
    });
}

/// Swaps this thread's stack and another; called around every poll of a future.
#[inline]
pub(super) fn swap(other: &mut Stack) {
    change(|stack| mem::swap(stack, other));
}

/// Enters an entry until the guard is dropped.
#[inline]
pub fn enter<T: Entry>(entry: Arc<T>) -> Guard<T> {
    let depth = change(|stack| {
        stack.entries.push(Arc::clone(&entry) as _);
        stack.entries.len()
    });
    Guard {
        entry,
        depth: depth.unwrap_or_default(),
        not_send: PhantomData,
    }
}

/// Runs `work` with `entry` as the innermost one and returns the entry. Entries that were entered inside are left with
/// it, also on a panic.
///
/// The engine enters every task in this way: it saves a reference count compared with a guard.
pub fn within<T: Entry, R>(entry: Arc<T>, work: impl FnOnce() -> R) -> (R, Option<Arc<T>>) {
    struct Leave {
        depth: usize,
        base: usize,
    }
    impl Leave {
        #[inline]
        fn leave(&self) -> Option<Arc<dyn Entry>> {
            let own = change(|stack| {
                if stack.entries.len() > self.depth + 1 {
                    return None;
                }
                stack.base = self.base;
                stack.entries.pop()
            })?;
            own.or_else(|| self.leave_with_what_is_inside())
        }

        #[cold]
        #[inline(never)]
        fn leave_with_what_is_inside(&self) -> Option<Arc<dyn Entry>> {
            // An entry may own user values, whose drop may read the current entry, so it is dropped after the borrow
            // ends.
            let mut left = change(|stack| {
                stack.base = self.base;
                let depth = self.depth.min(stack.entries.len());
                stack.entries.split_off(depth).into_iter()
            })?;
            left.next()
        }
    }
    impl Drop for Leave {
        #[inline]
        fn drop(&mut self) {
            self.leave();
        }
    }
    let leave = change(|stack| {
        let leave = Leave {
            depth: stack.entries.len(),
            base: stack.base,
        };
        stack.entries.push(entry);
        stack.base = stack.entries.len();
        leave
    });
    let result = work();
    let Some(leave) = leave else {
        return (result, None);
    };
    let entry = leave.leave();
    mem::forget(leave);
    (result, entry.and_then(own))
}

/// An entry as its own type, if it has that type.
#[inline]
pub fn own<T: Entry>(entry: Arc<dyn Entry>) -> Option<Arc<T>> {
    let entry: Arc<dyn Any + Send + Sync> = entry;
    entry.downcast().ok()
}

/// An entered entry; dropping the guard leaves it, together with entries that were entered inside and not left.
///
/// The stack belongs to the thread, so a guard stays on its thread.
#[derive(Debug)]
#[must_use = "the entry is left when the guard is dropped"]
pub struct Guard<T: Entry> {
    entry: Arc<T>,
    /// From 1; zero after the entry was left.
    depth: usize,
    not_send: PhantomData<*const ()>,
}

impl<T: Entry> Guard<T> {
    /// Leaves the entry; `None` if it was already left.
    #[inline]
    pub fn leave(mut self) -> Option<Arc<T>> {
        self.leave_now().then(|| Arc::clone(&self.entry))
    }

    #[inline]
    fn leave_now(&mut self) -> bool {
        let depth = mem::take(&mut self.depth);
        // Dropped after the borrow ends, because an entry may own user values.
        let left = change(|stack| {
            // A guard that is used on another stack, such as one kept across an await, must not leave other entries.
            let in_place = depth > stack.base
                && stack.entries.get(depth - 1).is_some_and(|entry| {
                    ptr::addr_eq(Arc::as_ptr(entry), Arc::as_ptr(&self.entry))
                });
            in_place.then(|| stack.entries.split_off(depth - 1))
        });
        left.flatten().is_some()
    }
}

impl<T: Entry> Deref for Guard<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.entry
    }
}

impl<T: Entry> Drop for Guard<T> {
    #[inline]
    fn drop(&mut self) {
        self.leave_now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Number(i32);

    impl Entry for Number {
        fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
            (wanted == TypeId::of::<i32>()).then_some(&self.0 as _)
        }
    }

    /// An entry without values.
    #[derive(Debug)]
    struct Nothing;

    impl Entry for Nothing {
        fn find(&self, _: TypeId) -> Option<&dyn Any> {
            None
        }
    }

    fn number() -> Option<i32> {
        find(|number: Option<&i32>| number.copied())
    }

    #[test]
    fn a_value_is_found_in_the_innermost_entry_alone() {
        assert_eq!(number(), None);
        let outer = enter(Arc::new(Number(1)));
        assert_eq!(number(), Some(1));
        let inner = enter(Arc::new(Nothing));
        assert_eq!((number(), size()), (None, 2));
        drop(inner);
        let found: Option<String> = find(|text: Option<&String>| text.cloned());
        assert_eq!((number(), found), (Some(1), None));
        drop(outer);
        assert_eq!((number(), size()), (None, 0));
    }

    #[test]
    fn an_entry_that_is_read_stays_while_others_are_entered() {
        let outer = enter(Arc::new(Number(1)));
        let inner = with_current(|entry| {
            let inner = enter(Arc::new(Number(2)));
            assert_eq!(entry.and_then(value::<i32>), Some(&1));
            inner
        });
        assert_eq!(number(), Some(2));
        drop(outer);
        assert_eq!(number(), None);
        drop(inner);
        assert_eq!(size(), 0);
    }

    #[test]
    fn what_is_entered_inside_is_left_with_what_it_is_in() {
        let _outer = enter(Arc::new(Number(1)));
        let (inside, entry) = within(Arc::new(Number(2)), || {
            assert!(is_based());
            mem::forget(enter(Arc::new(Number(3))));
            reset();
            assert_eq!(number(), Some(2));
            mem::forget(enter(Arc::new(Number(4))));
            number()
        });
        assert_eq!((inside, number()), (Some(4), Some(1)));
        assert_eq!(entry.map(|entry| entry.0), Some(2));
        let panicked = std::panic::catch_unwind(|| {
            within(Arc::new(Number(5)), || panic!("inside"));
        });
        assert!(panicked.is_err());
        assert_eq!((number(), size(), is_based()), (Some(1), 1, false));
    }

    #[test]
    fn a_view_is_made_once() {
        let view = View::default();
        let first = view.get_or_make(|| 1_i32);
        assert_eq!((*first, *view.get_or_make(|| 2_i32)), (1, 1));
        // A view of another crate is not stored.
        assert_eq!(*view.get_or_make(|| "text"), "text");
    }
}
