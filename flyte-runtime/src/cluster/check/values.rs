//! Values that a cluster takes otherwise than this machine does, or not everywhere.

use super::{
    Rule, Walk,
    graph::{Template, what_of},
    literals,
    subject::Subject,
    types::is_castable,
};
use crate::{
    cluster::{check::bindings::Promises as _, lower::NodePath},
    graph::{
        Binding, BindingData, BooleanExpression, BranchNode, Node, NodeTarget, Operand, PathStep,
    },
    types::{Literal, LiteralType, LiteralValue, TypeInfo, Value},
};

/// What is wrong with a long duration.
pub(super) const LONG: &str =
    "has a duration of more than 292 years, which Flyte's engine cannot read: no run can begin";

/// What to write instead.
pub(super) const SHORTER: &str = "give a shorter duration, or none for no limit";

/// The longest duration in seconds that Go has, in 64 bits of nanoseconds.
const LONGEST: i64 = i64::MAX / 1_000_000_000;

/// Whether a duration is in a value that Go cannot have. What is in a struct is a text.
pub(super) fn is_long(literal: &Literal) -> bool {
    match &literal.value {
        LiteralValue::Duration { seconds, .. } => !(-LONGEST..LONGEST).contains(seconds),
        LiteralValue::Collection(items) => items.iter().any(is_long),
        LiteralValue::Map(items) => items.values().any(is_long),
        LiteralValue::Union { value, .. } => is_long(value),
        _ => false,
    }
}

/// Whether the form of a value that an execution is started with shows the type of its input.
pub(crate) fn shows_its_type(info: TypeInfo, value: &Value) -> bool {
    // A value without a form is told of as such.
    info.to_literal(value)
        .map_or(true, |literal| shows(&literal, &info.literal_type()))
}

fn shows(literal: &Literal, expected: &LiteralType) -> bool {
    literals::of_literal(literal).is_some_and(|shown| is_castable((&shown).into(), expected.into()))
}

/// Whether a value of this type is a point in time, a date or a duration, or has some as elements.
fn is_time(literal_type: &LiteralType) -> bool {
    match literal_type.plain() {
        LiteralType::Datetime | LiteralType::Date | LiteralType::Duration => true,
        LiteralType::Collection(inner) | LiteralType::Map(inner) => is_time(inner),
        LiteralType::Union(variants) => variants
            .iter()
            .any(|variant| is_time(&variant.literal_type)),
        _ => false,
    }
}

impl Walk<'_> {
    /// Looks at the constants of a node.
    pub(super) fn values(&mut self, template: &Template<'_>, node: &Node, at: &NodePath) {
        for binding in node.bindings() {
            for literal in constants(&binding.data) {
                if is_long(&literal) {
                    let what = what_of(template.subject, at, &binding.var);
                    self.long(template.subject, at, &what);
                }
            }
        }
        match node.target() {
            NodeTarget::Branch(branch) => self.constants_of_conditions(template, branch, at),
            NodeTarget::LaunchPlan(plan) => {
                for binding in node.bindings() {
                    // A list with promises is made when it runs.
                    let Ok(Some(value)) = binding.data.known() else {
                        continue;
                    };
                    let input = plan.inputs().iter().find(|input| input.name == binding.var);
                    if input.is_some_and(|input| !shows_its_type(input.info, &value)) {
                        let reason = format!(
                            "the input `{}` is given a value that does not show its type by itself, and the execution is not started",
                            binding.var
                        );
                        let instead = "let a task give the value to a workflow that is called without its launch plan";
                        let finding =
                            template
                                .subject
                                .finding(Rule::UnclearInput, at, reason, instead);
                        self.find(finding);
                    }
                }
            }
            _ => {}
        }
    }

    fn constants_of_conditions(
        &mut self,
        template: &Template<'_>,
        branch: &BranchNode,
        at: &NodePath,
    ) {
        for case in branch.cases() {
            let mut waiting = vec![&case.condition];
            while let Some(condition) = waiting.pop() {
                match condition {
                    BooleanExpression::Conjunction { terms, .. } => waiting.extend(terms),
                    BooleanExpression::Comparison { left, right, .. } => {
                        for side in [left, right] {
                            let Operand::Constant(constant) = side else {
                                continue;
                            };
                            if constant.to_literal().is_ok_and(|literal| is_long(&literal)) {
                                self.long(
                                    template.subject,
                                    at,
                                    &format!("a side of `{condition}`"),
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    fn long(&mut self, subject: &Subject, at: &NodePath, what: &str) {
        let reason = format!("{what} {LONG}");
        self.find(subject.finding(Rule::LongDuration, at, reason, SHORTER));
    }

    /// Looks at what a gate waits for.
    pub(super) fn gate_of_option(
        &mut self,
        subject: &Subject,
        expected: &LiteralType,
        at: &NodePath,
    ) {
        if let LiteralType::Union(_) = expected.plain() {
            let reason = format!(
                "it waits for {expected}, and the server refuses every answer, which is one of these and not all of them"
            );
            let instead = "wait for a value, or for a struct with an `Option` in it";
            self.find(subject.finding(Rule::GateOfOption, at, reason, instead));
        }
    }

    /// Looks at an output of a workflow, or of a case of a branch.
    pub(super) fn times_in_structs(
        &mut self,
        template: &Template<'_>,
        binding: &Binding,
        at: &NodePath,
    ) {
        let mut waiting = vec![&binding.data];
        while let Some(data) = waiting.pop() {
            match data {
                BindingData::Promise(reference) => {
                    let promised = template.promised(reference);
                    let is_field = |step: &PathStep| matches!(step, PathStep::Field(_));
                    let is_in_struct = promised.path.iter().any(is_field);
                    let Some(part) = promised.part().filter(|part| is_in_struct && is_time(part))
                    else {
                        continue;
                    };
                    let reason = format!(
                        "the output `{}`, {part} here, is a part of a struct, and stays a text there until a task takes it",
                        binding.var
                    );
                    let instead = "let a task give the part";
                    let finding = template
                        .subject
                        .finding(Rule::TimeInStruct, at, reason, instead);
                    self.find(finding);
                }
                BindingData::Constant(_) => {}
                BindingData::Collection { items, .. } => waiting.extend(items),
                BindingData::Map { items, .. } => waiting.extend(items.values()),
                BindingData::Cast { item, .. } | BindingData::Converted { item, .. } => {
                    waiting.push(item);
                }
            }
        }
    }
}

/// The constants in what is given, in their forms.
fn constants(data: &BindingData) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut waiting = vec![data];
    while let Some(data) = waiting.pop() {
        match data {
            BindingData::Promise(_) => {}
            // One without a form is told of as such.
            BindingData::Constant(constant) => found.extend(constant.to_literal().ok()),
            BindingData::Collection { items, .. } => waiting.extend(items),
            BindingData::Map { items, .. } => waiting.extend(items.values()),
            BindingData::Cast { item, .. } | BindingData::Converted { item, .. } => {
                waiting.push(item);
            }
        }
    }
    found
}
