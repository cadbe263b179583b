//! Branch nodes and their conditions.

use flyte_idl::flyteidl::core::{
    self, boolean_expression::Expr, comparison_expression, conjunction_expression,
    if_else_block::Default as Otherwise, node::Target, operand::Val, scalar,
};

use super::{SerializeError, Serializer};
use crate::{
    graph::{
        BooleanExpression, BranchElse, BranchNode, CaseNode, ComparisonOperator,
        ConjunctionOperator, Graph, Operand,
    },
    remote::literal::to_proto,
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

fn condition(
    expression: &BooleanExpression,
    place: &dyn Fn() -> String,
) -> Result<core::BooleanExpression, SerializeError> {
    let expr = match expression {
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
            Expr::Comparison(core::ComparisonExpression {
                operator: operator.into(),
                left_value: Some(operand(left, place)?),
                right_value: Some(operand(right, place)?),
            })
        }
        BooleanExpression::Conjunction {
            operator,
            left,
            right,
        } => {
            let operator = match operator {
                ConjunctionOperator::And => conjunction_expression::LogicalOperator::And,
                ConjunctionOperator::Or => conjunction_expression::LogicalOperator::Or,
            };
            Expr::Conjunction(Box::new(core::ConjunctionExpression {
                operator: operator.into(),
                left_expression: Some(Box::new(condition(left, place)?)),
                right_expression: Some(Box::new(condition(right, place)?)),
            }))
        }
    };
    Ok(core::BooleanExpression { expr: Some(expr) })
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
