//! The conditions of branches.
//!
//! Flyte compares primitive values, and takes the type of an operand to be that of the whole output that it is a part
//! of. An operand that it does not take for what it is goes through a pass-through, whose output has the right type.
//! What is not a primitive value to its engine is compared by a task, and the condition looks at what that says. So are
//! times and durations, of which the engine compares the whole seconds alone, where that can make a difference.

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

/// Whether a branch has a condition that has to be changed.
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
    /// Puts a pass-through, or a task, in front of a branch whose conditions need one.
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

    /// Has a task compare what Flyte does not, and the condition look at what it says.
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

/// Whether the engine finds the primitive value at the end of a path. Times in structs are texts to it. Numbers in
/// structs that other programs make may be of the other kind: Go sends integers as floats, and Python floats that are
/// whole as integers.
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

/// An output of a node that is added.
pub(super) fn output_of(node: usize, output: usize) -> BindingData {
    BindingData::Promise(RawReference::new(NodeRef::new(0, node as u32), output))
}

/// Whether a value, or a part of it, may come from another program: from whoever started the workflow or answers a
/// gate, or from what the cluster has already. `inputs` says it of the inputs of the graph.
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

/// A branch node and the graph that it is in.
#[derive(Clone, Copy)]
struct Around<'g> {
    graph: &'g Graph,
    node: &'g Node,
    is_given: &'g dyn Fn(&OutputReference) -> bool,
}

impl Around<'_> {
    /// Whether Flyte's compiler or its engine does not take a comparison, and something can be done about it.
    fn has_to_change(self, operator: ComparisonOperator, left: &Operand, right: &Operand) -> bool {
        if is_inexact(operator, left, right) {
            return kind(left, right).is_some();
        }
        match (self.seen(left), self.seen(right)) {
            // A part is never seen as what it is.
            (Some(one), Some(other)) => one.is_none() || one != other,
            _ => kind(left, right).is_some(),
        }
    }

    /// Whether the engine does not find primitive values.
    fn is_unseen(self, left: &Operand, right: &Operand) -> bool {
        self.seen(left).is_none() || self.seen(right).is_none()
    }

    /// What the compiler takes an operand for, which of a part is nothing that it could be; `None` for one that the
    /// engine does not find a primitive value in.
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

    /// Whether the engine finds the primitive value at the end of a path.
    fn is_primitive_there(self, primitive: &LiteralType, reference: &OutputReference) -> bool {
        if !is_primitive_in(primitive, &reference.path, (self.is_given)(reference)) {
            return false;
        }
        // A gate hands on what it is given, whatever type it has.
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

    /// The type of an operand, and where its value comes from.
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

    /// The variables that need another type when one of them does, each with that type.
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

/// Whether Flyte's engine can come to another result: of times and durations it compares the whole seconds. That is
/// right for dates, and where something is asked to be less than a number of seconds, or not to be.
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

/// Whether an operand is a constant of whole seconds. What is below one is rounded up where it is negative, and down
/// where not.
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

/// Gives comparisons other operands; what these say is whether they are equal.
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

/// Which primitive value stands for a value of this type; nothing if none does.
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

/// A Rust type that is shown as this one.
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
