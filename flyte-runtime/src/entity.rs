//! Tasks, workflows and launch plans: their descriptions, the registry that finds them, and typed calls of them.

#[doc(hidden)]
pub use flyte_core::{graph::entity::DeclaredTask, registry::Registration};
pub use flyte_core::{
    graph::entity::{
        AsyncTask, DynamicTask, Entity, EntityBody, EntityDescriptor, EntityKind,
        ExecutionBehavior, InputDescriptor, LaunchPlan, Launchable, Location, NoPluginError,
        NotHereError, Reference, RunTask, SyncTask, TaskFuture, TaskInputs,
    },
    options::{
        CustomError, FailurePolicy, LaunchPlanOptions, LocalEffect, LocalOption, RetryOn,
        TaskOptions, WorkflowOptions,
    },
    registry::{DuplicateEntity, FlyteEntities, Registry, RegistryBuilder, UnknownEntity},
};
pub use flyte_engine::{
    call::Call,
    call_by_name::{CallByName, CallWorkflow},
};

pub mod options {
    //! What is declared about a task or a workflow, as constants.
    //!
    //! `#[task(..)]` and `#[workflow(..)]` turn their arguments into one constant of these types. Everything is `Copy` and
    //! `'static`, so a description costs nothing until someone reads it.

    pub use flyte_core::options::{
        Accelerator, Backoff, BuiltFrom, CacheOptions, Channel, Concurrency, ConcurrencyBehavior,
        ContainerProcess, Custom, DeckField, Documentation, FailurePolicy, LaunchPlanOptions,
        MetadataFormat, MountRequirement, Notification, Pairs, Phase, Plugin, Process, Quantity,
        RateUnit, Resources, RetryOn, Schedule, SecretRequest, SecurityContext, SharedMemory,
        ShellProcess, TaskOptions, When, WorkflowOptions,
    };
}

pub mod resources {
    //! What a task needs from the machine it runs on.

    pub use flyte_core::options::resources::{Quantity, QuantityError, Resources};
}
