//! What a file with tasks wants: `use flyte_runtime::prelude::*;`.

pub use crate::{
    FlyteOutputs, FlyteType, TaskError,
    condition::conditional,
    dynamic, eager,
    engine::Runner,
    entity::{Call, Entity},
    error::RunError,
    graph::{NodeOutputs, Promise, VoidPromise},
    task,
    types::FlyteType as _,
    workflow,
};
pub use std::process::ExitCode;
