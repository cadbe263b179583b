//! What generated code names. Not for people: anything in here may change in any release.

pub use crate::{
    engine::Start,
    entity::{
        Call, Entity, EntityBody, EntityDescriptor, InputDescriptor, Location, Registration,
        RunTask, TaskFuture, TaskInputs, options, resources,
    },
    error::{BoxError, RunError},
    graph::{
        BindOutputs, BindingData, CompileError, Graph, IntoBinding, IntoOutputs, ListBinding,
        NodeOutputs, NodeRef, NoneBinding, OutputVariable, PathStep, Promise, SomeBinding,
        TaskOutputs, TaskReturn, WorkflowBody, call_node, run_in_order,
    },
    types::{
        FlyteFields, FlyteType, Literal, LiteralType, StructField, StructType, TypeError, TypeInfo,
        Value, struct_from_literal, struct_to_literal,
    },
};
pub use std::{
    borrow::ToOwned, boxed::Box, clone::Clone, convert::From, iter::IntoIterator, option::Option,
    result::Result, string::String, sync::Arc, vec, vec::Vec,
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

/// A value of any type, for code that is checked and never run.
pub fn never<T>() -> T {
    unreachable!("this code is only there to be checked")
}

/// The next value, if it is a `T`.
pub fn take_value<T: FlyteType>(values: &mut impl Iterator<Item = Value>) -> Option<T> {
    values.next()?.into_owned().ok()
}

/// A field was asked of a value of another type.
pub fn wrong_struct(field: &'static str) -> TypeError {
    TypeError::mismatch(
        format!("a struct with the field `{field}`"),
        "a value of another type",
    )
}

/// Boxes the future of a task; the name is what the compiler shows when it cannot be sent to another thread.
pub fn future_of_an_async_task_must_be_send(
    future: impl Future<Output = Result<Vec<Value>, BoxError>> + Send + 'static,
) -> TaskFuture {
    Box::pin(future)
}
