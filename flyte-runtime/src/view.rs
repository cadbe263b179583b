//! Shows runs: lines on a terminal that tell what has ended.

pub use flyte_view::{picture::Picture, progress::Progress};
