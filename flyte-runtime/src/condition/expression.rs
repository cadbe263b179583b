//! What a condition says.

use std::ops::{BitAnd, BitOr, Not};

use super::{Operand, operand::operand};
use crate::graph::{ComparisonOperator, Promise};

/// A condition on values of the run: what `x > 5` is in a workflow's body when `x` is a promise.
///
/// Corresponds to flytekit's `ComparisonExpression` and `ConjunctionExpression`. `!` works although Flyte has no such operator: the
/// condition is turned round.
#[derive(Clone, Debug)]
#[must_use = "a condition does nothing by itself: give it to `if` or to `if_`"]
pub struct Condition(pub(crate) Expression);

#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Comparison {
        operator: ComparisonOperator,
        left: Operand,
        right: Operand,
    },
    Both(Box<Condition>, Box<Condition>),
    Either(Box<Condition>, Box<Condition>),
}

impl Condition {
    pub(super) fn compare(operator: ComparisonOperator, left: Operand, right: Operand) -> Self {
        Self(Expression::Comparison {
            operator,
            left,
            right,
        })
    }

    /// Holds when both hold. The other is looked at only when this one holds.
    pub fn and(self, other: impl Into<Condition>) -> Self {
        Self(Expression::Both(Box::new(self), Box::new(other.into())))
    }

    /// Holds when one of them holds. The other is looked at only when this one does not.
    pub fn or(self, other: impl Into<Condition>) -> Self {
        Self(Expression::Either(Box::new(self), Box::new(other.into())))
    }
}

/// A `bool` of the run by itself is a condition.
impl From<Promise<bool>> for Condition {
    fn from(promise: Promise<bool>) -> Self {
        promise.is_true()
    }
}

/// A `bool` that is known already, as flytekit does not take it.
impl From<bool> for Condition {
    fn from(known: bool) -> Self {
        Self::compare(
            ComparisonOperator::Eq,
            operand::<bool>(&known),
            operand::<bool>(&true),
        )
    }
}

impl Not for Condition {
    type Output = Self;

    fn not(self) -> Self {
        Self(match self.0 {
            Expression::Comparison {
                operator,
                left,
                right,
            } => Expression::Comparison {
                operator: operator.negated(),
                left,
                right,
            },
            Expression::Both(left, right) => {
                Expression::Either(Box::new(!*left), Box::new(!*right))
            }
            Expression::Either(left, right) => {
                Expression::Both(Box::new(!*left), Box::new(!*right))
            }
        })
    }
}

impl Not for Promise<bool> {
    type Output = Condition;

    fn not(self) -> Condition {
        self.is_false()
    }
}

/// `a & b`, as flytekit writes it.
impl<C: Into<Condition>> BitAnd<C> for Condition {
    type Output = Self;

    fn bitand(self, other: C) -> Self {
        self.and(other)
    }
}

/// `a | b`, as flytekit writes it.
impl<C: Into<Condition>> BitOr<C> for Condition {
    type Output = Self;

    fn bitor(self, other: C) -> Self {
        self.or(other)
    }
}
