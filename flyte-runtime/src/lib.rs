//! Write Flyte tasks and workflows in Rust.
