//! Tasks, workflows and launch plans: their descriptions, and the types that stand for them.

pub mod declared;
mod descriptor;
mod launch_plan;
pub mod plugin;
mod reference;
mod resolver;
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
pub use plugin::NoPluginError;
pub use reference::{NotHereError, Reference};
pub use resolver::{LoadTaskError, TaskResolver};
pub use unknown::{DuplicateEntity, UnknownEntity};
