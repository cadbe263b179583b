//! Write Flyte tasks and workflows in Rust.

pub mod identifier;
