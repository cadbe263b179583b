//! The inputs of an entity, by how many there are: one `impl` names the types of all, and one function takes or gives
//! all of them.
//!
//! So a further input is a few lines of generated code. Of more than sixteen inputs each has an `impl InputSlot` of its
//! own, and is taken and given by itself.

use std::sync::Arc;

use super::{
    declare::{Described, Info, InputSlot, Position, input},
    named::Input,
};
use crate::{
    error::BoxError,
    graph::{
        IntoBinding, Promise, TaskOutputs, WorkflowBody, call_node,
        entity::{Entity, InputDescriptor, TaskInputs},
    },
    types::{FlyteType, Value},
};

pub use super::input_types::*;

/// The input of a parameter that borrows a slice. The name is that of nothing else, because the compiler tells users of
/// paths that are longer than needed.
pub type Elements<T> = Vec<T>;

/// The position `N` of `COUNT`.
#[derive(Debug)]
pub struct Of<const COUNT: usize, const N: usize>;

impl<const COUNT: usize, const N: usize> Position for Of<COUNT, N> {
    const INDEX: usize = N;
}

/// How a parameter takes an input of type `T`: [`Moved`], or [`Shared`].
pub trait Passing<T> {
    /// What the generated code holds.
    type Held;

    /// Takes the input from the engine.
    ///
    /// # Errors
    ///
    /// When the engine passed a value of another type.
    fn take(inputs: &mut TaskInputs, position: usize) -> Result<Self::Held, BoxError>
    where
        T: FlyteType;
}

/// For a parameter by value.
#[derive(Debug)]
pub struct Moved;

impl<T> Passing<T> for Moved {
    type Held = T;

    fn take(inputs: &mut TaskInputs, position: usize) -> Result<T, BoxError>
    where
        T: FlyteType,
    {
        inputs.take(position)
    }
}

/// For a borrowed parameter.
#[derive(Debug)]
pub struct Shared;

impl<T> Passing<T> for Shared {
    type Held = Arc<T>;

    fn take(inputs: &mut TaskInputs, position: usize) -> Result<Arc<T>, BoxError>
    where
        T: FlyteType,
    {
        inputs.share(position)
    }
}

/// The argument of a parameter, for an input of type `T`. The bound is on the method, because the declaration of the
/// entity reports a type that is not a Flyte type.
pub trait Given<T> {
    /// The value.
    fn given(self) -> T
    where
        T: Clone;
}

impl<T> Given<T> for T {
    fn given(self) -> T {
        self
    }
}

impl<T> Given<T> for &T {
    fn given(self) -> T
    where
        T: Clone,
    {
        self.clone()
    }
}

impl Given<String> for &str {
    fn given(self) -> String {
        self.to_owned()
    }
}

impl<T: Clone> Given<Vec<T>> for &[T] {
    fn given(self) -> Vec<T> {
        self.to_vec()
    }
}

macro_rules! inputs {
    ($count:literal $inputs:ident $of:ident
     $($index:literal $position:ident $name:ident $input:ident $passing:ident $value:ident),+) => {
        $(
            impl<E: $inputs> InputSlot<Of<$count, $index>> for E {
                type Type = E::$input;
            }
        )+

        /// So many inputs.
        #[allow(clippy::too_many_arguments, reason = "a call has as many")]
        pub mod $of {
            use super::*;

            $(
                /// This position.
                pub type $position = Of<$count, $index>;

                /// The name of the input at this position.
                pub type $name<E> = Input<E, $position>;
            )+

            /// The inputs of an entity, as types that name them.
            pub type Slots<E> = ($($name<E>,)+);

            /// The descriptions of the inputs.
            pub const fn inputs<E: $inputs>(inputs: [Described; $count]) -> [InputDescriptor; $count] {
                [$(inputs[$index].with(Info::<E::$input>::OF)),+]
            }

            /// The descriptions of inputs that have names and nothing else.
            pub const fn named<E: $inputs>(names: [&'static str; $count]) -> [InputDescriptor; $count] {
                inputs::<E>([$(input(names[$index], "")),+])
            }

            /// Takes the inputs of an attempt.
            ///
            /// # Errors
            ///
            /// When the engine passed a value of another type.
            pub fn taken<E: $inputs, $($passing: Passing<E::$input>),+>(
                inputs: &mut TaskInputs,
            ) -> Result<($($passing::Held,)+), BoxError> {
                Ok(($($passing::take(inputs, $index)?,)+))
            }

            /// Takes the inputs of an attempt, all for parameters by value.
            ///
            /// # Errors
            ///
            /// When the engine passed a value of another type.
            pub fn moved<E: $inputs>(inputs: &mut TaskInputs) -> Result<($(E::$input,)+), BoxError> {
                Ok(($(inputs.take::<E::$input>($index)?,)+))
            }

            /// The promises of the inputs.
            pub fn promises<E: $inputs>(body: &WorkflowBody) -> ($(Promise<E::$input>,)+) {
                ($(body.input($index),)+)
            }

            /// The inputs of a call.
            pub fn values<E: $inputs>($($value: impl Given<E::$input>),+) -> Vec<Value> {
                vec![$(Value::new($value.given())),+]
            }

            /// A node.
            #[track_caller]
            pub fn node<E: Entity + $inputs>(
                $($value: impl IntoBinding<E::$input>),+
            ) -> <E::Output as TaskOutputs>::Promises {
                call_node::<E>(vec![$($value.into_binding()),+])
            }
        }
    };
}

inputs!(1 Inputs1 of1 0 P0 I0 T0 W0 v0);
inputs!(2 Inputs2 of2 0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1);
inputs!(3 Inputs3 of3 0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2);
inputs!(
    4 Inputs4 of4
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3
);
inputs!(
    5 Inputs5 of5
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4
);
inputs!(
    6 Inputs6 of6
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5
);
inputs!(
    7 Inputs7 of7
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6
);
inputs!(
    8 Inputs8 of8
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7
);
inputs!(
    9 Inputs9 of9
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8
);
inputs!(
    10 Inputs10 of10
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8, 9 P9 I9 T9 W9 v9
);
inputs!(
    11 Inputs11 of11
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8, 9 P9 I9 T9 W9 v9, 10 P10 I10 T10 W10 v10
);
inputs!(
    12 Inputs12 of12
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8, 9 P9 I9 T9 W9 v9, 10 P10 I10 T10 W10 v10, 11 P11 I11 T11 W11 v11
);
inputs!(
    13 Inputs13 of13
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8, 9 P9 I9 T9 W9 v9, 10 P10 I10 T10 W10 v10, 11 P11 I11 T11 W11 v11,
    12 P12 I12 T12 W12 v12
);
inputs!(
    14 Inputs14 of14
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8, 9 P9 I9 T9 W9 v9, 10 P10 I10 T10 W10 v10, 11 P11 I11 T11 W11 v11,
    12 P12 I12 T12 W12 v12, 13 P13 I13 T13 W13 v13
);
inputs!(
    15 Inputs15 of15
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8, 9 P9 I9 T9 W9 v9, 10 P10 I10 T10 W10 v10, 11 P11 I11 T11 W11 v11,
    12 P12 I12 T12 W12 v12, 13 P13 I13 T13 W13 v13, 14 P14 I14 T14 W14 v14
);
inputs!(
    16 Inputs16 of16
    0 P0 I0 T0 W0 v0, 1 P1 I1 T1 W1 v1, 2 P2 I2 T2 W2 v2, 3 P3 I3 T3 W3 v3,
    4 P4 I4 T4 W4 v4, 5 P5 I5 T5 W5 v5, 6 P6 I6 T6 W6 v6, 7 P7 I7 T7 W7 v7,
    8 P8 I8 T8 W8 v8, 9 P9 I9 T9 W9 v9, 10 P10 I10 T10 W10 v10, 11 P11 I11 T11 W11 v11,
    12 P12 I12 T12 W12 v12, 13 P13 I13 T13 W13 v13, 14 P14 I14 T14 W14 v14, 15 P15 I15 T15 W15 v15
);
