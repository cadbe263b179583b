//! From tokens to checked values, each with the tokens it came from.

mod args;
mod duration;
mod groups;
mod item;
mod launch_plan_options;
mod naming;
mod nearest;
mod plugin_options;
mod process_options;
mod python_defaults;
mod quantity;
mod reference_options;
mod retries;
mod schedule;
mod task_options;
mod task_parts;
mod value;
mod workflow_options;

#[cfg(test)]
mod tests;

/// Why a text is no duration, to be said behind the key; nothing for one that is.
pub(crate) fn duration_error(text: &str) -> Option<String> {
    duration::parse(text).err()
}

/// Why a text is no amount of a resource, to be said behind the key; nothing for one that is.
pub(crate) fn quantity_error(text: &str) -> Option<String> {
    quantity::nano_units(text).err()
}

pub(crate) use item::{
    FunctionItem, StubItem, entity_attribute, function, function_or_signature, stub,
};
pub(crate) use launch_plan_options::{
    Concurrency, LaunchPlanOptions, Notification, Schedule, SecurityContext, When,
    launch_plan_options,
};
pub(crate) use nearest::{listed, nearest};
pub(crate) use plugin_options::{PluginOptions, check_without_container};
pub(crate) use process_options::{ProcessKind, ProcessOptions, ShellOptions, process_options};
pub(crate) use reference_options::{ReferenceOptions, reference_options};
pub(crate) use retries::Backoff;
pub(crate) use task_options::{TaskOptions, task_options};
pub(crate) use task_parts::{Cache, Resources, SecretRequest, SharedMemory};
pub(crate) use value::{Docs, Quantity, Spanned};
pub(crate) use workflow_options::{WorkflowOptions, workflow_options};
