//! What generated code names. Not for people: anything in here may change in any release.

pub use crate::{
    engine::Start,
    entity::{
        Call, Entity, EntityBody, EntityDescriptor, InputDescriptor, Location, Registration,
        RunTask, TaskFuture, TaskInputs, options, resources,
    },
    error::{BoxError, RunError},
    graph::{
        BindOutputs, BindingData, IntoBinding, IntoOutputs, ListBinding, NodeOutputs, NodeRef,
        NoneBinding, OutputVariable, PathStep, Promise, SomeBinding, TaskOutputs, TaskReturn,
        WorkflowBody, call_node, run_in_order,
    },
    types::{
        FlyteFields, FlyteType, Literal, LiteralType, StructField, StructType, TypeError, TypeInfo,
        Value, struct_from_literal, struct_to_literal,
    },
};
pub use std::{
    boxed::Box, format, option::Option, result::Result, string::String, sync::Arc, vec, vec::Vec,
};

#[cfg(feature = "inventory")]
pub use inventory;

/// Registers an entity, where registering is switched on.
#[cfg(feature = "inventory")]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($descriptor:expr) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration($descriptor) }
    };
}

/// Registers an entity, where registering is switched on.
#[cfg(not(feature = "inventory"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($descriptor:expr) => {};
}

pub use crate::__register as register;

pub mod builder;
