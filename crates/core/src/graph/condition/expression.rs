//! What a condition says.

use std::{
    collections::VecDeque,
    ops::{BitAnd, BitOr, Not},
};

use super::{Operand, operand::operand};
use crate::graph::{ComparisonOperator, ConjunctionOperator, Promise};

/// How often `&&` and `||` may change inside of one another. What reads protobuf goes 100 messages deep, and each level
/// is two.
pub(crate) const MAX_NESTED: u32 = 24;

/// How many terms on the right may be groups of the same kind, as in `a && (b && c)`, before they become one with the
/// group around: a graph has small conditions as they are written.
const MAX_ON_THE_RIGHT: u32 = 8;

/// A condition on values of the run: what `x > 5` is in a workflow's body when `x` is a promise.
///
/// Corresponds to flytekit's `ComparisonExpression` and `ConjunctionExpression`. `!` works although Flyte has no such
/// operator: the condition is turned round. A condition may have any number of terms. `&&` inside of `||` inside of
/// `&&`, and so on, may go 24 deep; what goes deeper does not compile.
#[derive(Clone, Debug)]
#[must_use = "a condition does nothing by itself: give it to `if` or to `if_`"]
pub struct Condition {
    expression: Expression,
    /// It holds when the expression does not. Turned round when it is lowered, so that `!` costs nothing.
    is_negated: bool,
}

/// What a condition says, with groups of any length and of a limited depth: nothing that goes through one needs more
/// stack for a longer one.
#[derive(Clone, Debug)]
enum Expression {
    Comparison(Box<Comparison>),
    Group(Group),
    /// Deeper than [`MAX_NESTED`]; the terms are not kept.
    TooDeep,
}

#[derive(Clone, Debug)]
struct Comparison {
    pub operator: ComparisonOperator,
    left: Operand,
    right: Operand,
}

#[derive(Clone, Debug)]
struct Group {
    operator: ConjunctionOperator,
    terms: VecDeque<Condition>,
    /// How many groups of alternating kinds there are inside of one another, this one included.
    nested: u32,
    /// How many groups of this kind there are inside of one another on the right, without this one.
    on_the_right: u32,
}

/// What a condition says when it is seen from outside, with everything turned round that has to be.
pub(crate) enum Seen<'c> {
    Comparison(ComparisonOperator, &'c Operand, &'c Operand),
    /// The terms, each with whether it is to be turned round.
    Group(ConjunctionOperator, &'c VecDeque<Condition>, bool),
    TooDeep,
}

impl Condition {
    pub(super) fn compare(operator: ComparisonOperator, left: Operand, right: Operand) -> Self {
        let comparison = Comparison {
            operator,
            left,
            right,
        };
        Self::of(Expression::Comparison(Box::new(comparison)))
    }

    fn of(expression: Expression) -> Self {
        Self {
            expression,
            is_negated: false,
        }
    }

    /// Holds when both hold. The other is looked at only when this one holds.
    pub fn and(self, other: impl Into<Condition>) -> Self {
        self.join(ConjunctionOperator::And, other.into())
    }

    /// Holds when one of them holds. The other is looked at only when this one does not.
    pub fn or(self, other: impl Into<Condition>) -> Self {
        self.join(ConjunctionOperator::Or, other.into())
    }

    /// What it says; turned round if `is_negated`.
    pub(crate) fn seen(&self, is_negated: bool) -> Seen<'_> {
        let is_negated = is_negated != self.is_negated;
        match &self.expression {
            Expression::Comparison(comparison) => {
                let operator = match is_negated {
                    true => comparison.operator.negated(),
                    false => comparison.operator,
                };
                Seen::Comparison(operator, &comparison.left, &comparison.right)
            }
            Expression::Group(group) => {
                let operator = seen_as(group.operator, is_negated);
                Seen::Group(operator, &group.terms, is_negated)
            }
            Expression::TooDeep => Seen::TooDeep,
        }
    }

    /// The group that it is, if it is one of this kind.
    fn into_group(self, operator: ConjunctionOperator) -> Result<(Group, bool), Self> {
        match self.expression {
            Expression::Group(group) if seen_as(group.operator, self.is_negated) == operator => {
                Ok((group, self.is_negated))
            }
            expression => Err(Self {
                expression,
                is_negated: self.is_negated,
            }),
        }
    }

    /// How many groups of alternating kinds it is when it is a term of a group of this kind.
    fn nested_in(&self, operator: ConjunctionOperator) -> u32 {
        match &self.expression {
            Expression::Comparison(_) => 0,
            Expression::Group(group) if seen_as(group.operator, self.is_negated) == operator => {
                group.nested - 1
            }
            Expression::Group(group) => group.nested,
            Expression::TooDeep => MAX_NESTED,
        }
    }

    fn join(self, operator: ConjunctionOperator, other: Self) -> Self {
        let nested = 1 + self.nested_in(operator).max(other.nested_in(operator));
        if nested > MAX_NESTED {
            return Self::of(Expression::TooDeep);
        }
        // On the left a group goes on, as `a && b && c` is read.
        let (mut group, is_negated) = self.into_group(operator).unwrap_or_else(|first| {
            let group = Group {
                operator,
                terms: VecDeque::from([first]),
                nested,
                on_the_right: 0,
            };
            (group, false)
        });
        group.nested = nested;
        match other.into_group(operator) {
            Ok((right, is_right_negated)) if right.on_the_right >= MAX_ON_THE_RIGHT => {
                let turned = |term: Self| {
                    if is_negated == is_right_negated {
                        term
                    } else {
                        !term
                    }
                };
                group.on_the_right = group.on_the_right.max(right.on_the_right);
                if group.terms.len() < right.terms.len() && is_negated == is_right_negated {
                    // The longer list stays where it is, so that a condition that grows on its left does so in time.
                    let first = std::mem::replace(&mut group.terms, right.terms);
                    first
                        .into_iter()
                        .rev()
                        .for_each(|term| group.terms.push_front(term));
                } else {
                    group.terms.extend(right.terms.into_iter().map(turned));
                }
            }
            Ok((right, is_right_negated)) => {
                group.on_the_right = group.on_the_right.max(right.on_the_right + 1);
                let right = Self {
                    expression: Expression::Group(right),
                    is_negated: is_right_negated,
                };
                group.push(right, is_negated);
            }
            Err(other) => group.push(other, is_negated),
        }
        Self {
            expression: Expression::Group(group),
            is_negated,
        }
    }
}

impl Group {
    /// Adds a term to a group that is seen turned round if `is_negated`.
    fn push(&mut self, term: Condition, is_negated: bool) {
        self.terms.push_back(if is_negated { !term } else { term });
    }
}

/// The kind of a group as it is seen.
fn seen_as(operator: ConjunctionOperator, is_negated: bool) -> ConjunctionOperator {
    match (operator, is_negated) {
        (operator, false) => operator,
        (ConjunctionOperator::And, true) => ConjunctionOperator::Or,
        (ConjunctionOperator::Or, true) => ConjunctionOperator::And,
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
        Self {
            is_negated: !self.is_negated,
            ..self
        }
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
