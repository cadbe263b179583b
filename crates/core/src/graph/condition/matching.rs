//! `match` in a workflow's body: the type of the value decides what it does, as for `if`.

use super::{
    Comparable, Condition, IntoOperand,
    if_else::{Plain, Recording, Undecided},
};
use crate::graph::{Promise, entity::Location};

/// The value of a `match`.
#[derive(Debug)]
pub struct Switch<'a, V>(pub &'a V);

/// A type whose promises `match` accepts.
#[diagnostic::on_unimplemented(
    message = "`match` cannot look at a promise of `{Self}`",
    label = "not a type that a branch can compare with patterns",
    note = "`match` works on promises of integers, `bool`, `String` and enums without fields that derive `FlyteType`; \
            for others write `if`"
)]
pub trait Matchable: Comparable {
    /// The type of its patterns.
    type Pattern: IntoOperand<Self>;

    #[doc(hidden)]
    fn __literal(_literal: Literal) -> Option<Self::Pattern> {
        None
    }
}

/// A literal in a pattern. Its type is not that of the value, so that only the compiler's check of the patterns reports
/// a pattern of another type.
#[derive(Clone, Copy, Debug)]
pub enum Literal {
    /// `1`
    Integer(i128),
    /// `true`
    Bool(bool),
    /// `"a"`
    Text(&'static str),
}

/// A constant in a pattern; some of the patterns are named constants.
#[derive(Clone, Copy, Debug)]
pub enum Constant<P> {
    /// A literal.
    Literal(Literal),
    /// A named constant or a variant.
    Named(P),
}

/// A constant that a promise of a `T` is compared with.
pub trait ConstantOf<T: Matchable> {
    #[doc(hidden)]
    fn __pattern(self) -> Option<T::Pattern>;
}

#[diagnostic::do_not_recommend]
impl<T: Matchable> ConstantOf<T> for Literal {
    fn __pattern(self) -> Option<T::Pattern> {
        T::__literal(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Matchable> ConstantOf<T> for Constant<T::Pattern> {
    fn __pattern(self) -> Option<T::Pattern> {
        match self {
            Self::Literal(literal) => T::__literal(literal),
            Self::Named(constant) => Some(constant),
        }
    }
}

macro_rules! matchable_integers {
    ($($ty:ty),*) => { $(
        impl Matchable for $ty {
            type Pattern = $ty;

            fn __literal(literal: Literal) -> Option<$ty> {
                match literal {
                    Literal::Integer(number) => number.try_into().ok(),
                    _ => None,
                }
            }
        }
    )* };
}

matchable_integers!(i8, i16, i32, i64, u8, u16, u32, u64, usize, isize);

impl Matchable for bool {
    type Pattern = bool;

    fn __literal(literal: Literal) -> Option<bool> {
        match literal {
            Literal::Bool(truth) => Some(truth),
            _ => None,
        }
    }
}

impl Matchable for String {
    type Pattern = &'static str;

    fn __literal(literal: Literal) -> Option<&'static str> {
        match literal {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// An empty list of the cases of a `match` and their constants; an attribute may disable a case.
pub fn no_cases<C>() -> Vec<(usize, Vec<C>)> {
    Vec::new()
}

impl<T> Switch<'_, Promise<T>> {
    /// The branch. `cases` has the index of each case and the constants of its patterns, or none for `_`. The first
    /// argument is only type-checked.
    #[track_caller]
    pub fn __pick<C>(
        self,
        _check: impl FnOnce(&T::Pattern) -> usize,
        cases: impl FnOnce() -> Vec<(usize, Vec<C>)>,
        name: &'static str,
    ) -> Recording<Undecided>
    where
        T: Matchable,
        C: ConstantOf<T>,
    {
        let cases = cases().into_iter().map(|(number, patterns)| {
            let conditions = patterns
                .into_iter()
                // The patterns were checked, so each of them has the right type.
                .filter_map(ConstantOf::<T>::__pattern)
                .map(|pattern| Promise::eq(*self.0, pattern));
            (number, conditions.reduce(Condition::or))
        });
        Recording::new(name, Location::caller(), cases.collect())
    }
}

/// A `match` on a plain value.
pub trait PlainSwitch<V> {
    #[doc(hidden)]
    fn __pick<C>(
        self,
        choose: impl FnOnce(&V) -> usize,
        cases: impl FnOnce() -> Vec<(usize, Vec<C>)>,
        name: &'static str,
    ) -> Plain;
}

impl<V> PlainSwitch<V> for Switch<'_, V> {
    fn __pick<C>(
        self,
        choose: impl FnOnce(&V) -> usize,
        _cases: impl FnOnce() -> Vec<(usize, Vec<C>)>,
        _name: &'static str,
    ) -> Plain {
        Plain {
            case: choose(self.0),
        }
    }
}
