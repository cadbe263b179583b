//! Generates code from checked models.
//!
//! All generated code refers to the runtime through one path, `krate`, and to nothing else in the user's dependencies.
//! Items that are not for users are in an anonymous constant, with names that begin with `__`.

mod body;
mod built_from;
mod by_name;
pub(crate) mod cache_version;
mod callee;
mod calls_of_tasks;
mod columns;
mod derive;
mod derive_enum;
mod dynamic;
mod entity;
mod guard;
mod inputs;
mod launch_plan;
mod macros;
pub(crate) mod options;
mod plugin;
mod process;
mod reference;
mod scope;
mod task;
mod workflow;

pub(crate) use by_name::call_by_name;
pub(crate) use columns::dataset_columns;
pub(crate) use derive::{flyte_outputs, flyte_type};
pub(crate) use dynamic::dynamic;
pub(crate) use launch_plan::launch_plan;
pub(crate) use process::process;
pub(crate) use reference::{Kind as ReferenceKind, reference};
pub(crate) use task::{eager, task};
pub(crate) use workflow::workflow;
