//! Calls by name: `add(b = 1, a = 2)` in a body, and `call!(add(b = 1, a = 2))` elsewhere.
//!
//! The macro writes the names twice: as fields of the type that stands for the entity, so that the compiler reports
//! unknown names and checks types, and as texts in a constant, so that [`check`] can report missing ones.

use std::marker::PhantomData;

use super::{
    declare::{InputSlot, Position},
    in_bodies::__Callee0,
    slot::{self, Slot},
};
use crate::{
    graph::{
        BindingData, Constant, IntoBinding, TaskOutputs, call_node,
        entity::{Entity, InputDescriptor},
    },
    types::{FlyteType, Value},
};

/// The inputs given to a call so far.
#[derive(Debug)]
pub struct Named<E, K> {
    given: Vec<Option<K>>,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity, K> Named<E, K> {
    /// A call without inputs.
    pub(crate) fn new() -> Self {
        Self {
            given: E::INPUTS.iter().map(|_| None).collect(),
            entity: PhantomData,
        }
    }

    fn with(mut self, position: usize, kept: K) -> Self {
        if let Some(place) = self.given.get_mut(position) {
            *place = Some(kept);
        }
        self
    }

    /// The value of each input: as given, or its default.
    fn all(self, default: fn(&InputDescriptor) -> Option<K>) -> Vec<K> {
        let given = self.given.into_iter().zip(E::INPUTS);
        let all = given.map(|(given, input)| match given.or_else(|| default(input)) {
            Some(kept) => kept,
            None => panic!(
                "the input `{}` of `{}` is not given",
                input.name,
                E::descriptor().short_name()
            ),
        });
        all.collect()
    }
}

impl<E: Entity> Named<E, BindingData> {
    /// The node.
    #[doc(hidden)]
    #[track_caller]
    pub fn __node(self) -> <E::Output as TaskOutputs>::Promises {
        call_node::<E>(self.all(|input| {
            let (value, info) = (input.default?(), input.info);
            Some(BindingData::Constant(Constant { value, info }))
        }))
    }
}

impl<E: Entity> Named<E, Value> {
    /// The values in parameter order.
    pub fn values(self) -> Vec<Value> {
        self.all(|input| Some(input.default?()))
    }
}

/// The name of an input, which has no value but its type.
pub trait Name {
    /// The only value.
    const NAME: Self;
}

/// The name of the input that `field` would give, if anything ran it.
pub fn name<N: Name>(_field: impl FnOnce() -> N) -> N {
    N::NAME
}

/// The name of an input: a field of the type that stands for the entity, so that the compiler reports an unknown name
/// and lists the known ones.
#[derive(Debug)]
pub struct Input<E, P>(PhantomData<fn() -> (E, P)>);

impl<E, P> Name for Input<E, P> {
    const NAME: Self = Self(PhantomData);
}

impl<E: InputSlot<P>, P> Slot for Input<E, P> {
    type Type = E::Type;
}

impl<E: Entity + InputSlot<P>, P: Position> Input<E, P> {
    /// Gives the input to a node.
    pub fn give(
        self,
        to: Named<E, BindingData>,
        value: impl IntoBinding<E::Type>,
    ) -> Named<E, BindingData> {
        to.with(P::INDEX, value.into_binding())
    }

    /// Gives the input to a call.
    pub fn set<V>(self, of: Named<E, Value>, value: V) -> Named<E, Value>
    where
        Values: Accepts<V, E::Type>,
    {
        of.with(P::INDEX, Values::keep(value))
    }
}

/// The name of an input that a launch plan fixes.
#[derive(Debug)]
pub struct Fixed<E>(PhantomData<fn() -> E>);

impl<E> Name for Fixed<E> {
    const NAME: Self = Self(PhantomData);
}

impl<E> Fixed<E> {
    /// Refuses the input, with the error at its name.
    pub fn give<C, V>(self, call: C, _value: V) -> C
    where
        E: GivesFixedInputs,
    {
        call
    }

    /// Refuses the input, with the error at its name.
    pub fn set<C, V>(self, call: C, _value: V) -> C
    where
        E: GivesFixedInputs,
    {
        call
    }
}

/// Never implemented: it gives setting an input that a launch plan fixes its own message.
#[diagnostic::on_unimplemented(
    message = "this input is fixed by the launch plan and cannot be given in a call of it",
    label = "it has a value already",
    note = "leave it out; to give it, call the workflow itself, or write another `#[launch_plan]` that leaves it open \
            or has a default for it"
)]
pub trait GivesFixedInputs {}

/// Input values of a call outside of a body.
#[derive(Clone, Copy, Debug)]
pub struct Values;

/// A value for an input of type `T`.
pub trait Accepts<V, T> {
    /// Converts the value.
    fn keep(given: V) -> Value;
}

impl<T: FlyteType> Accepts<T, T> for Values {
    fn keep(given: T) -> Value {
        Value::new(given)
    }
}

impl Accepts<&str, String> for Values {
    fn keep(given: &str) -> Value {
        Value::new(given.to_owned())
    }
}

/// Checks at compile time that every required input is given. `shown` is the callee as written.
///
/// # Panics
///
/// When an input without a default is not given.
#[track_caller]
pub const fn check<E: Checked>(shown: &str, given: &[&str]) {
    if let Some(inputs) = E::INPUTS {
        check_inputs(inputs, shown, given);
    }
}

/// What a call is checked of. What is no task is told by itself.
#[doc(hidden)]
pub trait Checked {
    /// The inputs of a task.
    const INPUTS: Option<&'static [InputDescriptor]>;
}

#[diagnostic::do_not_recommend]
impl<E: Entity> Checked for E {
    const INPUTS: Option<&'static [InputDescriptor]> = Some(E::INPUTS);
}

#[diagnostic::do_not_recommend]
impl Checked for __Callee0 {
    const INPUTS: Option<&'static [InputDescriptor]> = None;
}

#[track_caller]
const fn check_inputs(inputs: &[InputDescriptor], shown: &str, given: &[&str]) {
    let mut next = 0;
    while next < given.len() {
        // An unknown name is reported where its value is given.
        if !slot::is_input(inputs, given[next]) {
            return;
        }
        next += 1;
    }
    let count = missing(inputs, given, None, Text::new()).1;
    if count == 1 {
        let text = Text::new().with("the input ");
        let text = missing(inputs, given, Some(["`", "`"]), text).0;
        let text = text.with(" of `").with(shown);
        let text = text.with("` is not given and has no default: write ");
        let text = missing(inputs, given, Some(["`", " = ..`"]), text).0;
        let text = text.with(" in the call");
        // An `Option` has no default of its own where a call is checked; in a run it is `None`.
        match is_optional_missing(inputs, given) {
            true => text
                .with("; `#[default(None)]` in front of the input lets calls leave it out")
                .panic(),
            false => text.panic(),
        }
    }
    if count > 1 {
        let text = Text::new().with("the inputs ");
        let text = missing(inputs, given, Some(["`", "`"]), text).0;
        let text = text.with(" of `").with(shown);
        let text = text
            .with("` are not given and have no defaults: write `")
            .with(shown);
        let text = missing(inputs, given, Some(["", " = .."]), text.with("(")).0;
        text.with(")`, or all inputs by position").panic();
    }
}

/// Whether an input of an optional type is missing.
const fn is_optional_missing(inputs: &[InputDescriptor], given: &[&str]) -> bool {
    let mut next = 0;
    while next < inputs.len() {
        let input = &inputs[next];
        if input.default.is_none() && !is_among(input.name, given) && input.info.is_option() {
            return true;
        }
        next += 1;
    }
    false
}

/// How many inputs are missing, and the text with their names, between `around` each.
const fn missing(
    inputs: &[InputDescriptor],
    given: &[&str],
    around: Option<[&str; 2]>,
    mut text: Text,
) -> (Text, usize) {
    let (mut next, mut count) = (0, 0);
    while next < inputs.len() {
        let input = &inputs[next];
        if input.default.is_none() && !is_among(input.name, given) {
            if let Some([before, behind]) = around {
                if count > 0 {
                    text = text.with(", ");
                }
                text = text.with(before).with(input.name).with(behind);
            }
            count += 1;
        }
        next += 1;
    }
    (text, count)
}

/// A text of several parts, which a constant cannot format.
#[derive(Clone, Copy)]
struct Text {
    bytes: [u8; Self::SIZE],
    length: usize,
}

impl Text {
    const SIZE: usize = 800;

    const fn new() -> Self {
        Self {
            bytes: [0; Self::SIZE],
            length: 0,
        }
    }

    const fn with(mut self, part: &str) -> Self {
        let (part, mut next) = (part.as_bytes(), 0);
        while next < part.len() && self.length < Self::SIZE {
            self.bytes[self.length] = part[next];
            next += 1;
            self.length += 1;
        }
        self
    }

    /// Panics with the text.
    #[track_caller]
    const fn panic(&self) -> ! {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("an input without a default is not given"),
        }
    }
}

pub(super) const fn is_among(name: &str, names: &[&str]) -> bool {
    let mut next = 0;
    while next < names.len() {
        if is_same(name, names[next]) {
            return true;
        }
        next += 1;
    }
    false
}

pub(super) const fn is_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut next = 0;
    while a.len() == b.len() && next < a.len() {
        if a[next] != b[next] {
            return false;
        }
        next += 1;
    }
    a.len() == b.len()
}
