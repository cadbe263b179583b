//! A framework that hands the runtime on: its users have no dependency of the name `flyte_runtime`.

pub use rt as flyte;
