//! The call builder: what each input's place holds before and after it is given.

use std::marker::PhantomData;

use super::slot::{self, DefaultInput};
use crate::{
    graph::{BindingData, IntoBinding},
    types::{FlyteType, Value},
};

/// Builds a call with values, for `run`, `call` and `start`.
#[derive(Clone, Copy, Debug)]
pub struct Values;

/// Builds a node in a workflow's body, from promises and values.
#[derive(Clone, Copy, Debug)]
pub struct Bindings;

/// What one kind of builder takes for an input of type `T`.
pub trait Accepts<V, T> {
    /// What is kept of it.
    type Kept;

    /// Keeps it.
    fn keep(given: V) -> Self::Kept;
}

impl<T: FlyteType> Accepts<T, T> for Values {
    type Kept = Value;

    fn keep(given: T) -> Value {
        Value::new(given)
    }
}

impl Accepts<&str, String> for Values {
    type Kept = Value;

    fn keep(given: &str) -> Value {
        Value::new(given.to_owned())
    }
}

impl<T, V: IntoBinding<T>> Accepts<V, T> for Bindings {
    type Kept = BindingData;

    fn keep(given: V) -> BindingData {
        given.into_binding()
    }
}

/// The place of a required input that was not given; `Input` names it in the compiler's message.
#[derive(Clone, Copy, Debug)]
pub struct Missing<Input>(PhantomData<Input>);

/// The place of an input that has a default and was not given.
#[derive(Clone, Copy, Debug)]
pub struct Defaulted<Input>(PhantomData<Input>);

/// The place of an input that was given.
#[derive(Clone, Copy, Debug)]
pub struct Given<K>(pub K);

impl<Input> Missing<Input> {
    /// The place.
    pub const NEW: Self = Self(PhantomData);
}

impl<Input> Defaulted<Input> {
    /// The place.
    pub const NEW: Self = Self(PhantomData);
}

/// The name of an input in a call by name: a field of the type that stands for what is called, so that one that there is not is the
/// compiler's to tell, with those that there are.
#[derive(Clone, Copy, Debug)]
pub struct InputName;

impl InputName {
    /// The builder that the input is given to.
    pub fn of<B>(self, builder: B) -> B {
        builder
    }
}

/// Implemented by nothing: it turns giving an input that a launch plan fixes into a message of its own.
#[diagnostic::on_unimplemented(
    message = "this input is fixed by the launch plan and cannot be given in a call of it",
    label = "it has a value already",
    note = "leave it out; to give it, call the workflow itself, or write another `#[launch_plan]` that leaves it open or has a default for it"
)]
pub trait GivesFixedInputs {}

/// A place whose input was not given yet.
#[diagnostic::on_unimplemented(
    message = "an input is given twice: `{Input}`",
    label = "it has a value already",
    note = "keep one of them"
)]
pub trait Open<Input> {}

#[diagnostic::do_not_recommend]
impl<Input> Open<Input> for Missing<Input> {}

#[diagnostic::do_not_recommend]
impl<Input> Open<Input> for Defaulted<Input> {}

/// A place that has something for its input.
#[diagnostic::on_unimplemented(
    message = "a required input is not given: `{Input}`",
    label = "an input without a default is missing",
    note = "give every input without `#[default(..)]`, by its name"
)]
pub trait Supply<K, Input> {
    /// What the input is bound to.
    fn supply(self) -> K;
}

#[diagnostic::do_not_recommend]
impl<K, Input> Supply<K, Input> for Given<K> {
    fn supply(self) -> K {
        self.0
    }
}

#[diagnostic::do_not_recommend]
impl<Input: DefaultInput> Supply<Value, Input> for Defaulted<Input> {
    fn supply(self) -> Value {
        slot::default::<Input>()
    }
}

#[diagnostic::do_not_recommend]
impl<Input: DefaultInput> Supply<BindingData, Input> for Defaulted<Input> {
    fn supply(self) -> BindingData {
        slot::default_input::<Input>().into_binding()
    }
}
