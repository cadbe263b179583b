//! The conditions of branches.
//!
//! Flyte compares primitive values, and takes the type of an operand to be that of the whole output that it is a part of. An operand
//! that it does not take for what it is goes through a pass-through, whose output has the right type.

use super::{
    Rule,
    pass::{self, Passed},
    work::{Place, Work},
};
use crate::{
    graph::{
        BindingData, BooleanExpression, BranchNode, Graph, Node, NodeRef, NodeTarget, Operand,
        OutputReference, PathStep, Producer, RawReference,
    },
    types::{LiteralType, TypeInfo},
};

/// Whether a branch has a condition that has to be changed.
pub(super) fn is_touched(graph: &Graph, node: &Node, branch: &BranchNode) -> bool {
    let around = Around { graph, node };
    let mut touched = false;
    for_each_comparison(branch, &mut |left, right| {
        touched |= around.is_mistaken(left, right);
    });
    touched
}

impl Work<'_> {
    /// Puts a pass-through in front of a branch whose conditions need one.
    pub(super) fn conditions(&mut self, index: usize, node: &mut Node, place: &Place) {
        let source = self.source;
        let written = &source.nodes()[index];
        let NodeTarget::Branch(branch) = written.target() else {
            return;
        };
        if !is_touched(source, written, branch) {
            return;
        }
        let around = Around {
            graph: source,
            node: written,
        };
        let number = self.next_number();
        let mut values: Vec<Passed> = Vec::new();
        for (name, info) in around.retyped(branch) {
            let mut bindings = node.bindings.iter_mut();
            let Some(binding) = bindings.find(|binding| binding.var == name) else {
                continue;
            };
            let position = values.len();
            let through = BindingData::Promise(RawReference {
                node: NodeRef {
                    graph: 0,
                    node: number as u32,
                },
                output: Ok(position as u32),
            });
            values.push(Passed {
                input: format!("v{position}").into(),
                output: format!("o{position}").into(),
                info,
                data: std::mem::replace(&mut binding.data, through),
            });
        }
        let id = self.new_id(&format!("{}-in", written.id()));
        let path = self.lowered_path(&id);
        let through = pass::node(source, id.clone(), &id, values);
        self.add(index, through);
        node.upstream.push(number);
        self.record.add(Rule::Condition, &place.source, path, false);
    }
}

/// A branch node and the graph that it is in.
#[derive(Clone, Copy)]
struct Around<'g> {
    graph: &'g Graph,
    node: &'g Node,
}

impl Around<'_> {
    /// Whether Flyte's compiler takes two primitive values for values of different types.
    fn is_mistaken(self, left: &Operand, right: &Operand) -> bool {
        match (self.seen(left), self.seen(right)) {
            (Some(left), Some(right)) => left.is_none() || left != right,
            _ => false,
        }
    }

    /// What the compiler takes an operand for; nothing for one that the engine does not find a primitive value in. A part is never taken
    /// for what it is.
    fn seen(self, operand: &Operand) -> Option<Option<LiteralType>> {
        match operand {
            Operand::Constant(constant) => Some(Some(primitive_of(constant.info.literal_type())?)),
            Operand::Variable { name, info } => {
                let own = primitive_of(info.literal_type())?;
                let reference = self.reference(name)?;
                is_primitive_there(&own, &reference.path)
                    .then(|| reference.is_whole().then(|| self.whole_type(&reference)))
            }
        }
    }

    /// What an operand that is a variable refers to.
    fn reference(self, name: &str) -> Option<OutputReference> {
        let mut bindings = self.node.bindings().iter();
        match &bindings.find(|binding| binding.var == name)?.data {
            BindingData::Promise(reference) => Some(self.graph.resolve(reference)),
            _ => None,
        }
    }

    /// The type of the whole output.
    fn whole_type(self, reference: &OutputReference) -> LiteralType {
        let node = NodeRef {
            graph: 0,
            node: match reference.producer {
                Producer::Start => NodeRef::START,
                Producer::Node(node) => node as u32,
            },
        };
        let variable = self.graph.variable(node, reference.output as u32);
        match variable.literal_type() {
            LiteralType::Date => LiteralType::Datetime,
            whole => whole,
        }
    }

    /// The variables that need another type when one of them does, each with that type.
    fn retyped(self, branch: &BranchNode) -> Vec<(String, TypeInfo)> {
        let mut found: Vec<(String, TypeInfo)> = Vec::new();
        let mut look_at = |operand: &Operand| {
            let Operand::Variable { name, info } = operand else {
                return;
            };
            if found.iter().any(|(known, _)| known == name) {
                return;
            }
            if let (Some(seen), Some(own)) = (self.seen(operand), primitive_of(info.literal_type()))
                && seen.as_ref() != Some(&own)
                && let Some(info) = info_of(&own)
            {
                found.push((name.clone(), info));
            }
        };
        for_each_comparison(branch, &mut |left, right| {
            look_at(left);
            look_at(right);
        });
        found
    }
}

fn for_each_comparison(branch: &BranchNode, each: &mut impl FnMut(&Operand, &Operand)) {
    fn visit(expression: &BooleanExpression, each: &mut impl FnMut(&Operand, &Operand)) {
        match expression {
            BooleanExpression::Comparison { left, right, .. } => each(left, right),
            BooleanExpression::Conjunction { terms, .. } => {
                terms.iter().for_each(|term| visit(term, each));
            }
        }
    }
    for case in branch.cases() {
        visit(&case.condition, each);
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

/// Whether the engine finds the primitive value at the end of a path. Times in structs are texts to it.
fn is_primitive_there(primitive: &LiteralType, path: &[PathStep]) -> bool {
    let in_struct = path.iter().any(|step| matches!(step, PathStep::Field(_)));
    !in_struct || !matches!(primitive, LiteralType::Datetime | LiteralType::Duration)
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
