//! What generated code names. Not for people: anything in here may change in any release.

pub use crate::{
    condition::{BranchOutputs, BranchValue, Comparable, Matchable, Sources},
    engine::Start,
    entity::{
        Call, DeclaredTask, Entity, EntityBody, EntityDescriptor, EntityKind, InputDescriptor,
        Launchable, Location, Reference, Registration, RunTask, TaskFuture, TaskInputs, options,
        resources,
    },
    error::{BoxError, RunError},
    graph::{
        BindOutputs, BindingData, CompileError, FieldType, Graph, IntoBinding, IntoOutputs,
        ListBinding, NamedOutputs, NodeOutputs, NodeRef, NoneBinding, OutputVariable, PathStep,
        Promise, SomeBinding, StringEnum, TaskOutputs, TaskReturn, VariantOf, WorkflowBody,
        call_node, run_in_order, variant_binding,
    },
    types::{
        EnumType, FlyteFields, FlyteType, Literal, LiteralType, MsgpackWriter, StructField,
        StructType, TypeError, TypeInfo, UnionVariant, Value,
        derived::{
            StructReader, enum_from_literal, from_union, nil, none_variant, struct_to_literal,
            struct_type, to_union, union_type, union_variants, write_untagged,
        },
    },
};
pub use std::{
    borrow::ToOwned, boxed::Box, clone::Clone, convert::From, iter::IntoIterator, option::Option,
    result::Result, string::String, sync::Arc, unreachable, vec, vec::Vec,
};

#[cfg(feature = "arrow")]
pub use crate::{
    data::{ColumnType, DatasetColumns},
    types::DatasetColumn,
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
pub use declare::Input;
pub use flyte_macros::__call as call_by_name;

pub mod callee;
pub mod declare;
pub mod fields;
pub mod map;
pub mod named;
pub mod plugin;
pub mod slot;

/// `if` and `match` in a workflow's body.
pub mod branch {
    pub use crate::condition::{comparison::*, dispatch::*, failing::*, switch::*};
}

/// Plain calls of tasks.
pub mod plain_call {
    pub use crate::graph::plain_call::{
        begin_eager, refuse_in_graph, refuse_without_options, statement,
    };
}

/// A text where a gate takes a duration, and that is none. Where anything else is taken it is what was written.
#[derive(Clone, Copy, Debug)]
pub struct TextThatIsNoDuration(pub &'static str);

impl<T> IntoBinding<T> for TextThatIsNoDuration
where
    &'static str: IntoBinding<T>,
{
    fn into_binding(self) -> BindingData {
        self.0.into_binding()
    }
}

impl From<TextThatIsNoDuration> for String {
    fn from(text: TextThatIsNoDuration) -> Self {
        text.0.to_owned()
    }
}

/// A field was asked of a value of another type.
pub fn wrong_struct(field: &'static str) -> TypeError {
    TypeError::mismatch(
        format!("a struct with the field `{field}`"),
        "a value of another type",
    )
}

/// The columns of a struct, as fields of the column that it is in.
#[cfg(feature = "arrow")]
pub fn add_nested<T: DatasetColumns>(name: &str, columns: &mut Vec<DatasetColumn>) {
    columns.extend(T::columns().into_iter().map(|mut column| {
        column.name = format!("{name}.{}", column.name);
        column
    }));
}
