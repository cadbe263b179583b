//! Tasks, workflows and launch plans: their descriptions, and the types that stand for them.

mod body;
pub mod declared;
mod descriptor;
mod duplicate;
mod launch_plan;
mod location;
mod reference;
mod resolver;
pub mod run_by_plugin;
mod task_inputs;
mod unknown;

pub use body::{
    AsyncTask, Built, DynamicTask, EntityBody, ExecutionBehavior, RunTask, SyncTask, TaskFuture,
};
#[doc(hidden)]
pub use declared::DeclaredTask;
pub use declared::Entity;
pub use descriptor::{EntityDescriptor, EntityKind, InputDescriptor};
pub use duplicate::DuplicateEntity;
pub use launch_plan::{LaunchPlan, Launchable};
pub use location::Location;
pub use reference::{NotHereError, Reference};
pub use resolver::{LoadTaskError, TaskResolver};
pub use run_by_plugin::NoPluginError;
pub use task_inputs::{Input, TaskInputs};
pub use unknown::UnknownEntity;
