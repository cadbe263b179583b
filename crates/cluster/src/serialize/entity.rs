//! Messages of entities, and the names of their files.

use flyte_idl::{
    flyteidl::{admin, core},
    prost::Message,
};

use flyte_config::identifier::ResourceType;
use flyte_core::no_other_variant;

/// The message of an entity.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EntityMessage {
    /// A task.
    Task(Box<admin::TaskSpec>),
    /// A workflow with all its nested workflows.
    Workflow(admin::WorkflowSpec),
    /// A launch plan.
    LaunchPlan(admin::LaunchPlan),
}

/// An entity that is ready to be registered.
#[derive(Clone, Debug, PartialEq)]
pub struct SerializedEntity {
    name: String,
    message: EntityMessage,
}

impl SerializedEntity {
    pub(super) fn new(name: &str, message: EntityMessage) -> Self {
        Self {
            name: name.to_owned(),
            message,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kind of entity.
    pub fn resource_type(&self) -> ResourceType {
        match self.message {
            EntityMessage::Task(_) => ResourceType::Task,
            EntityMessage::Workflow(_) => ResourceType::Workflow,
            EntityMessage::LaunchPlan(_) => ResourceType::LaunchPlan,
        }
    }

    /// The message.
    pub fn message(&self) -> &EntityMessage {
        &self.message
    }

    /// The approximate size in bytes of the request that registers it.
    pub(super) fn request_size(&self) -> usize {
        let identifier = |id: Option<&core::Identifier>| id.map_or(0, Message::encoded_len);
        match &self.message {
            EntityMessage::Task(task) => {
                let template = task.template.as_ref();
                task.encoded_len() + identifier(template.and_then(|template| template.id.as_ref()))
            }
            EntityMessage::Workflow(workflow) => {
                let template = workflow.template.as_ref();
                workflow.encoded_len()
                    + identifier(template.and_then(|template| template.id.as_ref()))
            }
            EntityMessage::LaunchPlan(plan) => plan.encoded_len(),
        }
    }

    /// The encoded message.
    pub fn encode(&self) -> Vec<u8> {
        match &self.message {
            EntityMessage::Task(task) => task.encode_to_vec(),
            EntityMessage::Workflow(workflow) => workflow.encode_to_vec(),
            EntityMessage::LaunchPlan(launch_plan) => launch_plan.encode_to_vec(),
        }
    }
}

/// The names of the files of entities, as in `pyflyte`: `03_my_crate.square_1.pb`.
///
/// The leading number is the order of registration, the trailing one is the kind: 1 for a task, 2 for a workflow and 3
/// for a launch plan.
pub fn file_names(entities: &[SerializedEntity]) -> impl Iterator<Item = String> {
    // The digits of the largest number; for a single entity that is 0, whose logarithm is `None`.
    let width = entities.len().saturating_sub(1).checked_ilog10();
    let width = width.map_or(1, |digits| digits as usize + 1);
    entities.iter().enumerate().map(move |(index, entity)| {
        let kind = match entity.resource_type() {
            ResourceType::Task => 1,
            ResourceType::Workflow => 2,
            ResourceType::LaunchPlan => 3,
            _ => no_other_variant!(ResourceType),
        };
        format!("{index:0width$}_{}_{kind}.pb", entity.name)
    })
}
