//! Catches panics of user code with their message and place.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    mem,
    ops::{Deref, DerefMut},
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

use crate::text;

/// A caught panic.
#[derive(Clone, Debug)]
pub struct Panic {
    /// Its message, cut like every text that is kept.
    pub message: String,
    /// `file:line:column`.
    pub place: String,
}

thread_local! {
    static ACTIVE: Cell<bool> = const { Cell::new(false) };
    /// Message and place of the last panic inside `catch`.
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Runs `work` and catches its panic.
///
/// Only the panic hook knows where a panic happened. Our hook is installed at the first call. It passes every panic
/// outside of `catch` to the previous hook, and stays silent inside, where the panic becomes part of an error report.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    if !HOOK.is_completed() {
        HOOK.call_once(|| {
            let previous = take_hook();
            set_hook(Box::new(move |info| {
                // When a panic ends the process, this hook is the only place that can report it.
                let is_caught = !cfg!(panic = "abort");
                if is_caught && ACTIVE.try_with(Cell::get).unwrap_or(false) {
                    let place = info.location().map_or_else(unknown, ToString::to_string);
                    let message = message(info.payload());
                    // A thread that is ending may have destroyed it.
                    let _ = LAST.try_with(|last| last.replace(Some(Panic { message, place })));
                } else {
                    previous(info);
                }
            }));
        });
    }
    let outer = ACTIVE.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let message = message(&*payload);
        let last = LAST.try_with(RefCell::take).ok().flatten();
        // The payload may be the user's and panic when dropped; the payload of that panic may do the same, so it is
        // leaked.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            mem::forget(again);
        }
        // `resume_unwind` bypasses the hook, so the hook may have recorded another panic last; the message tells.
        match last.filter(|last| last.message == message) {
            Some(last) => last,
            None => Panic {
                message,
                place: unknown(),
            },
        }
    });
    ACTIVE.set(outer);
    result
}

/// Drops a value that may be the user's where no other user code runs. A panic of the drop is logged and goes no
/// further.
///
/// Drop values one by one: if two are dropped together and both panic, the process ends.
pub fn discard<T>(value: T) {
    if let Err(panic) = catch(|| drop(value)) {
        warn(panic);
    }
}

/// Logs that the drop of a value panicked.
#[cold]
fn warn(Panic { message, place }: Panic) {
    let message = text::record(&message);
    // The subscriber may be the user's code, too.
    let _told = catch(|| tracing::warn!(message, place, "a value panicked when it was dropped"));
}

/// A list of values that may be the user's. It drops them one by one, even while another panic unwinds.
#[derive(Debug)]
pub struct Each<T>(Vec<T>);

impl<T> Each<T> {
    /// An empty list with room for this many items.
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    /// All of the items, or the first error.
    pub fn collect<E>(items: impl Iterator<Item = Result<T, E>>) -> Result<Self, E> {
        let mut all = Self::with_capacity(items.size_hint().0);
        for item in items {
            all.0.push(item?);
        }
        Ok(all)
    }

    /// The items as a plain list, whose drops are no longer guarded.
    pub fn into_inner(mut self) -> Vec<T> {
        mem::take(&mut self.0)
    }
}

impl<T> From<Vec<T>> for Each<T> {
    fn from(items: Vec<T>) -> Self {
        Self(items)
    }
}

impl<T> Deref for Each<T> {
    type Target = Vec<T>;

    fn deref(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T> DerefMut for Each<T> {
    fn deref_mut(&mut self) -> &mut Vec<T> {
        &mut self.0
    }
}

impl<T> Drop for Each<T> {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            self.0.drain(..).for_each(discard);
        }
    }
}

fn unknown() -> String {
    "an unknown place".to_owned()
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text::bounded(text)
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text::bounded(text)
    } else {
        "a value that is not text".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_with_its_message_and_place() {
        let panic = catch(|| panic!("lost {}", 3)).expect_err("it panics");
        assert_eq!(panic.message, "lost 3");
        assert!(panic.place.contains("panic.rs:"), "{}", panic.place);
    }

    /// Panics with another `Bomb` as the payload when it is dropped.
    struct Bomb;

    impl Drop for Bomb {
        fn drop(&mut self) {
            std::panic::panic_any(Bomb);
        }
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_is_caught_with_the_place_of_the_panic() {
        let line = line!() + 1;
        let panic = catch(|| std::panic::panic_any(Bomb)).expect_err("it panics");
        assert_eq!(panic.message, "a value that is not text");
        let place = format!("panic.rs:{line}:");
        assert!(panic.place.contains(&place), "{}", panic.place);
        discard(Bomb);
    }

    #[test]
    fn of_a_long_message_the_beginning_is_kept() {
        let panic = catch(|| panic!("{}", "x".repeat(text::KEPT + 5))).expect_err("it panics");
        assert!(panic.message.ends_with("x… [5 more bytes]"));
        assert!(panic.place.contains("panic.rs:"), "{}", panic.place);
    }

    #[test]
    fn a_panic_inside_a_nested_attempt_leaves_the_outer_one_catching() {
        let outer = catch(|| {
            catch(|| panic!("inner")).expect_err("it panics");
            panic!("outer")
        });
        assert_eq!(outer.expect_err("it panics").message, "outer");
    }
}
