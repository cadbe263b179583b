//! Write Flyte tasks and workflows in Rust.

// Generated code and examples say `flyte_runtime`, here as everywhere else.
extern crate self as flyte_runtime;

mod attempt;
pub mod checkpoint;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod context;
pub mod data;
pub mod deck;
pub mod duration;
pub mod engine;
pub mod entity;
pub mod error;
pub mod graph;
pub mod identifier;
pub mod output_metadata;
pub mod prelude;
pub mod secrets;
pub mod settings;
pub mod stats;
pub mod types;

#[doc(hidden)]
pub mod __private;

#[cfg(feature = "cli")]
pub use cli::main;
pub use context::{current_context, spawn, spawn_blocking, thread};
pub use engine::Runner;
pub use entity::{FlyteEntities, Registry};
pub use error::{BoxError, RunError};
pub use flyte_macros::{FlyteOutputs, FlyteType, task, workflow};
