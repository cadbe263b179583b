//! The names that generated code uses. Not for users: anything in here may change in any release.

pub use flyte_core::{
    __private::{InvalidDuration, branch, plain_call, wrong_struct},
    __register as register,
    error::BoxError,
    graph::{
        BindOutputs, BindingData, CompileError, FieldType, FlyteFields, Graph, IntoBinding,
        IntoOutputs, ListBinding, NamedOutputs, NodeOutputs, NodeRef, NoneBinding, OutputVariable,
        PathStep, Promise, SomeBinding, StringEnum, TaskOutputs, TaskReturn, VariantOf,
        WorkflowBody, call_node,
        condition::{BranchOutputs, BranchValue, Comparable, Matchable, Sources},
        entity::{
            DeclaredTask, Entity, EntityBody, EntityDescriptor, EntityKind, InputDescriptor,
            Launchable, Location, Reference, RunTask, TaskFuture, TaskInputs,
        },
        generated::{
            callee,
            declare::{self, At, Inputs, Promises, TaskPromises, defaulted, input},
            fields, in_bodies,
            inputs::*,
            map,
            named::{self, Input},
            plugin, positional, slot,
        },
        run_in_order, variant_binding,
    },
    options::{self, resources},
    registry::Registration,
    types::{
        EnumType, FlyteType, Literal, LiteralType, MsgpackWriter, StructField, StructType,
        TypeError, TypeInfo, UnionVariant, Value,
        derived::{
            StructReader, enum_from_literal, from_union, nil, none_variant, struct_to_literal,
            struct_type, to_union, union_type, union_variants, write_untagged,
        },
    },
};
pub use flyte_engine::{
    Start,
    error::RunError,
    runner::call::{self, Call},
};
pub use flyte_macros::__call as call_by_name;
pub use std::{
    borrow::ToOwned, boxed::Box, clone::Clone, convert::From, iter::IntoIterator, option::Option,
    result::Result, string::String, sync::Arc, unreachable, vec, vec::Vec,
};

#[cfg(feature = "arrow")]
pub use flyte_context::files::{ColumnType, DatasetColumns, add_nested};
#[cfg(feature = "arrow")]
pub use flyte_core::types::DatasetColumn;

/// The result of running a task whose function returns an `R`.
pub type TaskResult<R> = Result<<R as TaskReturn>::Outputs, RunError>;

/// Tasks that are not functions of the program.
pub mod process {
    pub use flyte_engine::process::run;
}
