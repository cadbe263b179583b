//! Serialises launch plans: declared ones, and the default one of each workflow.

use std::{borrow::Cow, time::Duration};

use flyte_idl::{
    flyteidl::{
        admin::{self, notification, schedule::ScheduleExpression},
        core::{self, parameter::Behavior},
    },
    prost::Message,
    prost_types,
};

use super::{SerializeError, Serializer, interface::variable, metadata::map};
use crate::literal;
use flyte_config::identifier::ResourceType;
use flyte_core::{
    graph::entity::{EntityDescriptor, InputDescriptor, LaunchPlan},
    no_other_variant,
    options::{
        Channel, Concurrency, ConcurrencyFields, LaunchPlanOptions, LaunchPlanOptionsFields,
        Notification, NotificationFields, Schedule, ScheduleFields, SecurityContext,
        SecurityContextFields, When,
    },
    types::{Literal, LiteralType, LiteralValue, TypeError},
};

impl Serializer<'_> {
    /// A launch plan; for a workflow, the default one, which has the workflow's name and defaults.
    ///
    /// # Errors
    ///
    /// [`SerializeError`] if it cannot be compiled, or a default or a fixed input cannot be stored.
    ///
    /// # Panics
    ///
    /// When `entity` is a task or a reference.
    pub fn launch_plan(
        &self,
        entity: &'static EntityDescriptor,
    ) -> Result<admin::LaunchPlan, SerializeError> {
        let Some(plan) = LaunchPlan::of(entity)? else {
            panic!(
                "`{}` is a {}, which has no launch plan",
                entity.name(),
                entity.kind()
            );
        };
        self.checked_alone(|check| Ok(check.launch_plan(entity)?))?;
        let parameters: Result<_, SerializeError> = plan
            .parameters()
            .iter()
            .map(|input| Ok((input.name.to_owned(), parameter(entity, input)?)))
            .collect();
        let fixed: Result<_, SerializeError> = plan
            .fixed_inputs()
            .iter()
            .map(|(name, constant)| {
                let literal = constant.to_literal();
                let literal =
                    literal.map_err(|source| unstorable(entity, name.clone().into(), source))?;
                Ok((name.clone(), literal::to_proto(&literal)))
            })
            .collect();
        let workflow = plan.workflow();
        // To Flyte a missing message is an empty one; flytekit writes the empty one.
        Ok(admin::LaunchPlan {
            id: Some(self.identifier(ResourceType::LaunchPlan, entity.name())),
            spec: Some(admin::LaunchPlanSpec {
                workflow_id: Some(self.entity_identifier(ResourceType::Workflow, workflow)),
                default_inputs: Some(core::ParameterMap {
                    parameters: parameters?,
                }),
                fixed_inputs: Some(core::LiteralMap { literals: fixed? }),
                ..spec(plan.options())
            }),
            closure: Some(admin::LaunchPlanClosure {
                expected_inputs: Some(core::ParameterMap::default()),
                expected_outputs: Some(core::VariableMap::default()),
                ..Default::default()
            }),
        })
    }
}

/// What is declared about a launch plan.
fn spec(options: &LaunchPlanOptions) -> admin::LaunchPlanSpec {
    let LaunchPlanOptionsFields {
        schedule: starts,
        trigger,
        notifications,
        labels,
        annotations,
        max_parallelism,
        concurrency: most,
        raw_output_prefix,
        security_context: context,
        overwrite_cache,
        // For who registers.
        auto_activate: _,
        // Flyte has no place for it.
        docs: _,
    } = options.fields();
    let labels = map(labels);
    let annotations = map(annotations);
    admin::LaunchPlanSpec {
        entity_metadata: Some(admin::LaunchPlanMetadata {
            schedule: starts.map(schedule),
            notifications: notifications.iter().map(notification).collect(),
            launch_conditions: trigger.map(|trigger| prost_types::Any {
                type_url: "type.googleapis.com/flyteidl.admin.Schedule".to_owned(),
                value: schedule(trigger).encode_to_vec(),
            }),
        }),
        labels: Some(admin::Labels { values: labels }),
        annotations: Some(admin::Annotations {
            values: annotations,
        }),
        security_context: context.map(security_context),
        raw_output_data_config: Some(admin::RawOutputDataConfig {
            output_location_prefix: raw_output_prefix.unwrap_or_default().to_owned(),
        }),
        max_parallelism: max_parallelism.map_or(0, |most| i32::try_from(most).unwrap_or(i32::MAX)),
        overwrite_cache,
        concurrency_policy: most.map(concurrency),
        ..Default::default()
    }
}

pub(crate) fn schedule(schedule: Schedule) -> admin::Schedule {
    let ScheduleFields {
        when,
        kickoff_time_input,
    } = schedule.fields();
    let expression = match when {
        When::Cron { expression, offset } => {
            ScheduleExpression::CronSchedule(admin::CronSchedule {
                schedule: expression.to_owned(),
                offset: offset.map_or_else(String::new, iso_8601),
            })
        }
        // The numbers of the units are the same.
        When::Rate { value, unit } => ScheduleExpression::Rate(admin::FixedRate {
            value,
            unit: unit as i32,
        }),
        _ => no_other_variant!(When),
    };
    admin::Schedule {
        kickoff_time_input_arg: kickoff_time_input.unwrap_or_default().to_owned(),
        schedule_expression: Some(expression),
    }
}

/// A duration such as `PT600S`, which Flyte parses.
fn iso_8601(duration: Duration) -> String {
    format!("PT{}S", duration.as_secs_f64())
}

fn notification(notification: &Notification) -> admin::Notification {
    let NotificationFields {
        channel,
        phases,
        recipients,
    } = notification.fields();
    let addresses: Vec<String> = recipients
        .iter()
        .map(|address| (*address).to_owned())
        .collect();
    let way = match channel {
        Channel::Email => notification::Type::Email(admin::EmailNotification {
            recipients_email: addresses,
            ..Default::default()
        }),
        Channel::Slack => notification::Type::Slack(admin::SlackNotification {
            recipients_email: addresses,
            ..Default::default()
        }),
        Channel::PagerDuty => notification::Type::PagerDuty(admin::PagerDutyNotification {
            recipients_email: addresses,
            ..Default::default()
        }),
        _ => no_other_variant!(Channel),
    };
    admin::Notification {
        // The numbers of the phases are the same.
        phases: phases.iter().map(|phase| *phase as i32).collect(),
        r#type: Some(way),
    }
}

fn security_context(context: SecurityContext) -> core::SecurityContext {
    let SecurityContextFields {
        iam_role,
        service_account,
    } = context.fields();
    core::SecurityContext {
        run_as: Some(core::Identity {
            iam_role: iam_role.unwrap_or_default().to_owned(),
            k8s_service_account: service_account.unwrap_or_default().to_owned(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn concurrency(concurrency: Concurrency) -> admin::ConcurrencyPolicy {
    let ConcurrencyFields { max, behavior } = concurrency.fields();
    admin::ConcurrencyPolicy {
        max: i32::try_from(max).unwrap_or(i32::MAX),
        // The numbers are the same.
        behavior: behavior as i32,
    }
}

fn unstorable(
    entity: &EntityDescriptor,
    variable: Cow<'static, str>,
    source: TypeError,
) -> SerializeError {
    SerializeError::Value {
        place: format!("`{}`", entity.name()),
        variable: variable.into_owned(),
        source: Box::new(source),
    }
}

pub(super) fn parameter(
    entity: &EntityDescriptor,
    input: &InputDescriptor,
) -> Result<core::Parameter, SerializeError> {
    let behavior = match input.missing() {
        Some(constant) => {
            let literal = constant
                .to_literal()
                .map_err(|source| unstorable(entity, input.name.into(), source))?;
            // As in flytekit, the absence of an optional is written without the union. Where several variants take it,
            // a server cannot choose one, and refuses it.
            let is_bare = is_none(&literal) && takes_bare_none(&input.info.literal_type());
            Behavior::Default(if is_bare {
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

/// Whether an absent value without a union is one of a type, as a server sees it: no other variant of a union may take
/// it, too.
fn takes_bare_none(literal_type: &LiteralType) -> bool {
    match literal_type.plain() {
        LiteralType::None | LiteralType::StructuredDataset(_) => true,
        LiteralType::Union(variants) => {
            let taking = variants
                .iter()
                .filter(|variant| takes_bare_none(&variant.literal_type));
            taking.count() == 1
        }
        _ => false,
    }
}

/// Whether it is an absent value, also inside a union.
fn is_none(literal: &Literal) -> bool {
    match &literal.value {
        LiteralValue::None => true,
        LiteralValue::Union { value, .. } => is_none(value),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flyte_core::types::UnionVariant;

    /// As flyteadmin was seen to: it refuses a default that several variants take.
    #[test]
    fn an_absent_value_stands_alone_where_one_variant_takes_it() {
        let union = |variants: &[LiteralType]| {
            LiteralType::Union(variants.iter().cloned().map(UnionVariant::new).collect())
        };
        let none = LiteralType::None;
        let optional = union(&[LiteralType::Integer, none.clone()]);
        assert!(takes_bare_none(&optional));
        // An enum with data and a variant without, as an option.
        assert!(!takes_bare_none(&union(&[optional, none.clone()])));
        assert!(!takes_bare_none(&union(&[none.clone(), none])));
        assert!(!takes_bare_none(&LiteralType::Integer));
    }
}
