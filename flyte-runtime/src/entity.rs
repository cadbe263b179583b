//! Tasks, workflows and launch plans: their descriptions, the registry that finds them, and typed calls of them.

pub use flyte_core::entity::{
    AsyncTask, CustomError, DuplicateEntity, DynamicTask, Entity, EntityBody, EntityDescriptor,
    EntityKind, ExecutionBehavior, FailurePolicy, FlyteEntities, InputDescriptor, LaunchPlan,
    LaunchPlanOptions, Launchable, LocalEffect, LocalOption, Location, NoPluginError, NotHereError,
    Reference, Registry, RegistryBuilder, RetryOn, RunTask, SyncTask, TaskFuture, TaskInputs,
    TaskOptions, UnknownEntity, WorkflowOptions,
};
#[doc(hidden)]
pub use flyte_core::entity::{DeclaredTask, Registration};
pub use flyte_engine::{
    call::Call,
    call_by_name::{CallByName, CallWorkflow},
};

pub mod options {
    //! What is declared about a task or a workflow, as constants.
    //!
    //! `#[task(..)]` and `#[workflow(..)]` turn their arguments into one constant of these types. Everything is `Copy` and
    //! `'static`, so a description costs nothing until someone reads it.

    pub use flyte_core::entity::options::{
        Accelerator, Backoff, BuiltFrom, CacheOptions, Channel, Concurrency, ConcurrencyBehavior,
        ContainerProcess, Custom, DeckField, Documentation, FailurePolicy, LaunchPlanOptions,
        MetadataFormat, MountRequirement, Notification, Pairs, Phase, Plugin, Process, Quantity,
        RateUnit, Resources, RetryOn, Schedule, SecretRequest, SecurityContext, SharedMemory,
        ShellProcess, TaskOptions, When, WorkflowOptions,
    };
}

pub mod resources {
    //! What a task needs from the machine it runs on.

    pub use flyte_core::entity::resources::{Quantity, QuantityError, Resources};
}
