//! Comparison methods of promises, for conditions outside of `if`.

use super::{Comparable, Condition, IntoOperand, Ordered, operand::operand};
use crate::graph::{ComparisonOperator, Promise};

impl<T: Comparable> Promise<T> {
    fn compared(self, operator: ComparisonOperator, other: &impl IntoOperand<T>) -> Condition {
        Condition::compare(operator, operand::<T>(&self), operand(other))
    }

    /// `self == other`; `other` is a value or a promise.
    pub fn eq(self, other: impl IntoOperand<T>) -> Condition {
        self.compared(ComparisonOperator::Eq, &other)
    }

    /// `self != other`; `other` is a value or a promise.
    pub fn ne(self, other: impl IntoOperand<T>) -> Condition {
        self.compared(ComparisonOperator::Neq, &other)
    }
}

impl<T: Ordered> Promise<T> {
    /// `self > other`; `other` is a value or a promise.
    pub fn gt(self, other: impl IntoOperand<T>) -> Condition {
        self.compared(ComparisonOperator::Gt, &other)
    }

    /// `self >= other`; `other` is a value or a promise.
    pub fn ge(self, other: impl IntoOperand<T>) -> Condition {
        self.compared(ComparisonOperator::Gte, &other)
    }

    /// `self < other`; `other` is a value or a promise.
    pub fn lt(self, other: impl IntoOperand<T>) -> Condition {
        self.compared(ComparisonOperator::Lt, &other)
    }

    /// `self <= other`; `other` is a value or a promise.
    pub fn le(self, other: impl IntoOperand<T>) -> Condition {
        self.compared(ComparisonOperator::Lte, &other)
    }
}

impl Promise<bool> {
    /// Holds when the value is `true`.
    pub fn is_true(self) -> Condition {
        self.compared(ComparisonOperator::Eq, &true)
    }

    /// Holds when the value is `false`.
    pub fn is_false(self) -> Condition {
        self.compared(ComparisonOperator::Eq, &false)
    }

    /// Holds when the value is `true` and the other condition holds.
    pub fn and(self, other: impl Into<Condition>) -> Condition {
        self.is_true().and(other)
    }

    /// Holds when the value is `true` or the other condition holds.
    pub fn or(self, other: impl Into<Condition>) -> Condition {
        self.is_true().or(other)
    }
}

impl<T: Comparable> Promise<Option<T>> {
    /// Holds when there is no value.
    pub fn is_none(self) -> Condition {
        self.compared(ComparisonOperator::Eq, &None::<T>)
    }

    /// Holds when there is a value.
    pub fn is_some(self) -> Condition {
        self.compared(ComparisonOperator::Neq, &None::<T>)
    }
}
