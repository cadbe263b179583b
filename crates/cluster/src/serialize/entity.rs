//! Messages of any kind of entity, and the names of their files.

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
    /// A workflow with all workflows inside of it.
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

    /// Whether it is a task, a workflow or a launch plan.
    pub fn resource_type(&self) -> ResourceType {
        match self.message {
            EntityMessage::Task(_) => ResourceType::Task,
            EntityMessage::Workflow(_) => ResourceType::Workflow,
            EntityMessage::LaunchPlan(_) => ResourceType::LaunchPlan,
        }
    }

    /// What it is.
    pub fn message(&self) -> &EntityMessage {
        &self.message
    }

    /// The bytes of what registers it, but for a few.
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

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        match &self.message {
            EntityMessage::Task(task) => task.encode_to_vec(),
            EntityMessage::Workflow(workflow) => workflow.encode_to_vec(),
            EntityMessage::LaunchPlan(launch_plan) => launch_plan.encode_to_vec(),
        }
    }
}

/// The files in which entities are stored, as `pyflyte` names them: `03_my_crate.square_1.pb`.
///
/// The number in front is the order in which they have to be registered, the one behind says what they are: 1 is a
/// task, 2 a workflow and 3 a launch plan.
pub fn file_names(entities: &[SerializedEntity]) -> impl Iterator<Item = String> {
    // The digits of the largest number, and none for a single entity, which has the number 0 all the same.
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
