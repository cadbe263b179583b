//! Tasks and workflows: their descriptions, the registry that finds them, and typed calls of them.

mod call;
mod descriptor;
pub mod options;
mod registry;
pub mod resources;

#[doc(hidden)]
pub use call::DeclaredTask;
pub use call::{Call, Entity};
pub(crate) use descriptor::Input;
pub use descriptor::{
    AsyncTask, EntityBody, EntityDescriptor, EntityKind, InputDescriptor, Location, RunTask,
    SyncTask, TaskFuture, TaskInputs,
};
pub use options::{FailurePolicy, RetryOn, TaskOptions, WorkflowOptions};
#[doc(hidden)]
pub use registry::Registration;
pub use registry::{DuplicateEntity, FlyteEntities, Registry, RegistryBuilder, UnknownEntity};
