//! What is around the tasks of a run: who is told of it, where its files are, and what tests ask for.

mod directory;
mod drain;
mod emitter;
mod instruments;

pub(crate) use directory::Sandbox;
pub(super) use directory::{Left, RunDirectory, inherited};
pub(super) use emitter::{Emitter, Ending, info as node_info};
pub(crate) use instruments::{Instruments, Mock};
pub(super) use instruments::{Spans, Watch, graph_span, within};
