//! Gate nodes.

use flyte_idl::flyteidl::core::{self, gate_node::Condition, node::Target};

use super::duration;
use crate::literal_type::type_to_proto;
use flyte_core::{
    graph::gate::{Gate, GateCondition},
    no_other_variant,
};

/// What the only output of a gate that waits for a value is called.
const OUTPUT: &str = "o0";

/// What a gate waits for; its name is the id of the signal that opens it.
pub(super) fn gate_node(gate: &Gate) -> Target {
    let signal_id = gate.name().to_owned();
    let condition = match gate.condition() {
        GateCondition::Sleep(time) => Condition::Sleep(core::SleepCondition {
            // Also where it is zero: the engine does not ask whether it is there.
            duration: Some(duration(Some(*time)).unwrap_or_default()),
        }),
        GateCondition::Approve => Condition::Approve(core::ApproveCondition { signal_id }),
        GateCondition::Signal(info) => Condition::Signal(core::SignalCondition {
            signal_id,
            r#type: Some(type_to_proto(&info.literal_type())),
            output_variable_name: OUTPUT.to_owned(),
        }),
        _ => no_other_variant!(GateCondition),
    };
    Target::GateNode(Box::new(core::GateNode {
        condition: Some(condition),
    }))
}
