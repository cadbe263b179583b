//! Parses tokens to checked values, each with the tokens it came from.

mod args;
mod groups;
mod item;
mod launch_plan_options;
mod naming;
mod nearest;
mod plugin_options;
mod process_options;
mod python_defaults;
mod reference_options;
mod retries;
mod schedule;
mod task_options;
mod task_parts;
mod value;
mod workflow_options;

#[cfg(test)]
mod tests;

use std::time::Duration;

/// The duration, or what is wrong with the text, to follow the key in a message.
fn duration(text: &str) -> Result<Duration, String> {
    flyte_grammar::duration::parse(text).map_err(|error| error.of_an_option())
}

/// The amount in billionths, or what is wrong with the text, to follow the key in a message.
fn nano_units(text: &str) -> Result<u128, String> {
    flyte_grammar::quantity::nano_units(text).map_err(|error| error.of_an_option())
}

/// Why a text is not a duration, to follow the key in a message; `None` if it is one.
pub(crate) fn duration_error(text: &str) -> Option<String> {
    duration(text).err()
}

/// Why a text is not an amount of a resource, to follow the key in a message; `None` if it is one.
pub(crate) fn quantity_error(text: &str) -> Option<String> {
    nano_units(text).err()
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
pub(crate) use task_options::{Constant, TaskOptions, Written, task_options};
pub(crate) use task_parts::{Cache, Resources, SecretRequest, SharedMemory};
pub(crate) use value::{Docs, Quantity, Spanned};
pub(crate) use workflow_options::{WorkflowOptions, workflow_options};
