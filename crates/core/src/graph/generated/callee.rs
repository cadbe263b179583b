//! Resolves the name before parentheses where only the compiler knows what it stands for.
//!
//! Generated code imports the callee under a fixed name, `use Load as __Callee`, inside a block in which that name is
//! [`NoType`] otherwise. So `__Callee` is the type of a task, a struct, the variant of an enum, or `NoType` for a plain
//! function. A method of [`Callee`] then returns the function to call: one that makes a node for a task, and the
//! original function for everything else.

use std::marker::PhantomData;

use super::slot::Slot;
use crate::graph::{
    IntoBinding, TaskOutputs, call_node_at,
    condition::{conditional, fail},
    entity::{DeclaredTask, Entity, Location},
    gate::{approve, sleep, wait_for_input},
};

/// What the callee is called among types that is a plain function; and among values where it has none.
#[derive(Debug)]
pub struct NoType;

/// The same where the name stays that of the function among values.
#[derive(Debug)]
pub struct PlainName {}

/// A callee whose name is the type `T`.
#[derive(Debug)]
pub struct Callee<T>(PhantomData<fn() -> T>);

impl<T> Callee<T> {
    /// The only value.
    pub const NEW: Self = Self(PhantomData);
}

/// The callee whose name a pattern uses; it may be the name of a struct, a variant or a task.
pub fn named<T>(_pattern: fn(&T)) -> Callee<T> {
    Callee::NEW
}

macro_rules! with_arguments {
    ($node:ident $plain:ident $with:ident $($slot:ident $argument:ident $value:ident),*) => {
        impl Callee<NoType> {
            /// The plain function.
            pub fn $with<F>(&self, function: F) -> F {
                function
            }
        }

        impl Callee<PlainName> {
            /// The plain function.
            pub fn $with<F>(&self, function: F) -> F {
                function
            }
        }

        /// A callee that is a task.
        pub trait $node: Sized {
            /// The result of a call.
            type Output;
            $(
                /// One of the inputs.
                type $slot: Slot;
            )*

            /// The function that makes a node.
            #[track_caller]
            fn $with<F, $($argument: IntoBinding<<Self::$slot as Slot>::Type>),*>(
                self,
                function: F,
            ) -> impl Fn($($argument),*) -> Self::Output;
        }

        impl<E, $($slot: Slot),*> $node for Callee<E>
        where
            E: Entity<Slots = ($($slot,)*)>,
        {
            type Output = <E::Output as TaskOutputs>::Promises;
            $(type $slot = $slot;)*

            #[track_caller]
            fn $with<F, $($argument: IntoBinding<$slot::Type>),*>(
                self,
                _function: F,
            ) -> impl Fn($($argument),*) -> Self::Output {
                let at = Location::caller();
                move |$($value: $argument),*| call_node_at::<E>(vec![$($value.into_binding()),*], at)
            }
        }

        /// A callee that is another type: the function that makes a value of it.
        pub trait $plain<T> {
            /// The function as written.
            fn $with<F, $($argument),*>(&self, function: F) -> F
            where
                F: FnOnce($($argument),*) -> T;
        }

        impl<T> $plain<T> for Callee<T> {
            fn $with<F, $($argument),*>(&self, function: F) -> F
            where
                F: FnOnce($($argument),*) -> T,
            {
                function
            }
        }
    };
}

with_arguments!(Node0 Plain0 with_0);
with_arguments!(Node1 Plain1 with_1 S0 A0 a0);
with_arguments!(Node2 Plain2 with_2 S0 A0 a0, S1 A1 a1);
with_arguments!(Node3 Plain3 with_3 S0 A0 a0, S1 A1 a1, S2 A2 a2);
with_arguments!(Node4 Plain4 with_4 S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3);
with_arguments!(Node5 Plain5 with_5 S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4);
with_arguments!(Node6 Plain6 with_6 S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5);
with_arguments!(
    Node7 Plain7 with_7 S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6
);
with_arguments!(
    Node8 Plain8 with_8
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7
);
with_arguments!(
    Node9 Plain9 with_9
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8
);
with_arguments!(
    Node10 Plain10 with_10
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8, S9 A9 a9
);
with_arguments!(
    Node11 Plain11 with_11
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8, S9 A9 a9, S10 A10 a10
);
with_arguments!(
    Node12 Plain12 with_12
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8, S9 A9 a9, S10 A10 a10, S11 A11 a11
);
with_arguments!(
    Node13 Plain13 with_13
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8, S9 A9 a9, S10 A10 a10, S11 A11 a11, S12 A12 a12
);
with_arguments!(
    Node14 Plain14 with_14
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8, S9 A9 a9, S10 A10 a10, S11 A11 a11, S12 A12 a12, S13 A13 a13
);
with_arguments!(
    Node15 Plain15 with_15
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8, S9 A9 a9, S10 A10 a10, S11 A11 a11, S12 A12 a12, S13 A13 a13, S14 A14 a14
);
with_arguments!(
    Node16 Plain16 with_16
    S0 A0 a0, S1 A1 a1, S2 A2 a2, S3 A3 a3, S4 A4 a4, S5 A5 a5, S6 A6 a6, S7 A7 a7,
    S8 A8 a8, S9 A9 a9, S10 A10 a10, S11 A11 a11, S12 A12 a12, S13 A13 a13, S14 A14 a14, S15 A15 a15
);

/// What a call in a body makes a node of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a task or workflow, and a call in this body makes a node of one",
    label = "a plain function",
    note = "to run it when the workflow runs, write `#[task]` above it, or call it in a task; a \
            task with `type_name = Name` is called as `Name(..)`",
    note = "if it calls tasks and takes what they give, write `#[workflow]` above it; its parameters then have the \
            types of the values, `i64` and not `Promise<i64>`",
    note = "to call it at once, while the graph is built, write its name in parentheses: `(name)(..)`; it may take \
            promises, and calls a task with `task::node(..)`"
)]
pub trait CalledAs<T> {}

#[diagnostic::do_not_recommend]
impl<E: Entity, F> CalledAs<E> for F {}

macro_rules! called {
    ($($name:ty)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<F> CalledAs<$name> for F {}
    )* };
}

called! { approve conditional fail sleep }

#[diagnostic::do_not_recommend]
impl<T, F> CalledAs<wait_for_input<T>> for F {}

/// As [`CalledAs`], where a task of this name has a `type_name`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` belongs to a task with a `type_name`, and a call in this body goes by that name",
    label = "the function of the task",
    note = "write the name that `type_name` gives before the parentheses, as in `Name(..)`"
)]
pub trait CalledByTypeName<T> {}

#[diagnostic::do_not_recommend]
impl<T, F: CalledAs<T>> CalledByTypeName<T> for F {}

impl<E: Entity> Callee<E> {
    /// A function in a workflow's body that is passed on or stored.
    pub fn passed<F>(&self, function: F) -> F
    where
        F: FunctionOf<E>,
    {
        function
    }
}

impl<E: Entity> Callee<E> {
    /// A function that a default calls.
    pub fn defaulted<F>(&self, function: F) -> F
    where
        F: FunctionOfADefault<E>,
    {
        function
    }
}

impl<E: DeclaredTask> Callee<E> {
    /// A function that an eager task calls.
    pub fn called<F>(&self, function: F) -> F
    where
        F: CalledByEager<E, E::Plain>,
    {
        function
    }

    /// A function that an eager task passes on.
    pub fn passed_by_eager<F>(&self, function: F) -> F
    where
        F: PassedByEager<E, E::Plain>,
    {
        function
    }

    /// A function whose call an eager task awaits.
    pub fn awaited<F, G>(&self, function: F) -> G
    where
        F: CalledByEager<E, E::Plain> + AwaitedByEager<E, E::Plain, G>,
    {
        function.awaited()
    }
}

/// As the methods of a task, for anything else: every use is allowed.
pub trait NoTask {
    /// A function in a workflow's body that is passed on or stored.
    fn passed<F>(&self, function: F) -> F {
        function
    }

    /// A function that a default calls.
    fn defaulted<F>(&self, function: F) -> F {
        function
    }

    /// A function that an eager task calls.
    fn called<F>(&self, function: F) -> F {
        function
    }

    /// A function that an eager task passes on.
    fn passed_by_eager<F>(&self, function: F) -> F {
        function
    }

    /// A function whose call an eager task awaits.
    fn awaited<F>(&self, function: F) -> F {
        function
    }
}

impl<T> NoTask for Callee<T> {}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "`{E}` without a call is the plain function, which would run while the graph is built",
    label = "a plain function",
    note = "write a closure that calls it, `|x| {E}(x)`, so that each call is a node",
    note = "a call gives a promise: where nothing is wanted, write `|x| {{ {E}(x); }}` or a loop; where a plain value \
            stands beside the promise, write `if` or `match` in place of the method",
    note = "to call a task for each element of a promise of a list, write `xs.map(|x| {E}(x))`"
)]
pub trait FunctionOf<E> {}

/// Never implemented.
#[diagnostic::on_unimplemented(
    message = "`{E}` would run to make a default",
    label = "a default is a value that is made whenever it is needed, also for `--help`",
    note = "remove the default, and call `{E}(..)` in the body, or write an ordinary function that makes the value"
)]
pub trait FunctionOfADefault<E> {}

/// A plain call calls a sync function.
#[derive(Debug)]
pub enum SyncFunction {}

/// A plain call calls an async function.
#[derive(Debug)]
pub enum AsyncFunction {}

/// A plain call ignores the options of the task.
#[derive(Debug)]
pub enum WithoutItsOptions {}

/// The function of a task that an eager task may call; `P` is the kind of a plain call.
#[diagnostic::on_unimplemented(
    message = "`{E}` has options, such as `retries` or `cache`, and a plain call ignores them",
    label = "a plain call",
    note = "write `{E}::call(..).await?`, in a function that returns a `Result`"
)]
pub trait CalledByEager<E, P> {}

#[diagnostic::do_not_recommend]
impl<F, E> CalledByEager<E, SyncFunction> for F {}

#[diagnostic::do_not_recommend]
impl<F, E> CalledByEager<E, AsyncFunction> for F {}

/// The function of a task that an eager task may pass on; `P` is the kind of a plain call.
#[diagnostic::on_unimplemented(
    message = "`{E}` has options, such as `retries` or `cache`, and a function that is passed on is called without \
               them",
    label = "a plain function",
    note = "in a function that returns a `Result`, write a loop that awaits each call, \
            `for x in xs {{ all.push({E}::call(x).await?); }}`, or start them all first with `|x| {E}::call(x).start()`"
)]
pub trait PassedByEager<E, P> {}

#[diagnostic::do_not_recommend]
impl<F, E> PassedByEager<E, SyncFunction> for F {}

#[diagnostic::do_not_recommend]
impl<F, E> PassedByEager<E, AsyncFunction> for F {}

/// The function of a task whose call an eager task may await; `P` is the kind of a plain call. What ignores the options
/// of a task is refused by [`CalledByEager`] alone. `G` is the function again, and unknown where it is refused, so that
/// the `.await` is no second error.
#[diagnostic::on_unimplemented(
    message = "`{E}` is not async, and its plain call gives a value and not a future",
    label = "not an async function",
    note = "remove `.await`; to run it through the engine write `{E}::call(..).await?`, in a function that returns a \
            `Result`"
)]
pub trait AwaitedByEager<E, P, G> {
    /// The function.
    fn awaited(self) -> G;
}

#[diagnostic::do_not_recommend]
impl<F, E> AwaitedByEager<E, AsyncFunction, F> for F {
    fn awaited(self) -> F {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<F, E> AwaitedByEager<E, WithoutItsOptions, F> for F {
    fn awaited(self) -> F {
        self
    }
}
