//! Write Flyte tasks and workflows in Rust.

pub mod config;
pub mod identifier;
pub mod output_metadata;
pub mod settings;
pub mod stats;
