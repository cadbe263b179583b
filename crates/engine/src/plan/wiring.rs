//! Maps bindings and operands to slots.

use std::sync::Arc;

use super::{Arg, Computed, PlanNode, Side, Test};
use flyte_core::graph::{
    Binding, BindingData, BooleanExpression, CompileProblem, Graph, Node, Operand, PathStep,
    Producer, Projection, RawReference,
};

/// Maps bindings to slots.
pub(super) struct Wiring<'a> {
    pub(super) graph: &'a Arc<Graph>,
    /// The slot of each node's first output.
    pub(super) first_slots: Vec<u32>,
    /// The number of arguments and outputs that read each slot.
    pub(super) uses: Vec<u32>,
}

impl<'a> Wiring<'a> {
    pub(super) fn new(graph: &'a Arc<Graph>, first_slots: Vec<u32>, slots: u32) -> Self {
        Self {
            graph,
            first_slots,
            uses: vec![0; slots as usize],
        }
    }

    /// The argument for an input of a node.
    pub(super) fn bound(&mut self, node: &Node, input: &str) -> Option<Arg> {
        let mut bindings = node.bindings().iter();
        let binding = bindings.find(|binding| binding.var == input)?;
        Some(self.arg(&binding.data))
    }

    /// The slot of the whole value behind a reference, and the path to the part.
    fn slot(&self, reference: &RawReference) -> (u32, Vec<(PathStep, Projection)>) {
        let reference = self.graph.resolve(reference);
        let slot = reference.output as u32
            + match reference.producer {
                Producer::Start => 0,
                Producer::Node(node) => self.first_slots[node],
            };
        let path = reference.path.into_iter().zip(reference.projections);
        (slot, path.collect())
    }

    pub(super) fn arg(&mut self, data: &BindingData) -> Arg {
        match data {
            BindingData::Promise(reference) => {
                let (slot, path) = self.slot(reference);
                self.uses[slot as usize] += 1;
                if path.is_empty() {
                    return Arg::Slot(slot);
                }
                Arg::Computed(Box::new(Computed::Part { slot, path }))
            }
            BindingData::Constant(constant) => Arg::Constant(constant.value.clone()),
            BindingData::Collection { items, assemble } => {
                let items = items.iter().map(|item| self.arg(item)).collect();
                Arg::Computed(Box::new(Computed::Collection {
                    items,
                    assemble: *assemble,
                }))
            }
            BindingData::Map { items, assemble } => {
                let keys = items.keys().cloned().collect();
                let items = items.values().map(|item| self.arg(item)).collect();
                Arg::Computed(Box::new(Computed::Map {
                    keys,
                    items,
                    assemble: *assemble,
                }))
            }
            BindingData::Converted { item, from, to } => {
                Arg::Computed(Box::new(Computed::Converted {
                    item: self.arg(item),
                    from: *from,
                    to: *to,
                }))
            }
            BindingData::Cast { item, assemble } => {
                let items = vec![self.arg(item)];
                Arg::Computed(Box::new(Computed::Collection {
                    items,
                    assemble: *assemble,
                }))
            }
        }
    }
}

/// The slots that a branch node reads.
#[derive(Default)]
pub(super) struct Arguments {
    slots: Vec<u32>,
}

impl Arguments {
    pub(super) fn into_args(self) -> Vec<Arg> {
        self.slots.into_iter().map(Arg::Slot).collect()
    }

    /// The index of the argument that holds the whole value behind a reference, and the path to the part.
    pub(super) fn of(
        &mut self,
        reference: &RawReference,
        wiring: &mut Wiring<'_>,
    ) -> (usize, Vec<(PathStep, Projection)>) {
        let (slot, path) = wiring.slot(reference);
        let known = self.slots.iter().position(|known| *known == slot);
        let argument = known.unwrap_or_else(|| {
            wiring.uses[slot as usize] += 1;
            self.slots.push(slot);
            self.slots.len() - 1
        });
        (argument, path)
    }

    pub(super) fn test(
        &mut self,
        expression: &BooleanExpression,
        node: &Node,
        wiring: &mut Wiring<'_>,
    ) -> Result<Test, CompileProblem> {
        Ok(match expression {
            BooleanExpression::Comparison {
                operator,
                left,
                right,
            } => Test::Compare(
                *operator,
                self.side(left, node, wiring)?,
                self.side(right, node, wiring)?,
            ),
            BooleanExpression::Conjunction { operator, terms } => {
                let terms = terms.iter().map(|term| self.test(term, node, wiring));
                Test::Join(*operator, terms.collect::<Result<_, _>>()?)
            }
        })
    }

    fn side(
        &mut self,
        operand: &Operand,
        node: &Node,
        wiring: &mut Wiring<'_>,
    ) -> Result<Side, CompileProblem> {
        match operand {
            Operand::Constant(constant) => match constant.to_literal() {
                Ok(literal) => Ok(Side::Constant(literal)),
                Err(error) => Err(CompileProblem::Condition { error }),
            },
            Operand::Variable { name, info } => {
                let bound = |binding: &&Binding| binding.var == name.as_str();
                let binding = node.bindings().iter().find(bound);
                let Some(BindingData::Promise(reference)) = binding.map(|binding| &binding.data)
                else {
                    unreachable!("each variable of a condition is a binding of its node")
                };
                let (argument, path) = self.of(reference, wiring);
                Ok(Side::Argument {
                    argument,
                    path,
                    info: *info,
                })
            }
        }
    }
}

/// Finds the nodes whose output is read only by the next one.
pub(super) fn hand_on(nodes: &mut [PlanNode], graph: &Graph, uses: &[u32]) {
    for index in 0..nodes.len() {
        let node = &nodes[index];
        let &[successor] = node.successors.as_slice() else {
            continue;
        };
        let (slot, next) = (node.first_slot, &nodes[successor as usize]);
        let reads = |arg: &Arg| matches!(arg, Arg::Slot(read) if *read == slot);
        if graph.nodes()[index].target().output_count() == 1
            && uses[slot as usize] == 1
            && next.waits_for == 1
            && next.args.iter().any(reads)
        {
            nodes[index].hands_on = Some(slot);
        }
    }
}
