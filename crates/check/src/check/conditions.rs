//! Checks the operands of a branch's conditions (`ValidateBooleanExpression`), and where the engine gives other
//! results.

use std::collections::BTreeSet;

use super::{
    Rule, Walk,
    bindings::Promises as _,
    graph::Template,
    interfaces::Typed,
    literals,
    types::is_same,
    values::{LONG, SHORTER, is_long},
};
use crate::lower::{NodePath, is_inexact};
use flyte_core::{
    graph::{
        Binding, BindingData, BooleanExpression, BranchNode, ComparisonOperator, Node, Operand,
    },
    types::{Literal, LiteralType, LiteralValue},
};

/// One side of a comparison, as the compiler sees it.
enum Side {
    /// A value of this type.
    Of(LiteralType),
    /// A part of a value.
    Part(LiteralType),
    /// A value that cannot be compared.
    Nothing,
    /// The problem is already reported.
    Unknown,
}

impl Side {
    fn literal_type(&self) -> Option<&LiteralType> {
        match self {
            Self::Of(literal_type) | Self::Part(literal_type) => Some(literal_type),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

/// Reports the findings of a branch, each one once.
#[derive(Default)]
struct Told {
    found: BTreeSet<(Rule, String)>,
}

impl Told {
    fn of(&mut self, rule: Rule, condition: &BooleanExpression) {
        self.found.insert((rule, condition.to_string()));
    }
}

impl Walk<'_> {
    pub(super) fn conditions(
        &mut self,
        template: &Template<'_>,
        node: &Node,
        branch: &BranchNode,
        inputs: &[Typed],
        at: &NodePath,
    ) {
        let mut told = Told::default();
        for case in branch.cases() {
            let mut waiting = vec![&case.condition];
            while let Some(expression) = waiting.pop() {
                match expression {
                    BooleanExpression::Conjunction { terms, .. } => waiting.extend(terms),
                    BooleanExpression::Comparison {
                        operator,
                        left,
                        right,
                    } => {
                        let sides = [left, right].map(|side| of(template, node, inputs, side));
                        compare(*operator, &sides, expression, &mut told);
                        if [left, right].into_iter().any(is_too_long_operand) {
                            told.of(Rule::LongDuration, expression);
                        }
                        // The lowered graph compares it in a task.
                        if is_inexact(*operator, left, right) {
                            told.of(Rule::WholeSeconds, expression);
                        }
                    }
                }
            }
        }
        for (rule, condition) in told.found {
            let (reason, instead) = words(rule, &condition);
            self.find(template.subject.finding(rule, at, reason, instead));
        }
    }
}

fn of(template: &Template<'_>, node: &Node, inputs: &[Typed], side: &Operand) -> Side {
    let name = match side {
        Operand::Constant(constant) => {
            return match constant.to_literal() {
                Ok(literal) => primitive(&literal),
                Err(_) => Side::Unknown,
            };
        }
        Operand::Variable { name, .. } => name,
    };
    let binding = node.bindings().iter().find(|binding| binding.var == *name);
    let Some(Binding {
        data: BindingData::Promise(reference),
        ..
    }) = binding
    else {
        return Side::Unknown;
    };
    let input = inputs.iter().find(|input| input.name == *name);
    match input {
        Some(_) if template.promised(reference).is_part() => Side::Part(match side {
            Operand::Variable { info, .. } => info.literal_type(),
            Operand::Constant(_) => return Side::Unknown,
        }),
        Some(input) => Side::Of(input.literal_type.clone()),
        None => Side::Unknown,
    }
}

/// The constant that Flyte compares: a primitive, also if the type is a union of that and nothing.
fn primitive(literal: &Literal) -> Side {
    match &literal.value {
        LiteralValue::Union { value, .. } => primitive(value),
        LiteralValue::Integer(_)
        | LiteralValue::Float(_)
        | LiteralValue::String(_)
        | LiteralValue::Boolean(_)
        | LiteralValue::Datetime { .. }
        | LiteralValue::Duration { .. } => {
            literals::of_scalar(&literal.value).map_or(Side::Unknown, Side::Of)
        }
        _ => Side::Nothing,
    }
}

fn compare(
    operator: ComparisonOperator,
    sides: &[Side; 2],
    expression: &BooleanExpression,
    told: &mut Told,
) {
    let types = || sides.iter().filter_map(Side::literal_type);
    let is_on_part = sides.iter().any(|side| matches!(side, Side::Part(_)));
    let is_with_nothing = sides.iter().any(|side| matches!(side, Side::Nothing));
    if is_on_part {
        told.of(Rule::ConditionOnPart, expression);
    }
    if is_with_nothing {
        told.of(Rule::ConditionOnOption, expression);
    }
    if is_on_part || is_with_nothing {
        // Other problems with the types follow from that one.
    } else if let [Side::Of(left), Side::Of(right)] = sides {
        let is_union = types().any(|of| matches!(of.plain(), LiteralType::Union(_)));
        if is_same(left, right) {
            if is_union {
                told.of(Rule::OptionsCompared, expression);
            }
        } else if is_union {
            told.of(Rule::ConditionOnOption, expression);
        } else if types().any(|of| matches!(of.plain(), LiteralType::Enum(_))) {
            told.of(Rule::ConditionOnEnum, expression);
        } else {
            told.of(Rule::ConditionTypes, expression);
        }
    }
    let is_closed = matches!(operator, ComparisonOperator::Gte | ComparisonOperator::Lte);
    if is_closed && types().any(|of| *of.plain() == LiteralType::Float) {
        told.of(Rule::NotANumber, expression);
    }
}

/// Only durations are converted to their literal form again.
fn is_too_long_operand(side: &Operand) -> bool {
    let Operand::Constant(constant) = side else {
        return false;
    };
    *constant.info.literal_type().plain() == LiteralType::Duration
        && constant.to_literal().is_ok_and(|literal| is_long(&literal))
}

fn words(rule: Rule, condition: &str) -> (String, &'static str) {
    match rule {
        Rule::ConditionOnPart => (
            format!("`{condition}` looks at a part of a value, and Flyte compares whole values"),
            "let a task look at the value and give a `bool`, or give the part as an output of its own",
        ),
        Rule::ConditionOnOption => (
            format!(
                "`{condition}` looks into an `Option`, and Flyte compares values that are there"
            ),
            "let a task look at the value and give a `bool`",
        ),
        Rule::ConditionOnEnum => (
            format!(
                "`{condition}` compares an enum, which Flyte takes for another type than the text that stands for it"
            ),
            "let a task look at the value and give a `bool`, or the text",
        ),
        Rule::OptionsCompared => (
            format!(
                "`{condition}` compares two values that may be nothing, which is registered and fails when it runs"
            ),
            "let a task look at the values and give a `bool`",
        ),
        Rule::LongDuration => (format!("`{condition}` {LONG}"), SHORTER),
        Rule::NotANumber => (
            format!(
                "`{condition}` holds there when a side is not a number, and does not hold here"
            ),
            "write it with `<` or `>` if a value may be NaN",
        ),
        Rule::WholeSeconds => (
            format!(
                "`{condition}` compares whole seconds there; what is behind the point does not count"
            ),
            "let a task compare the values and give a `bool` if fractions of a second count",
        ),
        _ => (
            format!("the sides of `{condition}` have different types in Flyte"),
            "let a task look at the values and give a `bool`",
        ),
    }
}
