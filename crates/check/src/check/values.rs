//! Values that a cluster handles differently from a local run, or not everywhere.

use super::{Rule, Walk, graph::Template, literals, subject::Subject, types::is_castable};
use crate::{check::bindings::Promises as _, lower::NodePath};
use flyte_core::{
    graph::{Binding, BindingData, PathStep, entity::EntityDescriptor},
    types::{Literal, LiteralType, LiteralValue, TypeInfo, Value},
};

/// The problem with a long duration.
pub(super) const LONG: &str =
    "has a duration of more than 292 years, which Flyte's engine cannot read: no run can begin";

/// What to write instead.
pub(super) const SHORTER: &str = "give a shorter duration, or none for no limit";

/// The maximum length of a duration in Go, in seconds: it counts nanoseconds in 64 bits.
const LONGEST: i64 = i64::MAX / 1_000_000_000;

/// Whether a value contains a duration that is too long for Go. Inside a struct, durations are texts.
pub(super) fn is_long(literal: &Literal) -> bool {
    match &literal.value {
        LiteralValue::Collection(items) => items.iter().any(is_long),
        LiteralValue::Map(items) => items.values().any(is_long),
        LiteralValue::Union { value, .. } => is_long(value),
        scalar => is_too_long(scalar),
    }
}

/// As [`is_long`], for a value that is not a collection.
pub(super) fn is_too_long(value: &LiteralValue) -> bool {
    match value {
        LiteralValue::Duration { seconds, .. } => !(-LONGEST..LONGEST).contains(seconds),
        LiteralValue::Union { value, .. } => is_long(value),
        _ => false,
    }
}

/// Whether a value that starts an execution shows the type of its input through its literal alone.
pub fn shows_its_type(info: TypeInfo, value: &Value) -> bool {
    // A value without a literal is reported elsewhere.
    info.to_literal(value).map_or(true, |literal| {
        let shown = literals::of_literal(&literal);
        shown.is_some_and(|shown| is_castable((&shown).into(), (&info.literal_type()).into()))
    })
}

/// Whether a type is a nested list or map, the type of which does not follow from an empty inner one.
fn is_nested(literal_type: &LiteralType) -> bool {
    let inner = |literal_type: &LiteralType| match literal_type.plain() {
        LiteralType::Collection(inner) | LiteralType::Map(inner) => Some(inner.plain().clone()),
        _ => None,
    };
    inner(literal_type).is_some_and(|literal_type| inner(&literal_type).is_some())
}

/// Whether a type is a point in time, a date or a duration, or has such elements.
pub(super) fn is_time(literal_type: &LiteralType) -> bool {
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
    /// Checks known inputs of a launch plan. A list with promises is made at run time.
    pub(super) fn given_to_plan(
        &mut self,
        template: &Template<'_>,
        plan: &EntityDescriptor,
        binding: &Binding,
        expected: &LiteralType,
        at: &NodePath,
    ) {
        if !is_nested(expected) {
            return;
        }
        let input = plan.inputs().iter().find(|input| input.name == binding.var);
        let (Some(input), Ok(Some(value))) = (input, binding.data.known()) else {
            return;
        };
        if !shows_its_type(input.info, &value) {
            let reason = format!(
                "the input `{}` is given a value that does not show its type by itself, and the execution is not \
                 started",
                binding.var
            );
            let instead =
                "let a task give the value to a workflow that is called without its launch plan";
            let finding = template
                .subject
                .finding(Rule::UnclearInput, at, reason, instead);
            self.find(finding);
        }
    }

    /// Checks the type for which a gate waits.
    pub(super) fn gate_of_option(
        &mut self,
        subject: &Subject,
        expected: &LiteralType,
        at: &NodePath,
    ) {
        if let LiteralType::Union(_) = expected.plain() {
            let reason = format!(
                "it waits for {expected}, and the server refuses every answer, which is one of these and not all of \
                 them"
            );
            let instead = "wait for a value, or for a struct with an `Option` in it";
            self.find(subject.finding(Rule::GateOfOption, at, reason, instead));
        }
    }

    /// Checks an output of a workflow or a case that is a time.
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
                        "the output `{}`, {part} here, is a part of a struct, and stays a text there until a task \
                         takes it",
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
