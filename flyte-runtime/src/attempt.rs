//! Panics of user code, caught with their message and place.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::Once,
};

/// A panic that was caught.
#[derive(Clone, Debug)]
pub(crate) struct Panic {
    /// What it said.
    pub(crate) message: String,
    /// `file:line:column`.
    pub(crate) place: String,
}

thread_local! {
    static ACTIVE: Cell<bool> = const { Cell::new(false) };
    /// Message and place of the last panic inside `catch`.
    static LAST: RefCell<Option<Panic>> = const { RefCell::new(None) };
}

/// Runs `work` and catches its panic.
///
/// The place of a panic is known only to the panic hook. Ours is installed at the first call, hands every panic outside of
/// `catch` on to the hook that was there before, and stays silent inside, where the panic becomes part of an error report.
pub(crate) fn catch<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    if !HOOK.is_completed() {
        HOOK.call_once(|| {
            let previous = take_hook();
            set_hook(Box::new(move |info| {
                // Where a panic is the end of the process, nobody else tells of it.
                let is_caught = !cfg!(panic = "abort");
                if is_caught && ACTIVE.try_with(Cell::get).unwrap_or(false) {
                    let place = info.location().map_or_else(unknown, ToString::to_string);
                    let message = message(info.payload());
                    LAST.with_borrow_mut(|last| *last = Some(Panic { message, place }));
                } else {
                    previous(info);
                }
            }));
        });
    }
    let outer = ACTIVE.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    ACTIVE.set(outer);
    result.map_err(|payload| {
        let message = message(&*payload);
        // `resume_unwind` passes no hook: what the hook saw last is another panic then, unless it says the same.
        match LAST.take().filter(|last| last.message == message) {
            Some(last) => last,
            None => Panic {
                message,
                place: unknown(),
            },
        }
    })
}

fn unknown() -> String {
    "an unknown place".to_owned()
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
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
        assert!(panic.place.contains("attempt.rs:"), "{}", panic.place);
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
