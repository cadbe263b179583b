//! Tasks, workflows and launch plans: their descriptions, the registry that finds them, and typed calls of them.

pub(crate) mod backoff;
mod call;
mod call_by_name;
pub(crate) mod declared;
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

pub use call::Call;
pub use call_by_name::{CallByName, CallWorkflow};
#[doc(hidden)]
pub use declared::DeclaredTask;
pub use declared::Entity;
pub use descriptor::{
    AsyncTask, DynamicTask, EntityBody, EntityDescriptor, EntityKind, ExecutionBehavior,
    InputDescriptor, Location, RunTask, SyncTask, TaskFuture, TaskInputs,
};
pub(crate) use descriptor::{Built, Input};
pub use launch_plan::{LaunchPlan, Launchable};
pub use local::{LocalEffect, LocalOption};
pub use options::{FailurePolicy, LaunchPlanOptions, RetryOn, TaskOptions, WorkflowOptions};
pub use plugin::{CustomError, NoPluginError};
pub use reference::{NotHereError, Reference};
#[doc(hidden)]
pub use registry::Registration;
pub use registry::{DuplicateEntity, FlyteEntities, Registry, RegistryBuilder, UnknownEntity};
