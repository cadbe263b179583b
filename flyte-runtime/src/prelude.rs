//! What most programs with tasks use: `use flyte_runtime::prelude::*;`.

pub use crate::{
    Call, Entity, FlyteOutputs, FlyteType, RunError, Runner, TaskError, call, container_task,
    context::ctx,
    dynamic, eager, echo_task,
    files::{FlyteDirectory, FlyteFile},
    gate::{approve, sleep, wait_for_input},
    graph::{Promise, fail},
    launch_plan, reference_launch_plan, reference_task, reference_workflow, shell_task, task,
    types::FlyteType as _,
    workflow,
};
#[cfg(feature = "arrow")]
pub use crate::{
    DatasetColumns,
    files::{DatasetColumns, DatasetPromise as _, StructuredDataset},
};
pub use flyte_engine::runner::by_name::CallWorkflow as _;
#[doc(no_inline)]
pub use std::process::ExitCode;
