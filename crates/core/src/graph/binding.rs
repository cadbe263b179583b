//! Input bindings, and the values that may be passed where a promise is expected.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    fmt,
    marker::PhantomData,
};

use super::{Promise, VoidPromise, node::RawReference};
use crate::{
    graph::condition::Cases,
    types::{FlyteType, TypeError, TypeInfo, Value},
};

/// A constant written in a workflow's body.
#[derive(Clone, Debug)]
pub struct Constant {
    /// The value.
    pub value: Value,
    /// Its type.
    pub info: TypeInfo,
}

impl Constant {
    /// A preview of the value for error reports and pictures: at most 80 characters.
    pub fn preview(&self) -> String {
        self.info.preview(&self.value)
    }

    /// Converts the value to Flyte's form.
    ///
    /// # Errors
    ///
    /// When Flyte's form cannot hold it.
    pub fn to_literal(&self) -> Result<crate::types::Literal, TypeError> {
        self.info.to_literal(&self.value)
    }
}

/// How the parts of a collection become one value of the collection's Rust type.
pub type Assemble = fn(Vec<Value>) -> Option<Value>;

/// The source of a value (`flyteidl.core.BindingData`).
#[derive(Clone)]
pub enum BindingData {
    /// An output of a node, an input of the workflow, or a part of either.
    Promise(RawReference),
    /// A constant.
    Constant(Constant),
    /// A list whose elements have sources of their own.
    Collection {
        /// The elements in order.
        items: Vec<BindingData>,
        /// Makes the `Vec`.
        assemble: Assemble,
    },
    /// A map whose values have sources of their own.
    Map {
        /// The values by key.
        items: BTreeMap<String, BindingData>,
        /// Makes the map from the values in key order; the first value holds the keys.
        assemble: fn(Vec<(String, Value)>) -> Option<Value>,
    },
    /// A source that is cast: a `T` for an input of type `Option<T>`, an enum for a string.
    Cast {
        /// The source of the value to cast.
        item: Box<BindingData>,
        /// Casts it.
        assemble: Assemble,
    },
    /// A source of another Rust type that Flyte's casting rules allow: it is converted through its form in Flyte.
    Converted {
        /// The source of the value to convert.
        item: Box<BindingData>,
        /// The type of that value.
        from: TypeInfo,
        /// The expected type.
        to: TypeInfo,
    },
}

impl BindingData {
    /// The value, if it contains no promise and so is known before anything runs.
    ///
    /// # Errors
    ///
    /// When a value does not fit the type it is converted to.
    pub fn known(&self) -> Result<Option<Value>, TypeError> {
        Ok(match self {
            Self::Promise(_) => None,
            Self::Constant(constant) => Some(constant.value.clone()),
            Self::Collection { items, assemble } => {
                let items: Option<Vec<_>> =
                    items.iter().map(Self::known).collect::<Result<_, _>>()?;
                items.and_then(assemble)
            }
            Self::Map { items, assemble } => {
                let known = |(key, item): (&String, &Self)| {
                    Ok(item.known()?.map(|value| (key.clone(), value)))
                };
                let items: Option<Vec<_>> =
                    items.iter().map(known).collect::<Result<_, TypeError>>()?;
                items.and_then(assemble)
            }
            Self::Cast { item, assemble } => item.known()?.and_then(|value| assemble(vec![value])),
            Self::Converted { item, from, to } => match item.known()? {
                Some(value) => Some(to.from_literal(from.to_literal(&value)?)?),
                None => None,
            },
        })
    }

    /// Calls `each` with every promise in this binding.
    pub fn for_each_reference(&self, each: &mut impl FnMut(&RawReference)) {
        match self {
            Self::Promise(reference) => each(reference),
            Self::Constant(_) => {}
            Self::Collection { items, .. } => {
                items.iter().for_each(|item| item.for_each_reference(each));
            }
            Self::Map { items, .. } => items
                .values()
                .for_each(|item| item.for_each_reference(each)),
            Self::Cast { item, .. } | Self::Converted { item, .. } => {
                item.for_each_reference(each);
            }
        }
    }

    /// As [`for_each_reference`](Self::for_each_reference), with mutable access.
    pub fn for_each_reference_mut(&mut self, each: &mut impl FnMut(&mut RawReference)) {
        match self {
            Self::Promise(reference) => each(reference),
            Self::Constant(_) => {}
            Self::Collection { items, .. } => items
                .iter_mut()
                .for_each(|item| item.for_each_reference_mut(each)),
            Self::Map { items, .. } => items
                .values_mut()
                .for_each(|item| item.for_each_reference_mut(each)),
            Self::Cast { item, .. } | Self::Converted { item, .. } => {
                item.for_each_reference_mut(each);
            }
        }
    }
}

impl fmt::Debug for BindingData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Promise(reference) => reference.fmt(f),
            Self::Constant(constant) => f.write_str(&constant.preview()),
            Self::Collection { items, .. } => f.debug_list().entries(items).finish(),
            Self::Map { items, .. } => f.debug_map().entries(items).finish(),
            Self::Cast { item, .. } | Self::Converted { item, .. } => item.fmt(f),
        }
    }
}

/// The source of one input of a node, or of one output of a workflow (`flyteidl.core.Binding`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Binding {
    /// The name of the input or output.
    pub var: Cow<'static, str>,
    /// Where its value comes from.
    pub data: BindingData,
}

impl Binding {
    /// For graphs that are made for a cluster.
    #[doc(hidden)]
    pub fn new(var: impl Into<Cow<'static, str>>, data: BindingData) -> Self {
        let var = var.into();
        Self { var, data }
    }
}

/// A value that can be passed for a parameter of type `T` in a workflow's body: a `T`, a promise of one, or a
/// collection of promises.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be passed where the graph needs `{T}`",
    label = "expected `{T}` or a promise of it",
    note = "pass a value or a promise of type `{T}`, or call a task in between that makes one of what there is",
    note = "for a list in place of one value write `xs.map(|x| f(x))`, which calls `f` for each element, or \
            `xs.at(0)`; for one value in place of a list write `vec![x]`; for several outputs write `f(x).0`"
)]
pub trait IntoBinding<T> {
    /// The source of the value. Hidden, so that other crates can pass types that implement this trait but not implement
    /// it.
    #[doc(hidden)]
    fn into_binding(self) -> BindingData;
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<T> for T {
    fn into_binding(self) -> BindingData {
        BindingData::Constant(Constant {
            value: Value::new(self),
            info: TypeInfo::of::<T>(),
        })
    }
}

impl<T> IntoBinding<T> for Promise<T> {
    fn into_binding(self) -> BindingData {
        self.source()
    }
}

/// A task that borrows its parameter is called with a reference in ordinary code; the same call works in a body.
#[diagnostic::do_not_recommend]
impl<T> IntoBinding<T> for &Promise<T> {
    fn into_binding(self) -> BindingData {
        self.source()
    }
}

/// A borrowed value, as ordinary code passes it to a task that borrows its parameter.
#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<T> for &T {
    fn into_binding(self) -> BindingData {
        self.clone().into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Vec<T>> for &[T] {
    fn into_binding(self) -> BindingData {
        self.to_vec().into_binding()
    }
}

/// As many as the array has, which the compiler knows.
#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> IntoBinding<Vec<T>> for [T; N] {
    fn into_binding(self) -> BindingData {
        Vec::from(self).into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> IntoBinding<Vec<T>> for &[T; N] {
    fn into_binding(self) -> BindingData {
        self.to_vec().into_binding()
    }
}

/// Lists of promises that are only lent, as the task that borrows them is given them in ordinary code.
#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Vec<T>> for &[Promise<T>] {
    fn into_binding(self) -> BindingData {
        self.to_vec().into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Vec<T>> for &Vec<Promise<T>> {
    fn into_binding(self) -> BindingData {
        self.clone().into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> IntoBinding<Vec<T>> for &[Promise<T>; N] {
    fn into_binding(self) -> BindingData {
        self.to_vec().into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl IntoBinding<Vec<String>> for Vec<&str> {
    fn into_binding(self) -> BindingData {
        self.as_slice().into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl IntoBinding<Vec<String>> for &[&str] {
    fn into_binding(self) -> BindingData {
        let owned: Vec<String> = self.iter().map(|text| (*text).to_owned()).collect();
        owned.into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl<const N: usize> IntoBinding<Vec<String>> for [&str; N] {
    fn into_binding(self) -> BindingData {
        self.as_slice().into_binding()
    }
}

#[diagnostic::do_not_recommend]
impl IntoBinding<String> for &str {
    fn into_binding(self) -> BindingData {
        self.to_owned().into_binding()
    }
}

/// The message for passing on the result of a task without outputs.
impl<T: NotVoid> IntoBinding<T> for VoidPromise {
    fn into_binding(self) -> BindingData {
        T::absurd()
    }
}

/// Never implemented: it gives a void result passed as a value its own message.
#[diagnostic::on_unimplemented(
    message = "the result of a task without outputs cannot be passed on",
    label = "this task returns nothing",
    note = "to order two tasks without passing data write `first >> second;`"
)]
pub trait NotVoid {
    #[doc(hidden)]
    fn absurd() -> BindingData;
}

/// The message for passing on all outputs of a call where one value is needed.
macro_rules! several_outputs {
    ($($output:ident)+) => {
        impl<T, $($output),+> IntoBinding<T> for ($($output,)+)
        where
            T: OneOutput<Self>,
        {
            fn into_binding(self) -> BindingData {
                unreachable!("outputs are passed on one by one")
            }
        }
    };
}

// Of longer tuples the general message tells: the compiler would list each of these beside every other mistake.
several_outputs!(A B);
several_outputs!(A B C);

/// Never implemented: it gives a tuple passed as a value its own message.
#[diagnostic::on_unimplemented(
    message = "`{O}` is a tuple, and the graph needs one `{Self}` here",
    label = "expected `{Self}` or a promise of it",
    note = "a call of a task with several outputs gives a tuple of promises: pass on one of them, as in `two(x).0`, or \
            name them with `let (a, b) = two(x);`",
    note = "a tuple is not a Flyte type: for a value of several parts write a struct that derives `FlyteType`"
)]
pub trait OneOutput<O> {}

/// The message for passing on an unfinished branch.
impl<T, O: Finished> IntoBinding<T> for Cases<O> {
    fn into_binding(self) -> BindingData {
        O::absurd()
    }
}

/// Never implemented: it gives an unfinished branch passed as a value its own message.
#[diagnostic::on_unimplemented(
    message = "a branch without an end gives no value",
    label = "no case for when none of its conditions holds",
    note = "end it with `.else_().then(|| ..)` or `.else_().fail(\"..\")`, which give what its cases give"
)]
pub trait Finished {
    #[doc(hidden)]
    fn absurd() -> BindingData;
}

fn assemble_option<T: FlyteType>(mut items: Vec<Value>) -> Option<Value> {
    let item = items.pop()?.into_owned::<T>().ok()?;
    Some(Value::new(Some(item)))
}

pub(crate) fn optional<T: FlyteType>(item: BindingData) -> BindingData {
    // A constant in an `Option` is a constant.
    let item = match item {
        BindingData::Constant(Constant { value, info }) => match value.into_owned::<T>() {
            Ok(value) => return IntoBinding::<Option<T>>::into_binding(Some(value)),
            Err(value) => BindingData::Constant(Constant { value, info }),
        },
        item => item,
    };
    BindingData::Cast {
        item: Box::new(item),
        assemble: assemble_option::<T>,
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Option<T>> for Promise<T> {
    fn into_binding(self) -> BindingData {
        optional::<T>(IntoBinding::<T>::into_binding(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Option<T>> for Option<Promise<T>> {
    fn into_binding(self) -> BindingData {
        match self {
            Some(promise) => IntoBinding::<Option<T>>::into_binding(promise),
            None => IntoBinding::<Option<T>>::into_binding(None::<T>),
        }
    }
}

fn assemble_vec<T: FlyteType>(items: Vec<Value>) -> Option<Value> {
    let items: Option<Vec<T>> = items
        .into_iter()
        .map(|item| item.into_owned::<T>().ok())
        .collect();
    items.map(Value::new)
}

fn collection<T: FlyteType>(items: Vec<BindingData>) -> BindingData {
    BindingData::Collection {
        items,
        assemble: assemble_vec::<T>,
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Vec<T>> for Vec<Promise<T>> {
    fn into_binding(self) -> BindingData {
        collection::<T>(
            self.into_iter()
                .map(IntoBinding::<T>::into_binding)
                .collect(),
        )
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Vec<Vec<T>>> for Vec<Vec<Promise<T>>> {
    fn into_binding(self) -> BindingData {
        collection::<Vec<T>>(
            self.into_iter()
                .map(IntoBinding::<Vec<T>>::into_binding)
                .collect(),
        )
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Vec<Option<T>>> for Vec<Option<Promise<T>>> {
    fn into_binding(self) -> BindingData {
        collection::<Option<T>>(
            self.into_iter()
                .map(IntoBinding::<Option<T>>::into_binding)
                .collect(),
        )
    }
}

fn array<T: FlyteType, const N: usize>(items: Vec<BindingData>) -> BindingData {
    BindingData::Collection {
        items,
        assemble: |items| {
            let items = items.into_iter().map(|item| item.into_owned::<T>().ok());
            let items = <[T; N]>::try_from(items.collect::<Option<Vec<T>>>()?);
            items.ok().map(Value::new)
        },
    }
}

/// The length of the array, which the compiler knows.
#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> IntoBinding<[T; N]> for [Promise<T>; N] {
    fn into_binding(self) -> BindingData {
        let items = self.into_iter().map(IntoBinding::<T>::into_binding);
        array::<T, N>(items.collect())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> IntoBinding<Vec<T>> for [Promise<T>; N] {
    fn into_binding(self) -> BindingData {
        collection::<T>(
            self.into_iter()
                .map(IntoBinding::<T>::into_binding)
                .collect(),
        )
    }
}

macro_rules! map_bindings {
    ($map:ident, $($bound:tt)*) => {
        #[diagnostic::do_not_recommend]
        impl<T: FlyteType> IntoBinding<$map<String, T>> for $map<&str, T> {
            fn into_binding(self) -> BindingData {
                let owned: $map<String, T> =
                    self.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
                owned.into_binding()
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T: FlyteType> IntoBinding<$map<String, T>> for MapBinding<T> {
            fn into_binding(self) -> BindingData {
                BindingData::Map {
                    items: self.items,
                    assemble: |items| {
                        let items: Option<$map<String, T>> =
                            items.into_iter().map(|(key, item)| Some((key, item.into_owned::<T>().ok()?))).collect();
                        items.map(Value::new)
                    },
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<K: Into<String> + $($bound)*, T: FlyteType> IntoBinding<$map<String, T>> for $map<K, Promise<T>> {
            fn into_binding(self) -> BindingData {
                let bound = |(key, item): (K, _)| (key.into(), IntoBinding::<T>::into_binding(item));
                let items = self.into_iter().map(bound).collect();
                BindingData::Map {
                    items,
                    assemble: |items| {
                        let owned = |(key, item): (String, Value)| {
                            Some((key, item.into_owned::<T>().ok()?))
                        };
                        let items: Option<$map<String, T>> = items.into_iter().map(owned).collect();
                        items.map(Value::new)
                    },
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl<K: Into<String> + $($bound)*, T: FlyteType> IntoBinding<$map<String, Vec<T>>>
            for $map<K, Vec<Promise<T>>>
        {
            fn into_binding(self) -> BindingData {
                let bound = |(key, item): (K, _)| (key.into(), IntoBinding::<Vec<T>>::into_binding(item));
                let items = self.into_iter().map(bound).collect();
                BindingData::Map {
                    items,
                    assemble: |items| {
                        let owned = |(key, item): (String, Value)| {
                            Some((key, item.into_owned::<Vec<T>>().ok()?))
                        };
                        let items: Option<$map<String, Vec<T>>> = items.into_iter().map(owned).collect();
                        items.map(Value::new)
                    },
                }
            }
        }
    };
}

map_bindings!(BTreeMap, Ord);
map_bindings!(HashMap, Eq + std::hash::Hash);

/// `vec![a, 5]` as an argument with `N` elements: each is a promise or a value.
#[derive(Debug)]
pub struct ListBinding<T, const N: usize> {
    items: Vec<BindingData>,
    marker: PhantomData<fn() -> T>,
}

impl<T: FlyteType, const N: usize> ListBinding<T, N> {
    /// An empty list.
    #[expect(clippy::new_without_default, reason = "made by the macro alone")]
    pub fn new() -> Self {
        Self {
            items: Vec::new(),
            marker: PhantomData,
        }
    }

    /// Adds an element.
    #[must_use]
    pub fn item(mut self, item: impl IntoBinding<T>) -> Self {
        self.items.push(item.into_binding());
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> IntoBinding<Vec<T>> for ListBinding<T, N> {
    fn into_binding(self) -> BindingData {
        collection::<T>(self.items)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType, const N: usize> IntoBinding<[T; N]> for ListBinding<T, N> {
    fn into_binding(self) -> BindingData {
        array::<T, N>(self.items)
    }
}

/// `BTreeMap::from([("a", x), ("b", 2)])` as an argument: each value is a promise or a value.
#[derive(Debug)]
pub struct MapBinding<T> {
    items: BTreeMap<String, BindingData>,
    marker: PhantomData<fn() -> T>,
}

impl<T: FlyteType> MapBinding<T> {
    /// A map without values yet.
    #[expect(clippy::new_without_default, reason = "made by the macro alone")]
    pub fn new() -> Self {
        Self {
            items: BTreeMap::new(),
            marker: PhantomData,
        }
    }

    /// Adds a value.
    #[must_use]
    pub fn item(mut self, key: impl Into<String>, item: impl IntoBinding<T>) -> Self {
        self.items.insert(key.into(), item.into_binding());
        self
    }
}

/// `Some(a)` as an argument, where `a` is a promise or a value.
#[derive(Debug)]
pub struct SomeBinding<V>(pub V);

#[diagnostic::do_not_recommend]
impl<T: FlyteType, V: IntoBinding<T>> IntoBinding<Option<T>> for SomeBinding<V> {
    fn into_binding(self) -> BindingData {
        optional::<T>(self.0.into_binding())
    }
}

/// `None` as an argument; the parameter decides its type.
#[derive(Clone, Copy, Debug)]
pub struct NoneBinding;

#[diagnostic::do_not_recommend]
impl<T: FlyteType> IntoBinding<Option<T>> for NoneBinding {
    fn into_binding(self) -> BindingData {
        IntoBinding::<Option<T>>::into_binding(None::<T>)
    }
}
