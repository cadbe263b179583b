//! The scope of the current code: values by type, for each thread and each async task.
//!
//! An inner crate of `flyte-runtime`, which requires its exact version. Depend only on `flyte-runtime`.

mod chain;
mod future;
mod stack;

pub use chain::Chain;
pub use future::Scoped;
pub use stack::{
    Entry, Guard, View, current, enter, find, find_or_everywhere, has_everywhere, identity,
    is_based, look_at_current, own, put_everywhere, reset, size, with_current, within,
};
