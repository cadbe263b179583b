//! What a file with tasks wants: `use flyte_runtime::prelude::*;`.

#[cfg(feature = "arrow")]
pub use crate::{
    DatasetColumns,
    data::{DatasetColumns, DatasetPromise, StructuredDataset},
};
pub use crate::{
    FlyteOutputs, FlyteType, TaskError, call,
    condition::{conditional, fail},
    container_task,
    data::{FlyteDirectory, FlyteFile},
    dynamic, eager, echo_task,
    engine::Runner,
    entity::{Call, CallWorkflow as _, Entity},
    error::RunError,
    gate::{approve, sleep, wait_for_input},
    graph::{NodeOutputs, Promise, VoidPromise},
    launch_plan, reference_launch_plan, reference_task, reference_workflow, shell_task, task,
    types::{FlyteError, FlyteType as _},
    workflow,
};
pub use std::process::ExitCode;
