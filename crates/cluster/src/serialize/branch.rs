//! Branch nodes and their conditions.

use flyte_idl::flyteidl::core::{
    self, boolean_expression::Expr, comparison_expression, conjunction_expression,
    if_else_block::Default as Otherwise, node::Target, operand::Val, scalar,
};

use super::{SerializeError, Serializer};
use crate::literal::to_proto;
use flyte_core::{
    graph::{
        BooleanExpression, BranchElse, BranchNode, CaseNode, ComparisonOperator,
        ConjunctionOperator, Graph, Operand,
    },
    no_other_variant,
};

impl Serializer<'_> {
    pub(super) fn branch_node(
        &self,
        graph: &Graph,
        branch: &BranchNode,
    ) -> Result<Target, SerializeError> {
        let place = || format!("a condition of `{}` in `{}`", branch.name(), graph.name());
        let mut blocks = Vec::with_capacity(branch.cases().len());
        for case in branch.cases() {
            blocks.push(core::IfBlock {
                condition: Some(condition(&case.condition, &place)?),
                then_node: Some(Box::new(self.case_node(graph, &case.then)?)),
            });
        }
        let default = match branch.default() {
            BranchElse::Node(case) => Otherwise::ElseNode(Box::new(self.case_node(graph, case)?)),
            BranchElse::Fail(message) => Otherwise::Error(core::Error {
                failed_node_id: branch.name().to_owned(),
                message: message.clone(),
            }),
            _ => no_other_variant!(BranchElse),
        };
        let mut blocks = blocks.into_iter();
        Ok(Target::BranchNode(Box::new(core::BranchNode {
            if_else: Some(Box::new(core::IfElseBlock {
                case: blocks.next().map(Box::new),
                other: blocks.collect(),
                default: Some(default),
            })),
        })))
    }

    fn case_node(&self, graph: &Graph, case: &CaseNode) -> Result<core::Node, SerializeError> {
        self.node(graph, case.node())
    }
}

/// How many conjunctions of two may be inside of one another before they are ordered anew. What reads protobuf goes 100
/// messages deep, each conjunction is two of them, and more are around.
const MAX_AS_WRITTEN: usize = 16;

/// A condition of conjunctions of two, as Flyte has them.
///
/// `a && b && c` is `(a && b) && c`, as in flytekit, as long as that is not deep. A longer condition has the same terms
/// in the same order in a tree that is as flat as it can be.
fn condition(
    expression: &BooleanExpression,
    place: &dyn Fn() -> String,
) -> Result<core::BooleanExpression, SerializeError> {
    let as_written = depth(expression) <= MAX_AS_WRITTEN;
    Ok(tree(expression, as_written, place)?.expression)
}

/// How many conjunctions are inside of one another when each is of its first terms and the last.
fn depth(expression: &BooleanExpression) -> usize {
    let BooleanExpression::Conjunction { terms, .. } = expression else {
        return 0;
    };
    // The first two terms are in the innermost conjunction.
    let levels = terms.len().saturating_sub(1);
    let terms = terms.iter().enumerate();
    let depths =
        terms.map(|(index, term)| levels.saturating_sub(index.saturating_sub(1)) + depth(term));
    depths.max().unwrap_or_default()
}

/// An expression and how many conjunctions are inside of one another in it.
struct Tree {
    expression: core::BooleanExpression,
    depth: u32,
}

fn tree(
    expression: &BooleanExpression,
    as_written: bool,
    place: &dyn Fn() -> String,
) -> Result<Tree, SerializeError> {
    match expression {
        BooleanExpression::Comparison {
            operator,
            left,
            right,
        } => {
            let operator = match operator {
                ComparisonOperator::Eq => comparison_expression::Operator::Eq,
                ComparisonOperator::Neq => comparison_expression::Operator::Neq,
                ComparisonOperator::Gt => comparison_expression::Operator::Gt,
                ComparisonOperator::Gte => comparison_expression::Operator::Gte,
                ComparisonOperator::Lt => comparison_expression::Operator::Lt,
                ComparisonOperator::Lte => comparison_expression::Operator::Lte,
            };
            let comparison = Expr::Comparison(core::ComparisonExpression {
                operator: operator.into(),
                left_value: Some(operand(left, place)?),
                right_value: Some(operand(right, place)?),
            });
            Ok(Tree {
                expression: core::BooleanExpression {
                    expr: Some(comparison),
                },
                depth: 0,
            })
        }
        BooleanExpression::Conjunction { operator, terms } => {
            let terms = terms.iter().map(|term| tree(term, as_written, place));
            let terms: Vec<_> = terms.collect::<Result<_, _>>()?;
            let joined = match as_written {
                true => terms
                    .into_iter()
                    .reduce(|left, right| join(*operator, left, right)),
                false => flat(*operator, terms),
            };
            Ok(joined.unwrap_or(Tree {
                expression: core::BooleanExpression { expr: None },
                depth: 0,
            }))
        }
    }
}

fn join(operator: ConjunctionOperator, left: Tree, right: Tree) -> Tree {
    let operator = match operator {
        ConjunctionOperator::And => conjunction_expression::LogicalOperator::And,
        ConjunctionOperator::Or => conjunction_expression::LogicalOperator::Or,
    };
    let conjunction = core::ConjunctionExpression {
        operator: operator.into(),
        left_expression: Some(Box::new(left.expression)),
        right_expression: Some(Box::new(right.expression)),
    };
    Tree {
        expression: core::BooleanExpression {
            expr: Some(Expr::Conjunction(Box::new(conjunction))),
        },
        depth: 1 + left.depth.max(right.depth),
    }
}

/// The tree of the least depth, or one more, with the terms in their order: neighbours are joined as long as that is no
/// deeper than `level`, for one level after the other.
fn flat(operator: ConjunctionOperator, mut terms: Vec<Tree>) -> Option<Tree> {
    let mut level = 0;
    while terms.len() > 1 {
        let mut joined: Vec<Tree> = Vec::with_capacity(terms.len() / 2 + 1);
        let mut waiting: Option<Tree> = None;
        for term in terms {
            waiting = match waiting {
                Some(left) if left.depth <= level && term.depth <= level => {
                    joined.push(join(operator, left, term));
                    None
                }
                Some(left) => {
                    joined.push(left);
                    Some(term)
                }
                None => Some(term),
            };
        }
        joined.extend(waiting);
        terms = joined;
        level += 1;
    }
    terms.pop()
}

fn operand(operand: &Operand, place: &dyn Fn() -> String) -> Result<core::Operand, SerializeError> {
    let val = match operand {
        Operand::Variable { name, .. } => Val::Var(name.clone()),
        Operand::Constant(constant) => {
            let literal = constant
                .to_literal()
                .map_err(|source| SerializeError::Value {
                    place: place(),
                    variable: constant.preview(),
                    source: Box::new(source),
                })?;
            return Ok(core::Operand {
                val: compared(to_proto(&literal)),
            });
        }
    };
    Ok(core::Operand { val: Some(val) })
}

/// What Flyte compares with: a primitive, or nothing, also where the type is a union of the two.
#[expect(
    deprecated,
    reason = "flytekit writes primitives where they have been from the start, and each release of Flyte reads them there"
)]
fn compared(literal: core::Literal) -> Option<Val> {
    let Some(core::literal::Value::Scalar(scalar)) = literal.value else {
        return None;
    };
    match scalar.value {
        Some(scalar::Value::Primitive(primitive)) => Some(Val::Primitive(primitive)),
        Some(scalar::Value::Union(union)) => compared(*union.value?),
        value => Some(Val::Scalar(core::Scalar { value })),
    }
}
