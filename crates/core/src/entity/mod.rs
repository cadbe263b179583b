//! Tasks, workflows and launch plans: their descriptions, the registry that finds them, and typed calls of them.

pub mod backoff;
pub mod declared;
mod descriptor;
mod launch_plan;
mod launch_plan_options;
pub(crate) mod local;
pub mod options;
mod plugin;
mod process_options;
mod reference;
mod registry;
pub mod resources;

#[doc(hidden)]
pub use declared::DeclaredTask;
pub use declared::Entity;
pub use descriptor::{
    AsyncTask, DynamicTask, EntityBody, EntityDescriptor, EntityKind, ExecutionBehavior,
    InputDescriptor, Location, RunTask, SyncTask, TaskFuture, TaskInputs,
};
pub use descriptor::{Built, Input};
pub use launch_plan::{LaunchPlan, Launchable};
pub use local::{LocalEffect, LocalOption};
pub use options::{FailurePolicy, LaunchPlanOptions, RetryOn, TaskOptions, WorkflowOptions};
pub use plugin::{CustomError, NoPluginError};
pub use reference::{NotHereError, Reference};
#[doc(hidden)]
pub use registry::Registration;
pub use registry::{DuplicateEntity, FlyteEntities, Registry, RegistryBuilder, UnknownEntity};
