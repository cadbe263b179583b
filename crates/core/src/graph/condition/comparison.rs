//! Comparisons in the conditions of a workflow's body: on promises they give a [`Condition`], on plain values a `bool`
//! as usual.
//!
//! `a > b` becomes `(&&&Compare(&a, &b)).__gt()`. The compiler picks the method with this name that needs the fewest
//! dereferences: with a promise on the left, on the right, or on neither side.

use super::{Condition, IntoOperand, Ordered, operand::operand};
use crate::graph::{
    ComparisonOperator, Promise,
    condition::{Comparable, Operand},
};

/// Two values to compare.
#[derive(Debug)]
pub struct Compare<'a, A: ?Sized, B: ?Sized>(pub &'a A, pub &'a B);

impl<A: ?Sized, B: ?Sized> Clone for Compare<'_, A, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: ?Sized, B: ?Sized> Copy for Compare<'_, A, B> {}

macro_rules! comparisons {
    ($($method:ident $operator:tt $proto:ident $bound:ident $std:ident;)*) => {
        /// A promise on the left.
        #[allow(missing_docs, reason = "one for each operator")]
        pub trait PromiseLeft<T, V> {
            $(fn $method(self) -> Condition where T: $bound, V: IntoOperand<T>;)*
        }

        impl<T, V> PromiseLeft<T, V> for &&Compare<'_, Promise<T>, V> {
            $(fn $method(self) -> Condition where T: $bound, V: IntoOperand<T> {
                compared(ComparisonOperator::$proto, operand::<T>(self.0), operand::<T>(self.1))
            })*
        }

        /// A promise on the right only.
        #[allow(missing_docs, reason = "one for each operator")]
        pub trait PromiseRight<T, V> {
            $(fn $method(self) -> Condition where T: $bound, V: IntoOperand<T>;)*
        }

        impl<T, V> PromiseRight<T, V> for &Compare<'_, V, Promise<T>> {
            $(fn $method(self) -> Condition where T: $bound, V: IntoOperand<T> {
                compared(ComparisonOperator::$proto, operand::<T>(self.0), operand::<T>(self.1))
            })*
        }

        #[allow(missing_docs, reason = "one for each operator")]
        impl<A: ?Sized, B: ?Sized> Compare<'_, A, B> {
            $(pub fn $method(self) -> bool where A: $std<B> {
                self.0 $operator self.1
            })*
        }
    };
}

comparisons! {
    __eq == Eq Comparable PartialEq;
    __ne != Neq Comparable PartialEq;
    __lt < Lt Ordered PartialOrd;
    __le <= Lte Ordered PartialOrd;
    __gt > Gt Ordered PartialOrd;
    __ge >= Gte Ordered PartialOrd;
}

fn compared(operator: ComparisonOperator, left: Operand, right: Operand) -> Condition {
    Condition::compare(operator, left, right)
}
