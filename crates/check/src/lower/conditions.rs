//! Lowers the conditions of branches.
//!
//! Flyte compares primitive values, and takes the type of an operand from the whole output to which it belongs. If that
//! is not the type of the operand, the operand goes through a pass-through, whose output has the right type. A task
//! compares values that the engine does not see as primitive, and the condition reads the result of the task. The same
//! is done for times and durations, of which the engine compares only whole seconds, if that can make a difference.

use std::{collections::HashSet, sync::Arc};

use super::{
    Change, approvals,
    compared::{Task, kind},
    pass::{self, Passed},
    work::{Place, Work},
};
use flyte_core::{
    graph::{
        Binding, BindingData, BooleanExpression, BranchNode, ComparisonOperator, Constant, Graph,
        Node, NodeRef, NodeTarget, Operand, OutputReference, PathStep, Producer, RawReference,
    },
    no_other_variant,
    types::{LiteralType, LiteralValue, TypeInfo, Value},
};

/// Whether a branch has a condition that must be changed.
pub(super) fn is_touched(graph: &Graph, node: &Node, branch: &BranchNode) -> bool {
    let is_given = &|_: &OutputReference| false;
    let around = Around {
        graph,
        node,
        is_given,
    };
    let mut touched = false;
    for_each_comparison(branch, &mut |operator, left, right| {
        touched |= around.has_to_change(operator, left, right);
    });
    touched
}

impl Work<'_> {
    /// Adds a pass-through or a task before a branch whose conditions need one.
    pub(super) fn conditions(&mut self, index: usize, node: &mut Node, place: &Place) {
        let source = self.source;
        let written = &source.nodes()[index];
        let NodeTarget::Branch(branch) = written.target() else {
            return;
        };
        if !is_touched(source, written, branch) {
            return;
        }
        let given = self.given;
        let around = Around {
            graph: source,
            node: written,
            is_given: &|reference| is_given(source, given, reference),
        };
        let mut is_computed = false;
        for_each_comparison(branch, &mut |operator, left, right| {
            is_computed |= (around.is_unseen(left, right) || is_inexact(operator, left, right))
                && kind(left, right).is_some();
        });
        if is_computed {
            self.compute(around, index, node, place);
        } else {
            self.retype(around, branch, index, node, place);
        }
    }

    /// Gives the operands types that Flyte compares.
    fn retype(
        &mut self,
        around: Around<'_>,
        branch: &BranchNode,
        index: usize,
        node: &mut Node,
        place: &Place,
    ) {
        let number = self.next_number();
        let mut values: Vec<Passed> = Vec::new();
        for (name, info) in around.retyped(branch) {
            let mut bindings = node.bindings.iter_mut();
            let Some(binding) = bindings.find(|binding| binding.var == name) else {
                continue;
            };
            let position = values.len();
            values.push(Passed {
                input: format!("v{position}").into(),
                output: format!("o{position}").into(),
                info,
                data: std::mem::replace(&mut binding.data, output_of(number, position)),
            });
        }
        let id = self.new_id(&format!("{}-in", around.node.id()));
        let path = self.lowered_path(&id);
        let name = self.new_name(&id);
        let through = pass::node(around.graph, id, name, values);
        self.add(index, through);
        node.upstream.push(number);
        self.record.add(Change::Condition, &place.source, path);
    }

    /// Moves comparisons that Flyte does not support into a task, and lets the condition read its results.
    fn compute(&mut self, around: Around<'_>, index: usize, node: &mut Node, place: &Place) {
        let NodeTarget::Branch(branch) = &mut node.target else {
            return;
        };
        let id = self.new_id(&format!("{}-if", around.node.id()));
        let number = self.next_number();
        let mut task = Task::default();
        let branch = Arc::make_mut(branch);
        for case in &mut branch.cases {
            change_comparisons(&mut case.condition, &mut |operator, left, right| {
                if !around.has_to_change(operator, left, right) {
                    return None;
                }
                let sides = [around.source(left)?, around.source(right)?];
                let output = task.compare(operator, kind(left, right)?, sides);
                let name = format!("{id}.o{output}");
                let data = output_of(number, output);
                node.bindings.push(Binding::new(name.clone(), data));
                let info = TypeInfo::of::<bool>();
                let yes = Constant {
                    value: Value::new(true),
                    info,
                };
                Some((Operand::Variable { name, info }, Operand::Constant(yes)))
            });
        }
        let mut used = HashSet::new();
        for_each_comparison(branch, &mut |_, left, right| {
            for operand in [left, right] {
                if let Operand::Variable { name, .. } = operand {
                    used.insert(name.clone());
                }
            }
        });
        node.bindings.retain(|binding| used.contains(&*binding.var));
        node.bindings.sort_by(|a, b| a.var.cmp(&b.var));
        node.upstream.push(number);
        let path = self.lowered_path(&id);
        let name = self.new_name(&id);
        self.add(index, task.node(id, name, around.graph));
        let added = Some(path);
        self.record
            .pod(Change::ComputedCondition, &place.source, added);
    }
}

/// Whether the engine finds a primitive value at the end of a path. Inside structs, times are texts, and numbers from
/// other programs may have the other kind: Go sends integers as floats, and Python sends whole floats as integers.
fn is_primitive_in(primitive: &LiteralType, path: &[PathStep], is_given: bool) -> bool {
    if !path.iter().any(|step| matches!(step, PathStep::Field(_))) {
        return true;
    }
    match primitive {
        LiteralType::Datetime | LiteralType::Duration => false,
        LiteralType::Integer | LiteralType::Float => !is_given,
        _ => true,
    }
}

/// An output of an added node.
pub(super) fn output_of(node: usize, output: usize) -> BindingData {
    BindingData::Promise(RawReference::new(NodeRef::new(0, node as u32), output))
}

/// Whether a value, or a part of it, may come from another program: from the user who starts the workflow or answers a
/// gate, or from an entity of the cluster. `inputs` has this for the inputs of the graph.
pub(super) fn is_given(graph: &Graph, inputs: &[bool], reference: &OutputReference) -> bool {
    let node = match reference.producer {
        Producer::Start => return inputs.get(reference.output).is_some_and(|given| *given),
        Producer::Node(node) => &graph.nodes()[node],
    };
    match node.target() {
        NodeTarget::Gate(_) => match approvals::item(graph, node) {
            Some(item) => is_given(graph, inputs, &item),
            None => true,
        },
        NodeTarget::Task(entity)
        | NodeTarget::Workflow(entity)
        | NodeTarget::LaunchPlan(entity) => entity.reference().is_some(),
        NodeTarget::Map(map) => map.entity().reference().is_some(),
        NodeTarget::Branch(_) | NodeTarget::Inlined(_) => false,
        _ => no_other_variant!(NodeTarget),
    }
}

/// A branch node and its graph.
#[derive(Clone, Copy)]
struct Around<'g> {
    graph: &'g Graph,
    node: &'g Node,
    is_given: &'g dyn Fn(&OutputReference) -> bool,
}

impl Around<'_> {
    /// Whether a comparison is not supported by Flyte's compiler or engine, and can be changed so that it is.
    fn has_to_change(self, operator: ComparisonOperator, left: &Operand, right: &Operand) -> bool {
        if is_inexact(operator, left, right) {
            return kind(left, right).is_some();
        }
        match (self.seen(left), self.seen(right)) {
            // The compiler never sees a part with its own type.
            (Some(one), Some(other)) => one.is_none() || one != other,
            _ => kind(left, right).is_some(),
        }
    }

    /// Whether the engine does not find primitive values.
    fn is_unseen(self, left: &Operand, right: &Operand) -> bool {
        self.seen(left).is_none() || self.seen(right).is_none()
    }

    /// The type that the compiler sees for an operand; the inner `None` means a part, for which it sees no comparable
    /// type. `None` if the engine does not find a primitive value.
    fn seen(self, operand: &Operand) -> Option<Option<LiteralType>> {
        match operand {
            Operand::Constant(constant) => Some(Some(primitive_of(constant.info.literal_type())?)),
            Operand::Variable { name, info } => {
                let own = primitive_of(info.literal_type())?;
                let BindingData::Promise(reference) = self.binding(name)? else {
                    return None;
                };
                let reference = self.graph.resolve(reference);
                let whole = || reference.is_whole().then(|| self.whole_type(&reference));
                self.is_primitive_there(&own, &reference).then(whole)
            }
        }
    }

    /// Whether the engine finds a primitive value at the end of a path.
    fn is_primitive_there(self, primitive: &LiteralType, reference: &OutputReference) -> bool {
        if !is_primitive_in(primitive, &reference.path, (self.is_given)(reference)) {
            return false;
        }
        // A gate passes on its input, whatever its type.
        let Producer::Node(node) = reference.producer else {
            return true;
        };
        let mut node = &self.graph.nodes()[node];
        while let Some(item) = approvals::item(self.graph, node) {
            if !is_primitive_in(primitive, &item.path, true) {
                return false;
            }
            let Producer::Node(before) = item.producer else {
                return true;
            };
            node = &self.graph.nodes()[before];
        }
        true
    }

    /// The type of the whole output.
    fn whole_type(self, reference: &OutputReference) -> LiteralType {
        let node = match reference.producer {
            Producer::Start => NodeRef::START,
            Producer::Node(node) => node as u32,
        };
        let node = NodeRef::new(0, node);
        let variable = self.graph.variable(node, reference.output as u32);
        match variable.literal_type() {
            LiteralType::Date => LiteralType::Datetime,
            whole => whole,
        }
    }

    /// The type of an operand and the source of its value.
    fn source(self, operand: &Operand) -> Option<(TypeInfo, BindingData)> {
        Some(match operand {
            Operand::Constant(constant) => (constant.info, BindingData::Constant(constant.clone())),
            Operand::Variable { name, info } => (*info, self.binding(name)?.clone()),
        })
    }

    fn binding(&self, name: &str) -> Option<&BindingData> {
        let mut bindings = self.node.bindings().iter();
        Some(&bindings.find(|binding| binding.var == name)?.data)
    }

    /// The variables that need another type if one of them does, each with that type.
    fn retyped(self, branch: &BranchNode) -> Vec<(String, TypeInfo)> {
        let mut found: Vec<(String, TypeInfo)> = Vec::new();
        let mut look_at = |operand: &Operand| {
            let Operand::Variable { name, info } = operand else {
                return;
            };
            let own = primitive_of(info.literal_type());
            let (Some(seen), Some(own)) = (self.seen(operand), own) else {
                return;
            };
            let known = found.iter().any(|(known, _)| known == name);
            if let (false, Some(info)) = (known || seen.as_ref() == Some(&own), info_of(&own)) {
                found.push((name.clone(), info));
            }
        };
        for_each_comparison(branch, &mut |_, left, right| {
            look_at(left);
            look_at(right);
        });
        found
    }
}

/// Whether Flyte's engine may get another result, because it compares only the whole seconds of times and durations.
/// The result is right for dates, and for `<` and `>=` with a constant of whole seconds on the right, or mirrored.
pub(crate) fn is_inexact(operator: ComparisonOperator, left: &Operand, right: &Operand) -> bool {
    let literal_type = |operand: &Operand| match operand {
        Operand::Variable { info, .. } => info.literal_type(),
        Operand::Constant(constant) => constant.info.literal_type(),
    };
    let types = [literal_type(left), literal_type(right)];
    let is_time = |primitive| matches!(primitive, LiteralType::Datetime | LiteralType::Duration);
    let [one, other] = types.clone().map(primitive_of);
    if !one.is_some_and(is_time) || !other.is_some_and(is_time) {
        return false;
    }
    let is_exact = match operator {
        _ if types == [LiteralType::Date, LiteralType::Date] => true,
        ComparisonOperator::Gte | ComparisonOperator::Lt => is_seconds(right),
        ComparisonOperator::Lte | ComparisonOperator::Gt => is_seconds(left),
        ComparisonOperator::Eq | ComparisonOperator::Neq => false,
    };
    !is_exact
}

/// Whether an operand is a constant of whole seconds. Fractions are rounded up if negative, and down otherwise.
fn is_seconds(operand: &Operand) -> bool {
    let Operand::Constant(constant) = operand else {
        return false;
    };
    match constant.to_literal().map(|literal| literal.value) {
        Ok(LiteralValue::Datetime { nanos, .. }) => nanos == 0,
        Ok(LiteralValue::Duration { seconds, nanos }) => seconds > 0 && nanos == 0,
        _ => false,
    }
}

fn for_each_comparison(
    branch: &BranchNode,
    each: &mut impl FnMut(ComparisonOperator, &Operand, &Operand),
) {
    fn visit(
        expression: &BooleanExpression,
        each: &mut impl FnMut(ComparisonOperator, &Operand, &Operand),
    ) {
        match expression {
            BooleanExpression::Comparison {
                operator,
                left,
                right,
            } => each(*operator, left, right),
            BooleanExpression::Conjunction { terms, .. } => {
                terms.iter().for_each(|term| visit(term, each));
            }
        }
    }
    for case in branch.cases() {
        visit(&case.condition, each);
    }
}

/// Replaces comparisons by others.
fn change_comparisons(
    expression: &mut BooleanExpression,
    change: &mut impl FnMut(ComparisonOperator, &Operand, &Operand) -> Option<(Operand, Operand)>,
) {
    match expression {
        BooleanExpression::Comparison {
            operator,
            left,
            right,
        } => {
            if let Some(other) = change(*operator, left, right) {
                *operator = ComparisonOperator::Eq;
                (*left, *right) = other;
            }
        }
        BooleanExpression::Conjunction { terms, .. } => {
            for term in terms {
                change_comparisons(term, change);
            }
        }
    }
}

/// The primitive type that represents values of a type; `None` if there is none.
fn primitive_of(literal_type: LiteralType) -> Option<LiteralType> {
    match literal_type {
        LiteralType::Integer
        | LiteralType::Float
        | LiteralType::String
        | LiteralType::Boolean
        | LiteralType::Datetime
        | LiteralType::Duration => Some(literal_type),
        LiteralType::Enum(_) => Some(LiteralType::String),
        LiteralType::Date => Some(LiteralType::Datetime),
        LiteralType::Annotated(annotated) => primitive_of(annotated.literal_type.clone()),
        _ => None,
    }
}

/// A Rust type with this Flyte type.
fn info_of(primitive: &LiteralType) -> Option<TypeInfo> {
    Some(match primitive {
        LiteralType::Integer => TypeInfo::of::<i64>(),
        LiteralType::Float => TypeInfo::of::<f64>(),
        LiteralType::String => TypeInfo::of::<String>(),
        LiteralType::Boolean => TypeInfo::of::<bool>(),
        LiteralType::Datetime => TypeInfo::of::<jiff::Timestamp>(),
        LiteralType::Duration => TypeInfo::of::<jiff::SignedDuration>(),
        _ => return None,
    })
}
