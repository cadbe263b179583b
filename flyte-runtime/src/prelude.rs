//! What a file with tasks wants: `use flyte_runtime::prelude::*;`.

pub use crate::{
    engine::Runner,
    entity::{Call, Entity},
    error::RunError,
    graph::{NodeOutputs, Promise, VoidPromise},
    types::FlyteType as _,
};
pub use std::process::ExitCode;
