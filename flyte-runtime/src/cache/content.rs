//! Files that count by what is in them.

use std::cell::Cell;

thread_local! {
    /// Whether files of this machine become literals that say what is in them, and not where they are.
    static BY_CONTENT: Cell<bool> = const { Cell::new(false) };
}

/// Does something in which a file of this machine is known by what is in it, wherever it is: the same again is the same, and another file
/// in the same place is not.
pub(crate) fn by_content<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            BY_CONTENT.set(self.0);
        }
    }
    let _restore = Restore(BY_CONTENT.replace(true));
    work()
}

pub(crate) fn is_by_content() -> bool {
    BY_CONTENT.get()
}
