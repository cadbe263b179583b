//! Calls of gates by name: `approve(item = report, name = "review")`, where the timeout may be left out.

use std::{marker::PhantomData, time::Duration};

use super::{
    ApprovedItem, DEFAULT_TIMEOUT, approval, approve, pause, signal, sleep, wait_for_input,
};
use crate::{
    graph::{
        Promise, VoidPromise,
        generated::named::Name,
        overrides::{IntoTimeout, OverrideError},
    },
    types::FlyteType,
};

/// The type of a required input that was not given.
#[derive(Clone, Copy, Debug)]
pub struct Missing;

/// The type of an input that was given.
#[derive(Clone, Copy, Debug)]
pub struct Given<K>(K);

/// Defines a trait for a required input; its message names the input.
macro_rules! required {
    ($($trait:ident: $message:literal)*) => { $(
        /// The input has a value.
        #[diagnostic::on_unimplemented(
            message = $message,
            label = "an input without a default is missing",
            note = "give every input that has no default, by its name"
        )]
        pub trait $trait<K> {
            /// The value of the input.
            fn supply(self) -> K;
        }

        #[diagnostic::do_not_recommend]
        impl<K> $trait<K> for Given<K> {
            fn supply(self) -> K {
                self.0
            }
        }
    )* };
}

required! {
    SupplyItem: "the input `item` is not given"
    SupplyName: "the input `name` is not given"
    SupplyDuration: "the input `duration` is not given"
}

/// Defines the input names of a gate as fields of a struct.
macro_rules! names {
    ($($inputs:ident of $gate:literal { $($input:ident: $name:ident),* })*) => { $(
        #[doc = concat!("The names of the inputs of `", $gate, "`.")]
        #[doc(hidden)]
        #[allow(missing_docs, reason = "the names say it")]
        #[derive(Debug)]
        pub struct $inputs {
            $(pub $input: $name,)*
        }

        impl $inputs {
            const NEW: Self = Self { $($input: $name,)* };
        }

        $(
            #[doc = concat!("`", stringify!($input), "` of `", $gate, "`.")]
            #[doc(hidden)]
            #[derive(Debug)]
            pub struct $name;

            impl Name for $name {
                const NAME: Self = Self;
            }
        )*
    )* };
}

names! {
    InputsOfApprove of "approve" { item: ItemOfApprove, name: NameOfApprove, timeout: TimeoutOfApprove }
    InputsOfWaitForInput of "wait_for_input" { name: NameOfWaitForInput, timeout: TimeoutOfWaitForInput }
    InputsOfSleep of "sleep" { duration: DurationOfSleep }
}

/// A timeout as it was given.
type Time = Result<Duration, OverrideError>;

/// The inputs of a call of [`approve`].
#[doc(hidden)]
#[derive(Debug)]
pub struct ApproveInputs<I, N> {
    item: I,
    name: N,
    timeout: Time,
}

impl approve {
    #[doc(hidden)]
    pub fn __names() -> InputsOfApprove {
        InputsOfApprove::NEW
    }

    #[doc(hidden)]
    pub fn __node_builder() -> ApproveInputs<Missing, Missing> {
        ApproveInputs {
            item: Missing,
            name: Missing,
            timeout: Ok(DEFAULT_TIMEOUT),
        }
    }
}

impl ItemOfApprove {
    #[doc(hidden)]
    pub fn give<I, N, T>(
        self,
        to: ApproveInputs<I, N>,
        item: impl ApprovedItem<T>,
    ) -> ApproveInputs<Given<Promise<T>>, N> {
        ApproveInputs {
            item: Given(item.promise()),
            name: to.name,
            timeout: to.timeout,
        }
    }
}

impl NameOfApprove {
    #[doc(hidden)]
    pub fn give<I, N>(
        self,
        to: ApproveInputs<I, N>,
        name: impl Into<String>,
    ) -> ApproveInputs<I, Given<String>> {
        ApproveInputs {
            item: to.item,
            name: Given(name.into()),
            timeout: to.timeout,
        }
    }
}

impl TimeoutOfApprove {
    #[doc(hidden)]
    pub fn give<I, N>(
        self,
        mut to: ApproveInputs<I, N>,
        timeout: impl IntoTimeout,
    ) -> ApproveInputs<I, N> {
        to.timeout = timeout.into_timeout();
        to
    }
}

impl<I, N> ApproveInputs<I, N> {
    #[doc(hidden)]
    #[track_caller]
    pub fn __node<T: FlyteType>(self) -> Promise<T>
    where
        I: SupplyItem<Promise<T>>,
        N: SupplyName<String>,
    {
        approval(self.item.supply(), self.name.supply(), self.timeout)
    }
}

/// The inputs of a call of [`wait_for_input`].
#[doc(hidden)]
#[derive(Debug)]
pub struct SignalInputs<T, N> {
    name: N,
    timeout: Time,
    of: PhantomData<fn() -> T>,
}

impl<T> wait_for_input<T> {
    #[doc(hidden)]
    pub fn __names() -> InputsOfWaitForInput {
        InputsOfWaitForInput::NEW
    }

    #[doc(hidden)]
    pub fn __node_builder() -> SignalInputs<T, Missing> {
        SignalInputs {
            name: Missing,
            timeout: Ok(DEFAULT_TIMEOUT),
            of: PhantomData,
        }
    }
}

impl NameOfWaitForInput {
    #[doc(hidden)]
    pub fn give<T, N>(
        self,
        to: SignalInputs<T, N>,
        name: impl Into<String>,
    ) -> SignalInputs<T, Given<String>> {
        SignalInputs {
            name: Given(name.into()),
            timeout: to.timeout,
            of: PhantomData,
        }
    }
}

impl TimeoutOfWaitForInput {
    #[doc(hidden)]
    pub fn give<T, N>(
        self,
        mut to: SignalInputs<T, N>,
        timeout: impl IntoTimeout,
    ) -> SignalInputs<T, N> {
        to.timeout = timeout.into_timeout();
        to
    }
}

impl<T, N> SignalInputs<T, N> {
    #[doc(hidden)]
    #[track_caller]
    pub fn __node(self) -> Promise<T>
    where
        T: FlyteType,
        N: SupplyName<String>,
    {
        signal(self.name.supply(), self.timeout)
    }
}

/// The inputs of a call of [`sleep`].
#[doc(hidden)]
#[derive(Debug)]
pub struct SleepInputs<D>(D);

impl sleep {
    #[doc(hidden)]
    pub fn __names() -> InputsOfSleep {
        InputsOfSleep::NEW
    }

    #[doc(hidden)]
    pub fn __node_builder() -> SleepInputs<Missing> {
        SleepInputs(Missing)
    }
}

impl DurationOfSleep {
    #[doc(hidden)]
    pub fn give<D>(
        self,
        _to: SleepInputs<D>,
        duration: impl IntoTimeout,
    ) -> SleepInputs<Given<Time>> {
        SleepInputs(Given(duration.into_timeout()))
    }
}

impl<D> SleepInputs<D> {
    #[doc(hidden)]
    #[track_caller]
    pub fn __node(self) -> VoidPromise
    where
        D: SupplyDuration<Time>,
    {
        pause(self.0.supply())
    }
}
