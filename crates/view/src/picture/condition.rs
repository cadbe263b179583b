//! Conditions of branches, with the names of nodes in place of their ids.

use flyte_core::graph::{BooleanExpression, ComparisonOperator as Operator, Graph, Operand};

/// As it is written: `x > 5 && score.o0 == "a"`.
pub(super) fn text(condition: &BooleanExpression, graph: &Graph) -> String {
    match condition {
        BooleanExpression::Comparison {
            operator,
            left,
            right,
        } => {
            let (left, value) = (operand(left, graph), operand(right, graph));
            let is_known = matches!(right, Operand::Constant(_));
            match (operator, value.as_str()) {
                (Operator::Eq, "true") | (Operator::Neq, "false") if is_known => left,
                (Operator::Eq, "false") | (Operator::Neq, "true") if is_known => {
                    format!("!{left}")
                }
                _ => format!("{left} {operator} {value}"),
            }
        }
        BooleanExpression::Conjunction { operator, terms } => {
            let terms: Vec<String> = terms
                .iter()
                .map(|term| match term {
                    BooleanExpression::Conjunction { operator: own, .. } if own != operator => {
                        format!("({})", text(term, graph))
                    }
                    _ => text(term, graph),
                })
                .collect();
            terms.join(&format!(" {operator} "))
        }
    }
}

fn operand(operand: &Operand, graph: &Graph) -> String {
    let Operand::Variable { name, .. } = operand else {
        return operand.to_string();
    };
    let Some((id, output)) = name.split_once('.') else {
        return name.clone();
    };
    match (graph.node(id), output) {
        (None, output) => output.to_owned(),
        (Some(node), "o0") => node.metadata().name.clone(),
        (Some(node), output) => {
            let part = output.strip_prefix("o0.").unwrap_or(output);
            format!("{}.{part}", node.metadata().name)
        }
    }
}
