//! Shows graphs and runs: pictures of workflows, and lines that tell what has ended.

pub use flyte_view::{picture::Picture, terminal::Progress};
