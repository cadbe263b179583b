//! Gates: nodes that wait.

mod by_name;
mod error;
mod node;

pub use error::GateError;
pub use node::{ApprovedItem, Gate, GateCondition, approve, never, no_time, sleep, wait_for_input};
