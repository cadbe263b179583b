//! Shows graphs and runs: pictures of workflows, and the progress of a run on a terminal.

pub use flyte_view::{picture::Picture, progress::Progress};
