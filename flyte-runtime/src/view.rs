//! Displays runs: progress lines on a terminal.

pub use flyte_view::progress::Progress;
