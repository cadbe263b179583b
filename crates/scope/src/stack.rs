//! The stack of entries of the code that is running.

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

/// The whole of what holds in some code.
///
/// What an entry does not have is not looked for in those around it: an entry may well be there to hide them.
pub trait Entry: Any + fmt::Debug + Send + Sync {
    /// The value of a type.
    fn find(&self, wanted: TypeId) -> Option<&dyn Any>;
}

/// What a layer has made of an entry that a layer below has entered, once. The entry gives it out as one of its values.
#[derive(Default)]
pub struct View(OnceLock<Arc<dyn Any + Send + Sync>>);

impl View {
    /// The view, made if nobody has asked for it before. `make` looks for no view itself.
    #[inline]
    pub fn get_or_make<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> Arc<T> {
        let view = self.0.get_or_init(|| Arc::new(make()));
        let view = Arc::clone(view).downcast();
        // Another layer's is of no use.
        view.unwrap_or_else(|_| Arc::new(make()))
    }
}

impl fmt::Debug for View {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("View")
    }
}

/// The entries that were entered, innermost last.
#[derive(Clone, Debug, Default)]
pub(super) struct Stack {
    entries: Vec<Arc<dyn Entry>>,
    /// How many of them nobody may leave: they belong to the task or future that is running.
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
    /// What was entered on this thread, or in the future that is being polled on it.
    ///
    /// Counted, so that code that reads an entry keeps it while others are entered: those go to a copy then.
    static STACK: RefCell<Rc<Stack>> = RefCell::default();
}

/// What is found where no entry has it.
static EVERYWHERE: OnceLock<Box<dyn Entry>> = OnceLock::new();

// At the end of a thread its entries are gone before destructors that may still ask for one. They find none entered,
// and what they enter is nowhere.

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
    // `Rc::make_mut` alone does as much, and is a call each time.
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

/// Reads the innermost entry without touching its reference count. Others may be entered meanwhile.
#[inline]
pub fn with_current<R>(read: impl FnOnce(Option<&dyn Entry>) -> R) -> R {
    let stack = STACK.try_with(|stack| Rc::clone(&stack.borrow()));
    let innermost = stack.as_ref().ok().and_then(|stack| stack.entries.last());
    read(innermost.map(|entry| &**entry))
}

/// The same for code that enters nothing and runs nothing of the user's.
#[inline]
pub fn look_at_current<R>(look: impl FnOnce(Option<&dyn Entry>) -> R) -> R {
    read(|stack| look(stack.entries.last().map(|entry| &**entry)))
}

#[inline]
fn value<T: Any>(entry: &dyn Entry) -> Option<&T> {
    entry.find(TypeId::of::<T>())?.downcast_ref()
}

/// Reads the value of a type that the innermost entry has. Others may be entered meanwhile.
#[inline]
pub fn find<T: Any, R>(read: impl FnOnce(Option<&T>) -> R) -> R {
    with_current(|entry| read(entry.and_then(value)))
}

/// A copy of the value of a type that the innermost entry has, or else of what is found everywhere.
#[inline]
pub fn find_or_everywhere<T: Any + Clone>() -> Option<T> {
    let found = look_at_current(|entry| entry.and_then(value).cloned());
    found.or_else(|| value(&**EVERYWHERE.get()?).cloned())
}

/// Has what an entry has be found where no other has it: in the whole process, from the first call on.
#[inline]
pub fn put_everywhere(entry: impl Entry) {
    EVERYWHERE.get_or_init(|| Box::new(entry));
}

/// Whether there is anything that is found everywhere.
#[inline]
pub fn has_everywhere() -> bool {
    EVERYWHERE.get().is_some()
}

/// The innermost entry, only to be compared.
#[inline]
pub fn identity() -> *const () {
    look_at_current(|entry| entry.map_or(ptr::null(), |entry| ptr::from_ref(entry).cast()))
}

/// How many entries there are.
#[inline]
pub fn size() -> usize {
    read(|stack| stack.entries.len())
}

/// Whether the code that is running stands on an entry that it cannot leave: that of a task or a future.
#[inline]
pub fn is_based() -> bool {
    read(|stack| stack.base > 0)
}

/// Leaves every entry that the running code has entered.
#[inline]
pub fn reset() {
    // Dropped outside of the borrow: what an entry holds may be the user's.
    let _left = change(|stack| {
        let base = stack.base;
        stack.entries.split_off(base)
    });
}

/// Exchanges this thread's stack and another; used around every poll of a future.
#[inline]
pub(super) fn swap(other: &mut Stack) {
    change(|stack| mem::swap(stack, other));
}

/// Enters something until the guard is dropped.
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

/// Runs `work` with `entry` as the innermost one and gives the entry back; what was entered inside is left with it,
/// also on a panic.
///
/// The way of the engine into every task: cheaper than a guard by a reference count.
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
            // What an entry holds may be the user's, whose drop may ask for the current one; so outside of the borrow.
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

/// An entry as what it is, if it is that.
#[inline]
pub fn own<T: Entry>(entry: Arc<dyn Entry>) -> Option<Arc<T>> {
    let entry: Arc<dyn Any + Send + Sync> = entry;
    entry.downcast().ok()
}

/// An entry that was entered; dropping the guard leaves it, together with everything entered inside and not left.
///
/// The stack is the thread's, so a guard stays on its thread.
#[derive(Debug)]
#[must_use = "the entry is left when the guard is dropped"]
pub struct Guard<T: Entry> {
    entry: Arc<T>,
    /// From 1; zero once the entry was left.
    depth: usize,
    not_send: PhantomData<*const ()>,
}

impl<T: Entry> Guard<T> {
    /// Leaves the entry; `None` when it was left already.
    #[inline]
    pub fn leave(mut self) -> Option<Arc<T>> {
        self.leave_now().then(|| Arc::clone(&self.entry))
    }

    #[inline]
    fn leave_now(&mut self) -> bool {
        let depth = mem::take(&mut self.depth);
        // Dropped outside of the borrow: what an entry holds may be the user's.
        let left = change(|stack| {
            // A guard that outlived its place, such as one kept across an await, takes nothing from anybody else.
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

    /// An entry that has nothing.
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
        // Of another layer, which has no place there.
        assert_eq!(*view.get_or_make(|| "text"), "text");
    }
}
