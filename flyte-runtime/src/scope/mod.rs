//! Where the current code runs: values that are found by their types, for each thread and each async task.
//!
//! An [`Entry`] is the whole of what holds in some code. Entering one makes it the innermost on the stack of the thread, until a
//! guard is dropped that cannot leave the thread; a future that is [`Scoped`] has a stack of its own, wherever it is polled. What
//! an entry is made of is known to whoever enters it. Layers below find what is theirs by its type, so that none of them has to
//! know what is above; a layer above that meets an entry of one below makes its own [`View`] of it. An entry carries
//! in a [`Chain`] what layers above it want to find again.

mod chain;
mod future;
mod stack;

pub(crate) use chain::Chain;
pub(crate) use future::Scoped;
pub(crate) use stack::{
    Entry, Guard, View, current, enter, find, find_or_everywhere, has_everywhere, identity,
    is_based, look_at_current, own, put_everywhere, reset, size, with_current, within,
};
