//! Tasks, workflows and launch plans: their descriptions, and the types that stand for them.

pub mod declared;
mod descriptor;
mod launch_plan;
mod reference;
mod resolver;
pub mod run_by_plugin;
mod unknown;

#[doc(hidden)]
pub use declared::DeclaredTask;
pub use declared::Entity;
pub use descriptor::{
    AsyncTask, DynamicTask, EntityBody, EntityDescriptor, EntityKind, ExecutionBehavior,
    InputDescriptor, Location, RunTask, SyncTask, TaskFuture, TaskInputs,
};
pub use descriptor::{Built, Input};
pub use launch_plan::{LaunchPlan, Launchable};
pub use reference::{NotHereError, Reference};
pub use resolver::{LoadTaskError, TaskResolver};
pub use run_by_plugin::NoPluginError;
pub use unknown::{DuplicateEntity, UnknownEntity};
