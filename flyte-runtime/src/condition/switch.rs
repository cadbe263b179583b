//! `match` in a workflow's body: the type of the value decides what it is, as for `if`.

use super::{
    Comparable, Condition, IntoOperand,
    dispatch::{Plain, Recording},
};
use crate::{entity::Location, graph::Promise};

/// The value that a `match` looks at.
#[derive(Debug)]
pub struct Switch<'a, V>(pub &'a V);

/// A type whose promises `match` can look at.
#[diagnostic::on_unimplemented(
    message = "`match` cannot look at a promise of `{Self}`",
    label = "not a type that a branch can compare with patterns",
    note = "`match` works on promises of integers, `bool`, `String` and enums without fields that derive `FlyteType`; for others write `if`"
)]
pub trait Matchable: Comparable {
    /// The type of its patterns.
    type Pattern: IntoOperand<Self>;
}

macro_rules! matchable {
    ($($ty:ty => $pattern:ty),*) => { $(
        impl Matchable for $ty {
            type Pattern = $pattern;
        }
    )* };
}

matchable!(i8 => i8, i16 => i16, i32 => i32, i64 => i64, u8 => u8, u16 => u16, u32 => u32, u64 => u64, usize => usize, isize => isize);
matchable!(bool => bool, String => &'static str);

impl<T> Switch<'_, Promise<T>> {
    /// The branch: for each case the constants of its patterns, none for `_`. The first argument is there to be checked.
    #[track_caller]
    pub fn __pick(
        self,
        _check: impl FnOnce(&T::Pattern) -> usize,
        cases: impl FnOnce() -> Vec<Vec<T::Pattern>>,
        name: &'static str,
    ) -> Recording
    where
        T: Matchable,
    {
        let cases = cases().into_iter().map(|patterns| {
            let conditions = patterns
                .into_iter()
                .map(|pattern| Promise::eq(*self.0, pattern));
            conditions.reduce(Condition::or)
        });
        Recording::new(name, Location::caller(), cases.collect())
    }
}

/// A `match` on a plain value.
pub trait PlainSwitch<V> {
    #[doc(hidden)]
    fn __pick<P>(
        self,
        choose: impl FnOnce(&V) -> usize,
        cases: impl FnOnce() -> Vec<Vec<P>>,
        name: &'static str,
    ) -> Plain;
}

impl<V> PlainSwitch<V> for Switch<'_, V> {
    fn __pick<P>(
        self,
        choose: impl FnOnce(&V) -> usize,
        _cases: impl FnOnce() -> Vec<Vec<P>>,
        _name: &'static str,
    ) -> Plain {
        Plain {
            case: choose(self.0),
        }
    }
}
