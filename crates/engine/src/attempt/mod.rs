//! The order of events in the attempts of a task.
//!
//! The machine knows neither tasks nor runs. `run/execution` carries out its commands.

pub(crate) mod machine;
