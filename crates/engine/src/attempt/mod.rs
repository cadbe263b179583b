//! What follows what in the attempts of a task.
//!
//! The machine knows no task and no run. What it commands is done in `run/execution`.

pub(crate) mod machine;
