//! The conditions of a branch node.

use std::fmt;

use crate::{graph::Constant, types::TypeInfo};

/// What has to hold for a case to run (`flyteidl.core.BooleanExpression`).
#[derive(Clone, Debug)]
pub enum BooleanExpression {
    /// Two values compared.
    Comparison {
        /// The operator.
        operator: ComparisonOperator,
        /// The value on the left.
        left: Operand,
        /// The value on the right.
        right: Operand,
    },
    /// Several conditions; each is evaluated only if those before it do not decide the result.
    Conjunction {
        /// Whether all of them must hold, or one.
        operator: ConjunctionOperator,
        /// At least two.
        terms: Vec<BooleanExpression>,
    },
}

/// How two values are compared (`flyteidl.core.ComparisonExpression.Operator`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComparisonOperator {
    /// `==`
    Eq,
    /// `!=`
    Neq,
    /// `>`
    Gt,
    /// `>=`
    Gte,
    /// `<`
    Lt,
    /// `<=`
    Lte,
}

impl ComparisonOperator {
    /// The operator that holds exactly when this one does not: Flyte has no `!`.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Eq => Self::Neq,
            Self::Neq => Self::Eq,
            Self::Gt => Self::Lte,
            Self::Lte => Self::Gt,
            Self::Lt => Self::Gte,
            Self::Gte => Self::Lt,
        }
    }
}

impl fmt::Display for ComparisonOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eq => "==",
            Self::Neq => "!=",
            Self::Gt => ">",
            Self::Gte => ">=",
            Self::Lt => "<",
            Self::Lte => "<=",
        })
    }
}

/// How conditions are combined (`flyteidl.core.ConjunctionExpression.LogicalOperator`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConjunctionOperator {
    /// `&&`
    And,
    /// `||`
    Or,
}

impl fmt::Display for ConjunctionOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::And => "&&",
            Self::Or => "||",
        })
    }
}

/// One side of a comparison (`flyteidl.core.Operand`).
#[derive(Clone, Debug)]
pub enum Operand {
    /// The value of a binding of the branch node.
    Variable {
        /// The binding's name.
        name: String,
        /// The type of the value.
        info: TypeInfo,
    },
    /// A constant in the condition.
    Constant(Constant),
}

/// Displays the condition as source code: `x > 5 && n0.o0 == "a"`.
impl fmt::Display for BooleanExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comparison {
                operator,
                left,
                right,
            } => write!(f, "{left} {operator} {right}"),
            Self::Conjunction { operator, terms } => {
                for (index, term) in terms.iter().enumerate() {
                    if index > 0 {
                        write!(f, " {operator} ")?;
                    }
                    match term {
                        Self::Conjunction { operator: own, .. } if own != operator => {
                            write!(f, "({term})")?;
                        }
                        _ => term.fmt(f)?,
                    }
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The id of the start node is empty and left out.
            Self::Variable { name, .. } => f.write_str(name.trim_start_matches('.')),
            Self::Constant(constant) => f.write_str(&constant.preview()),
        }
    }
}
