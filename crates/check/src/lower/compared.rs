//! The task that compares what Flyte does not.

use super::{
    built_in::{self, BuiltIn, Comparison, Kind},
    pass,
};
use flyte_core::{
    graph::{Binding, BindingData, ComparisonOperator, Graph, Node, NodeTarget, Operand, Variable},
    types::TypeInfo,
};

/// The comparisons of a branch.
#[derive(Default)]
pub(super) struct Task {
    comparisons: Vec<Comparison>,
    inputs: Vec<Variable>,
    bindings: Vec<Binding>,
}

impl Task {
    /// Adds one, and returns the number of the output that says whether it holds.
    pub(super) fn compare(
        &mut self,
        operator: ComparisonOperator,
        of: Kind,
        sides: [(TypeInfo, BindingData); 2],
    ) -> usize {
        let number = self.comparisons.len();
        for (side, (info, data)) in ["a", "b"].into_iter().zip(sides) {
            let name = format!("{side}{number}");
            self.inputs.push(Variable::new(name.clone(), info));
            self.bindings.push(Binding::new(name, data));
        }
        self.comparisons.push(Comparison {
            operator: operator.into(),
            of,
        });
        number
    }

    pub(super) fn node(mut self, id: String, name: String, around: &Graph) -> Node {
        let outputs = (0..self.comparisons.len())
            .map(|number| Variable::new(format!("o{number}"), TypeInfo::of::<bool>()));
        let outputs: Vec<_> = outputs.collect();
        let location = around.entity().location();
        let built_in = BuiltIn::Compare(self.comparisons);
        let task = built_in::entity(name, location, &self.inputs, &outputs, &built_in, None);
        self.bindings.sort_by(|a, b| a.var.cmp(&b.var));
        let mut node = Node::new(id, task.node_name(), NodeTarget::Task(task), location);
        node.upstream = pass::upstream_of(&self.bindings);
        node.bindings = self.bindings;
        node
    }
}

/// What two operands are, if it is what a task can compare.
pub(super) fn kind(left: &Operand, right: &Operand) -> Option<Kind> {
    let of = |operand: &Operand| {
        Kind::of(&match operand {
            Operand::Variable { info, .. } => info.literal_type(),
            Operand::Constant(constant) => constant.info.literal_type(),
        })
    };
    let kind = of(left)?;
    (of(right)? == kind).then_some(kind)
}
