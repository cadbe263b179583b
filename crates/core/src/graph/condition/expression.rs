//! The structure of a condition.

use std::{
    collections::VecDeque,
    ops::{BitAnd, BitOr, Not},
};

use super::{Operand, operand::operand};
use crate::graph::{ComparisonOperator, ConjunctionOperator, Promise};

/// The maximum depth of alternating `&&` and `||`. Protobuf readers accept 100 nested messages, and each level needs
/// two.
pub(crate) const MAX_NESTED: u32 = 24;

/// How many groups of the same kind may nest on the right, as in `a && (b && c)`, before they are merged into the
/// enclosing group: a graph shows small conditions as they are written.
const MAX_ON_THE_RIGHT: u32 = 8;

/// A condition on values of the run: what `x > 5` is in a workflow's body when `x` is a promise.
///
/// Corresponds to flytekit's `ComparisonExpression` and `ConjunctionExpression`. `!` works although Flyte does not have
/// it: the condition is negated term by term. A condition may have any number of terms. Alternating `&&` and `||` may
/// nest 24 deep; a deeper condition does not compile.
#[derive(Clone, Debug)]
#[must_use = "a condition does nothing by itself: give it to `if` or to `if_`"]
pub struct Condition {
    expression: Expression,
    /// The condition holds when the expression does not. Negated during lowering, so `!` costs nothing.
    is_negated: bool,
}

/// The expression of a condition. Groups may have any length but limited depth, so traversals need no more stack for a
/// longer one.
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
    /// The nesting depth of groups of alternating kinds, including this one.
    nested: u32,
    /// The nesting depth of groups of this kind on the right, without this one.
    on_the_right: u32,
}

/// An expression with its negation applied.
pub(crate) enum Seen<'c> {
    Comparison(ComparisonOperator, &'c Operand, &'c Operand),
    /// The terms, and whether to negate each of them.
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

    /// Holds when both hold. The other is evaluated only when this one holds.
    pub fn and(self, other: impl Into<Condition>) -> Self {
        self.join(ConjunctionOperator::And, other.into())
    }

    /// Holds when one of them holds. The other is evaluated only when this one does not.
    pub fn or(self, other: impl Into<Condition>) -> Self {
        self.join(ConjunctionOperator::Or, other.into())
    }

    /// The expression; negated if `is_negated`.
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

    /// Returns the group if this is a group of this kind.
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

    /// The nesting depth of alternating groups when this becomes a term of a group of this kind.
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
        // A group on the left is extended, because `a && b && c` associates to the left.
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
                    // The longer list stays in place, so that growing a condition on its left takes linear time.
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
    /// Adds a term to a group that is negated if `is_negated`.
    fn push(&mut self, term: Condition, is_negated: bool) {
        self.terms.push_back(if is_negated { !term } else { term });
    }
}

/// The kind of a group after negation.
fn seen_as(operator: ConjunctionOperator, is_negated: bool) -> ConjunctionOperator {
    match (operator, is_negated) {
        (operator, false) => operator,
        (ConjunctionOperator::And, true) => ConjunctionOperator::Or,
        (ConjunctionOperator::Or, true) => ConjunctionOperator::And,
    }
}

/// A promise of a `bool` is a condition.
impl From<Promise<bool>> for Condition {
    fn from(promise: Promise<bool>) -> Self {
        promise.is_true()
    }
}

/// A known `bool` is a condition; flytekit does not accept one.
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
