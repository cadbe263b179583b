//! The declarations of tasks, workflows and launch plans, as constants.
//!
//! `#[task(..)]`, `#[workflow(..)]` and `#[launch_plan(..)]` turn their arguments into one constant of these types,
//! which [`EntityDescriptor`](crate::graph::EntityDescriptor) returns. Programs write the attributes; tools that
//! inspect a program's declarations read these. Everything is `Copy` and `'static`, so a declaration costs nothing
//! until it is read.

pub use flyte_core::{
    graph::entity::InputDescriptor,
    options::{
        Accelerator, Backoff, BuiltFrom, CacheOptions, Channel, Concurrency, ConcurrencyBehavior,
        ContainerProcess, Custom, DeckField, Documentation, FailurePolicy, LaunchPlanOptions,
        MetadataFormat, MountRequirement, Notification, Pairs, Phase, Plugin, Process, Quantity,
        RateUnit, Resources, RetryOn, Schedule, SecretRequest, SecurityContext, SharedMemory,
        ShellProcess, TaskOptions, When, WorkflowOptions,
    },
};
