//! The types that generated workflows have values of.

use std::{collections::BTreeMap, fmt};

use flyte_core::graph::NodeRef;
use flyte_runtime::{
    graph::{IntoBinding, NodeOutputs, VoidPromise},
    prelude::*,
    types::{TypeInfo, Value},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// An enum without data, which a cluster has as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FlyteType)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) enum Color {
    Red,
    #[serde(rename = "dark green")]
    Green,
    Blue,
}

/// A struct with a field of each kind that a condition can look at.
#[derive(Clone, Debug, PartialEq, FlyteType)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) struct Item {
    pub(crate) weight: i64,
    pub(crate) name: String,
    pub(crate) color: Color,
    pub(crate) ready: bool,
    pub(crate) share: f64,
    pub(crate) marks: Vec<i64>,
    pub(crate) inner: Inner,
    pub(crate) maybe: Option<i64>,
    pub(crate) due: Timestamp,
    pub(crate) takes: SignedDuration,
    pub(crate) stock: BTreeMap<String, i64>,
}

/// A struct in a struct.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) struct Inner {
    pub(crate) depth: i64,
}

/// An enum with data: a union.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FlyteType)]
#[allow(missing_docs, reason = "the names say it")]
pub(crate) enum Shape {
    Nothing,
    Number(i64),
    Words(Vec<String>),
}

/// A type of which generated workflows have values.
pub(crate) trait Kind: flyte_runtime::types::FlyteType + Clone + fmt::Debug {
    /// What the generator calls it.
    const TY: Ty;

    /// One of its values; the same number gives the same.
    fn sample(number: u8) -> Self;

    /// The source of a value of this type, among those of all types.
    fn into_bound(bound: Bound<Self>) -> AnyBound;

    /// The other way round.
    fn of_bound(any: &AnyBound) -> Option<&Bound<Self>>;
}

/// Where a value comes from: a promise, or a value that is known.
#[derive(Clone, Debug)]
pub(crate) enum Bound<T> {
    /// A promise.
    Promise(Promise<T>),
    /// A value.
    Value(T),
}

impl<T: Kind> IntoBinding<T> for Bound<T> {
    fn into_binding(self) -> flyte_core::graph::BindingData {
        match self {
            Self::Promise(promise) => IntoBinding::<T>::into_binding(promise),
            Self::Value(value) => IntoBinding::<T>::into_binding(value),
        }
    }
}

impl<T: Kind> flyte_runtime::__private::BranchValue for Bound<T> {
    type Outputs = Promise<T>;

    fn __bind(self, sources: &mut flyte_runtime::__private::Sources) {
        match self {
            Self::Promise(promise) => promise.__bind(sources),
            Self::Value(value) => value.__bind(sources),
        }
    }
}

macro_rules! types {
    ($($ty:ident = $rust:ty, |$number:ident| $sample:expr;)*) => {
        /// The types by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Ty {
            $($ty,)*
            /// No value.
            Nothing,
        }

        /// The Rust types under these names.
        pub(crate) mod rust {
            use super::*;
            $(pub(crate) type $ty = $rust;)*
        }

        /// The source of a value of any type.
        #[derive(Clone, Debug)]
        pub(crate) enum AnyBound {
            $($ty(Bound<$rust>),)*
            /// No value, but something to order by.
            Nothing(Option<VoidPromise>),
        }

        impl NodeOutputs for AnyBound {
            fn for_each_node(&self, each: &mut dyn FnMut(NodeRef)) {
                match self {
                    $(Self::$ty(Bound::Promise(promise)) => promise.for_each_node(each),)*
                    Self::Nothing(Some(promise)) => promise.for_each_node(each),
                    _ => {}
                }
            }
        }

        impl AnyBound {
            /// Its type.
            pub(crate) fn ty(&self) -> Ty {
                match self {
                    $(Self::$ty(_) => Ty::$ty,)*
                    Self::Nothing(_) => Ty::Nothing,
                }
            }
        }

        impl Ty {
            /// The type that these are the operations of.
            pub(crate) fn of(info: TypeInfo) -> Option<Self> {
                $(if info == TypeInfo::of::<$rust>() {
                    return Some(Self::$ty);
                })*
                None
            }
        }

        $(impl Kind for $rust {
            const TY: Ty = Ty::$ty;

            fn sample($number: u8) -> Self {
                $sample
            }

            fn into_bound(bound: Bound<Self>) -> AnyBound {
                AnyBound::$ty(bound)
            }

            fn of_bound(any: &AnyBound) -> Option<&Bound<Self>> {
                match any {
                    AnyBound::$ty(bound) => Some(bound),
                    _ => None,
                }
            }
        })*
    };
}

types! {
    Int = i64, |n| i64::from(n % 9) - 3;
    Real = f64, |n| f64::from(n % 7) / 2.0 - 1.0;
    Truth = bool, |n| n.is_multiple_of(2);
    Text = String, |n| ["", "a", "green", "Red", "zwölf", "two words", "{}"][usize::from(n) % 7].to_owned();
    Time = Timestamp, |n| Timestamp::new(1_700_000_000 + i64::from(n % 5) * 1000, 0).unwrap_or(Timestamp::UNIX_EPOCH);
    Span = SignedDuration, |n| SignedDuration::from_millis(i64::from(n % 6) * 750);
    Hue = Color, |n| [Color::Red, Color::Green, Color::Blue][usize::from(n) % 3];
    Thing = Item, |n| Item {
        weight: i64::sample(n),
        name: String::sample(n / 2),
        color: Color::sample(n),
        ready: bool::sample(n / 3),
        share: f64::sample(n),
        marks: vec![i64::sample(n), i64::sample(n + 1)],
        inner: Inner { depth: i64::sample(n / 2) },
        maybe: Option::sample(n),
        due: Timestamp::sample(n),
        takes: SignedDuration::sample(n),
        stock: BTreeMap::sample(n / 2),
    };
    Ints = Vec<i64>, |n| (0..2 + n % 2).map(|at| i64::sample(n + at)).collect();
    Texts = Vec<String>, |n| (0..2 + n % 2).map(|at| String::sample(n + at)).collect();
    Things = Vec<Item>, |n| (0..2).map(|at| Item::sample(n + at)).collect();
    Table = BTreeMap<String, i64>, |n| [("a", n), ("b", n + 1)]
        .map(|(key, n)| (key.to_owned(), i64::sample(n))).into();
    MaybeInt = Option<i64>, |n| (!n.is_multiple_of(3)).then(|| i64::sample(n));
    MaybeText = Option<String>, |n| (!n.is_multiple_of(3)).then(|| String::sample(n));
    MaybeInts = Vec<Option<i64>>, |n| (0..2).map(|at| Option::sample(n + at)).collect();
    Union = Shape, |n| match n % 3 {
        0 => Shape::Nothing,
        1 => Shape::Number(i64::sample(n)),
        _ => Shape::Words(Vec::sample(n)),
    };
}

/// Does the same for a type that is known by name: `with_type!(ty, T => expression, nothing)`.
macro_rules! with_type {
    ($ty:expr, $t:ident => $with:expr, $nothing:expr) => {
        with_type!(@ $ty, $t => $with, $nothing, Int Real Truth Text Time Span Hue Thing Ints Texts Things
            Table MaybeInt MaybeText MaybeInts Union)
    };
    (@ $ty:expr, $t:ident => $with:expr, $nothing:expr, $($name:ident)*) => {
        match $ty {
            $($crate::types::Ty::$name => {
                type $t = $crate::types::rust::$name;
                $with
            })*
            $crate::types::Ty::Nothing => $nothing,
        }
    };
}
pub(crate) use with_type;

impl Ty {
    /// How Rust calls it.
    pub(crate) fn rust(self) -> &'static str {
        match self {
            Self::Int => "i64",
            Self::Real => "f64",
            Self::Truth => "bool",
            Self::Text => "String",
            Self::Time => "Timestamp",
            Self::Span => "SignedDuration",
            Self::Hue => "Color",
            Self::Thing => "Item",
            Self::Ints => "Vec<i64>",
            Self::Texts => "Vec<String>",
            Self::Things => "Vec<Item>",
            Self::Table => "BTreeMap<String, i64>",
            Self::MaybeInt => "Option<i64>",
            Self::MaybeText => "Option<String>",
            Self::MaybeInts => "Vec<Option<i64>>",
            Self::Union => "Shape",
            Self::Nothing => "()",
        }
    }

    /// A value of it.
    pub(crate) fn constant(self, number: u8) -> AnyBound {
        with_type!(self, T => T::into_bound(Bound::Value(T::sample(number))), AnyBound::Nothing(None))
    }

    /// A value of it, with its type.
    pub(crate) fn value(self, number: u8) -> (TypeInfo, Value) {
        with_type!(
            self,
            T => (TypeInfo::of::<T>(), Value::new(T::sample(number))),
            (TypeInfo::of::<bool>(), Value::new(false))
        )
    }

    /// A value of it in Rust's form, for people.
    pub(crate) fn shown(self, number: u8) -> String {
        with_type!(self, T => format!("{:?}", T::sample(number)), "()".to_owned())
    }
}

impl AnyBound {
    /// The source, if it is of this type.
    ///
    /// # Panics
    ///
    /// When it is of another: the generator has made a program whose types do not fit.
    pub(crate) fn get<T: Kind>(&self) -> Bound<T> {
        match T::of_bound(self) {
            Some(bound) => bound.clone(),
            None => panic!("{self:?} is no `{}`", T::TY.rust()),
        }
    }

    /// The promise, if it is one of this type.
    ///
    /// # Panics
    ///
    /// When it is a value, or of another type: the generator gives promises where they are needed.
    pub(crate) fn promise<T: Kind>(&self) -> Promise<T> {
        match self.get::<T>() {
            Bound::Promise(promise) => promise,
            Bound::Value(value) => panic!("{value:?} is no promise"),
        }
    }

    /// A promise of any type.
    pub(crate) fn of<T: Kind>(promise: Promise<T>) -> Self {
        T::into_bound(Bound::Promise(promise))
    }
}
