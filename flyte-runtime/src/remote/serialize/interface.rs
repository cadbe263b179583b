//! Inputs and outputs.

use flyte_idl::flyteidl::core;

use crate::{entity::EntityDescriptor, remote::literal_type::type_to_proto, types::TypeInfo};

/// The inputs and outputs of an entity.
pub(super) fn typed_interface(entity: &EntityDescriptor) -> core::TypedInterface {
    let inputs = entity
        .inputs()
        .iter()
        .map(|input| named(input.name, input.info, input.description));
    let outputs = entity
        .outputs()
        .iter()
        .map(|output| named(output.name, output.info, output.description));
    core::TypedInterface {
        inputs: Some(core::VariableMap {
            variables: inputs.collect(),
        }),
        outputs: Some(core::VariableMap {
            variables: outputs.collect(),
        }),
    }
}

fn named(name: &str, info: TypeInfo, description: &str) -> (String, core::Variable) {
    (name.to_owned(), variable(name, info, description))
}

/// An input or output; without a description it has its name as one, as in flytekit.
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
