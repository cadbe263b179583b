//! Names for the contents of a plan, as users know them.

use super::{Arg, Computed, Plan};
use flyte_core::types::TypeError;

impl Plan {
    /// The user's name for the value in a slot: an input of the graph, or the output of a node, as in `n0.o0`.
    #[cold]
    pub(crate) fn slot_name(&self, slot: u32) -> String {
        let inputs = &self.graph.interface().inputs;
        if let Some(input) = inputs.get(slot as usize) {
            return input.name.to_string();
        }
        let after = self.nodes.partition_point(|node| node.first_slot <= slot);
        let found = after.checked_sub(1).and_then(|index| {
            let node = self.graph.nodes().get(index)?;
            let output = slot - self.nodes[index].first_slot;
            let name = node.target().output_name(output as usize);
            Some(format!("{}.{name}", node.id()))
        });
        found.unwrap_or_default()
    }

    /// Adds the source of an argument to an error in its value.
    #[cold]
    pub(crate) fn error_of(&self, arg: &Arg, error: TypeError) -> TypeError {
        match arg {
            Arg::Slot(slot) => error.at(self.slot_name(*slot)),
            Arg::Computed(computed) => match &**computed {
                Computed::Part { slot, path } => {
                    let steps = path.iter().map(|(step, _)| step.to_string());
                    error.at(self.slot_name(*slot) + &steps.collect::<String>())
                }
                _ => error,
            },
            _ => error,
        }
    }
}
