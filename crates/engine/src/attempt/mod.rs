//! The attempts of tasks.
//!
//! What follows what is a rule of `machine`, which knows no task. `thread` and `future` do what it commands, on a
//! worker and inside of a poll.

pub(crate) mod future;
pub(crate) mod machine;
pub(crate) mod thread;
