//! Tasks and workflows: their descriptions, the registry that finds them, and typed calls of them.

mod call;
mod call_by_name;
mod descriptor;
pub mod options;
mod registry;
pub mod resources;

#[doc(hidden)]
pub use call::DeclaredTask;
pub use call::{Call, Entity};
pub use call_by_name::CallByName;
pub use descriptor::{
    AsyncTask, DynamicTask, EntityBody, EntityDescriptor, EntityKind, ExecutionBehavior,
    InputDescriptor, Location, RunTask, SyncTask, TaskFuture, TaskInputs,
};
pub(crate) use descriptor::{Built, Input};
pub use options::{FailurePolicy, RetryOn, TaskOptions, WorkflowOptions};
#[doc(hidden)]
pub use registry::Registration;
pub use registry::{DuplicateEntity, FlyteEntities, Registry, RegistryBuilder, UnknownEntity};
