//! Calls of gates by name: `approve(item = report, name = "review")`, where the timeout may be left out.

use std::{marker::PhantomData, time::Duration};

use super::{
    approve,
    node::{ApprovedItem, DEFAULT_TIMEOUT, approval, pause, signal},
    sleep, wait_for_input,
};
use crate::{
    __private::builder::{Given, InputName, Missing, Supply},
    graph::{
        Promise, VoidPromise,
        overrides::{IntoTimeout, OverrideError},
    },
    types::FlyteType,
};

/// What the compiler calls the inputs that are missing.
#[allow(
    non_camel_case_types,
    reason = "the compiler shows the name of an input"
)]
mod inputs {
    #[derive(Debug)]
    pub struct item;
    #[derive(Debug)]
    pub struct name;
    #[derive(Debug)]
    pub struct duration;
}

/// The names of the inputs of [`approve`].
#[doc(hidden)]
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug)]
pub struct InputsOfApprove {
    pub item: InputName,
    pub name: InputName,
    pub timeout: InputName,
}

/// The names of the inputs of [`wait_for_input`].
#[doc(hidden)]
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug)]
pub struct InputsOfWaitForInput {
    pub name: InputName,
    pub timeout: InputName,
}

/// The names of the inputs of [`sleep`].
#[doc(hidden)]
#[allow(missing_docs, reason = "the names say it")]
#[derive(Debug)]
pub struct InputsOfSleep {
    pub duration: InputName,
}

/// What a timeout was said to be.
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
        InputsOfApprove {
            item: InputName,
            name: InputName,
            timeout: InputName,
        }
    }

    #[doc(hidden)]
    pub fn __node_builder() -> ApproveInputs<Missing<inputs::item>, Missing<inputs::name>> {
        ApproveInputs {
            item: Missing::NEW,
            name: Missing::NEW,
            timeout: Ok(DEFAULT_TIMEOUT),
        }
    }
}

impl<I, N> ApproveInputs<I, N> {
    #[doc(hidden)]
    pub fn item<T>(self, item: impl ApprovedItem<T>) -> ApproveInputs<Given<Promise<T>>, N> {
        ApproveInputs {
            item: Given(item.promise()),
            name: self.name,
            timeout: self.timeout,
        }
    }

    #[doc(hidden)]
    pub fn name(self, name: impl Into<String>) -> ApproveInputs<I, Given<String>> {
        ApproveInputs {
            item: self.item,
            name: Given(name.into()),
            timeout: self.timeout,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn timeout(mut self, timeout: impl IntoTimeout) -> Self {
        self.timeout = timeout.into_timeout();
        self
    }

    #[doc(hidden)]
    #[track_caller]
    pub fn __node<T: FlyteType>(self) -> Promise<T>
    where
        I: Supply<Promise<T>, inputs::item>,
        N: Supply<String, inputs::name>,
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
        InputsOfWaitForInput {
            name: InputName,
            timeout: InputName,
        }
    }

    #[doc(hidden)]
    pub fn __node_builder() -> SignalInputs<T, Missing<inputs::name>> {
        SignalInputs {
            name: Missing::NEW,
            timeout: Ok(DEFAULT_TIMEOUT),
            of: PhantomData,
        }
    }
}

impl<T, N> SignalInputs<T, N> {
    #[doc(hidden)]
    pub fn name(self, name: impl Into<String>) -> SignalInputs<T, Given<String>> {
        SignalInputs {
            name: Given(name.into()),
            timeout: self.timeout,
            of: PhantomData,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn timeout(mut self, timeout: impl IntoTimeout) -> Self {
        self.timeout = timeout.into_timeout();
        self
    }

    #[doc(hidden)]
    #[track_caller]
    pub fn __node(self) -> Promise<T>
    where
        T: FlyteType,
        N: Supply<String, inputs::name>,
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
        InputsOfSleep {
            duration: InputName,
        }
    }

    #[doc(hidden)]
    pub fn __node_builder() -> SleepInputs<Missing<inputs::duration>> {
        SleepInputs(Missing::NEW)
    }
}

impl<D> SleepInputs<D> {
    #[doc(hidden)]
    pub fn duration(self, duration: impl IntoTimeout) -> SleepInputs<Given<Time>> {
        SleepInputs(Given(duration.into_timeout()))
    }

    #[doc(hidden)]
    #[track_caller]
    pub fn __node(self) -> VoidPromise
    where
        D: Supply<Time, inputs::duration>,
    {
        pause(self.0.supply())
    }
}
