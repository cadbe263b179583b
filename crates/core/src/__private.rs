//! The names of this crate that generated code uses.

#[cfg(feature = "inventory")]
pub use inventory;

use crate::{
    graph::{BindingData, IntoBinding},
    types::TypeError,
};

/// Registers an entity if the feature `inventory` is on.
#[cfg(feature = "inventory")]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($descriptor:expr) => {
        $crate::__private::inventory::submit! { $crate::__private::Registration($descriptor) }
    };
}

/// Registers an entity if the feature `inventory` is on.
#[cfg(not(feature = "inventory"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($descriptor:expr) => {};
}

pub use crate::{
    __register as register,
    graph::generated::{callee, declare, fields, map, named, named::Input, plugin, slot},
    registry::Registration,
};

/// `if` and `match` in a workflow's body.
pub mod branch {
    pub use crate::graph::condition::{
        comparison::*, failing::*, if_else::*, joining::*, matching::*,
    };
}

/// Plain calls of tasks.
pub mod plain_call {
    pub use crate::graph::plain_call::{
        begin_eager, refuse_in_graph, refuse_without_options, statement,
    };
}

/// A text that is not a duration, where a gate takes one. Where anything else is taken it is what was written.
#[derive(Clone, Copy, Debug)]
pub struct InvalidDuration(pub &'static str);

impl<T> IntoBinding<T> for InvalidDuration
where
    &'static str: IntoBinding<T>,
{
    fn into_binding(self) -> BindingData {
        self.0.into_binding()
    }
}

impl From<InvalidDuration> for String {
    fn from(text: InvalidDuration) -> Self {
        text.0.to_owned()
    }
}

/// The error when a field is read from a value of another type.
pub fn wrong_struct(field: &'static str) -> TypeError {
    TypeError::mismatch(
        format!("a struct with the field `{field}`"),
        "a value of another type",
    )
}
