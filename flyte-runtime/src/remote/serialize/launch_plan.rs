//! The launch plan that each workflow has.

use flyte_idl::flyteidl::{
    admin,
    core::{self, parameter::Behavior},
};

use super::{SerializeError, Serializer, interface::variable, workflow::workflow_options};
use crate::{
    entity::{EntityDescriptor, InputDescriptor},
    identifier::ResourceType,
    remote::literal,
    types::{Literal, LiteralValue},
};

impl Serializer<'_> {
    /// The default launch plan of a workflow: of the same name, with the workflow's own defaults.
    ///
    /// # Errors
    ///
    /// [`SerializeError::Value`] if a default cannot be stored.
    ///
    /// # Panics
    ///
    /// When `entity` is no workflow.
    pub fn launch_plan(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<admin::LaunchPlan, SerializeError> {
        workflow_options(entity);
        let parameters: Result<_, SerializeError> = entity
            .inputs()
            .iter()
            .map(|input| Ok((input.name.to_owned(), parameter(entity, input)?)))
            .collect();
        // Flyte takes a missing message for an empty one; flytekit writes the empty one.
        Ok(admin::LaunchPlan {
            id: Some(self.identifier(ResourceType::LaunchPlan, entity.name())),
            spec: Some(admin::LaunchPlanSpec {
                workflow_id: Some(self.identifier(ResourceType::Workflow, entity.name())),
                entity_metadata: Some(admin::LaunchPlanMetadata::default()),
                default_inputs: Some(core::ParameterMap {
                    parameters: parameters?,
                }),
                fixed_inputs: Some(core::LiteralMap::default()),
                labels: Some(admin::Labels::default()),
                annotations: Some(admin::Annotations::default()),
                raw_output_data_config: Some(admin::RawOutputDataConfig::default()),
                ..Default::default()
            }),
            closure: Some(admin::LaunchPlanClosure {
                expected_inputs: Some(core::ParameterMap::default()),
                expected_outputs: Some(core::VariableMap::default()),
                ..Default::default()
            }),
        })
    }
}

fn parameter(
    entity: &EntityDescriptor,
    input: &InputDescriptor,
) -> Result<core::Parameter, SerializeError> {
    let unstorable = |source| SerializeError::Value {
        place: format!("`{}`", entity.name()),
        variable: input.name.to_owned(),
        source: Box::new(source),
    };
    let behavior = match input.missing() {
        Some(constant) => {
            let literal = constant.to_literal().map_err(unstorable)?;
            // The absence of an optional is told without the union around it, as flytekit does.
            Behavior::Default(if is_none(&literal) {
                literal::none()
            } else {
                literal::to_proto(&literal)
            })
        }
        None => Behavior::Required(true),
    };
    Ok(core::Parameter {
        var: Some(variable(input.name, input.info, input.description)),
        behavior: Some(behavior),
    })
}

/// Whether it is nothing, also as one of a union's types.
fn is_none(literal: &Literal) -> bool {
    match &literal.value {
        LiteralValue::None => true,
        LiteralValue::Union { value, .. } => is_none(value),
        _ => false,
    }
}
