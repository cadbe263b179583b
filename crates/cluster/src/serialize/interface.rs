//! Serialises inputs and outputs.

use flyte_idl::flyteidl::core;

use crate::literal_type::type_to_proto;
use flyte_core::{
    graph::{Interface, Variable},
    types::TypeInfo,
};

/// The inputs and outputs of an entity or of a graph.
pub(super) fn typed_interface(interface: &Interface) -> core::TypedInterface {
    core::TypedInterface {
        inputs: Some(map(&interface.inputs)),
        outputs: Some(map(&interface.outputs)),
    }
}

fn map(variables: &[Variable]) -> core::VariableMap {
    let named = |v: &Variable| {
        (
            v.name.clone().into_owned(),
            variable(&v.name, v.info, v.description),
        )
    };
    core::VariableMap {
        variables: variables.iter().map(named).collect(),
    }
}

/// An input or output; as in flytekit, its name is the default description.
pub(super) fn variable(name: &str, info: TypeInfo, description: &str) -> core::Variable {
    let description = match description.trim() {
        "" => name,
        description => description,
    };
    core::Variable {
        r#type: Some(type_to_proto(&info.literal_type())),
        description: description.to_owned(),
        ..Default::default()
    }
}
