//! What every body imports: methods of promises and lists, and what a call finds where the name of a task is that of a
//! plain function.
//!
//! A call of `square` with one argument imports `square as __Callee1` into a block of its own. Where that is a type, it
//! is found before the `__Callee1` from here.

use super::callee::{CalledAs, CalledByTypeName};
#[doc(hidden)]
pub use super::{
    named::check as __check,
    slot::{finish as __finish, finish_without_outputs as __finish_without_outputs},
};
pub use crate::graph::{MapKnown as _, MapNamed as _, NodeOutputs as _, entity::Entity as _};
use crate::graph::{NamedOutputs, TaskOutputs};

macro_rules! no_tasks {
    ($($name:ident [$($argument:ident)*];)*) => { $(
        /// What a callee is called that has the name of a task and is none.
        #[doc(hidden)]
        #[derive(Debug)]
        pub struct $name;

        impl $name {
            /// Stands where the call of a task does, so that what it is is the only mistake.
            #[allow(clippy::too_many_arguments, reason = "as many as the call has")]
            pub fn node<$($argument,)* R>($(_: $argument),*) -> R {
                unreachable!("what is no task is refused")
            }
        }
    )* };
}

/// The same of a call without arguments.
#[doc(hidden)]
#[derive(Debug)]
pub struct __Callee0;

impl __Callee0 {
    /// Stands where inputs would be given.
    pub fn __node_builder() -> Self {
        Self
    }

    /// Stands where the call of a task does.
    pub fn __node<R>(self) -> R {
        unreachable!("what is no task is refused")
    }
}

no_tasks! {
    __Callee1 [A0];
    __Callee2 [A0 A1];
    __Callee3 [A0 A1 A2];
    __Callee4 [A0 A1 A2 A3];
    __Callee5 [A0 A1 A2 A3 A4];
    __Callee6 [A0 A1 A2 A3 A4 A5];
    __Callee7 [A0 A1 A2 A3 A4 A5 A6];
    __Callee8 [A0 A1 A2 A3 A4 A5 A6 A7];
}

/// Checks that what is called stands for a `T` among types that a call makes a node of.
#[doc(hidden)]
pub fn __called<T>(_function: impl CalledAs<T>) {}

/// The same where a task of this name has a `type_name`.
#[doc(hidden)]
pub fn __called_by_type_name<T>(_function: impl CalledByTypeName<T>) {}

/// The outputs of a workflow that have names, none of which is given yet.
#[doc(hidden)]
pub fn __named<O: TaskOutputs>() -> NamedOutputs<O> {
    NamedOutputs::new()
}
