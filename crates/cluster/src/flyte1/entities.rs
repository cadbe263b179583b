//! What is registered in a cluster: names, versions and interfaces.

use std::collections::BTreeMap;

use flyte_idl::{
    flyteidl::{
        admin::{self, sort},
        core::{self, ResourceType, parameter::Behavior, task_template::Target},
    },
    prost::Message as _,
};
use serde_json::{Value as Json, json};

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    fetch::{instead, resource_type},
    launch_plans::{self, LaunchPlanRecord},
    pages::paged,
    place,
    register::identifier,
    remote::{BlockingRemote, Remote, blocking},
    versions::{EntityVersion, newest, versions},
};
use flyte_core::{
    graph::entity::EntityKind,
    types::{json_from_literal, wire},
};
use flyte_grammar::nearest::{nearest, nearest_by};

/// The kinds of what is registered, in the order in which lists have them.
const KINDS: [EntityKind; 3] = [
    EntityKind::Task,
    EntityKind::Workflow,
    EntityKind::LaunchPlan,
];

/// How the names of workflows begin that a cluster makes for tasks that are started alone.
const OF_TASKS: &str = ".flytegen.";

/// Something that is registered in some version.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntityRecord {
    /// What it is.
    pub kind: EntityKind,
    /// Its name.
    pub name: String,
}

impl EntityRecord {
    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        json!({"kind": word(self.kind), "name": self.name})
    }
}

/// An input or output of something that is registered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EntityVariable {
    /// Its name.
    pub name: String,
    /// The type of its values, as `describe` writes it.
    pub type_text: String,
    /// What is known of its value beforehand.
    pub given: Given,
    /// What it is.
    pub description: String,
}

/// What is known of an input before anything starts.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Given {
    /// Nothing; who starts it gives the value.
    Nothing,
    /// The value if no other is given.
    Default(Json),
    /// The value, which no other can replace.
    Fixed(Json),
}

impl EntityVariable {
    fn to_json(&self) -> Json {
        let mut json = json!({
            "name": self.name, "type": self.type_text, "description": self.description,
        });
        match &self.given {
            Given::Nothing => {}
            Given::Default(value) => json["default"] = value.clone(),
            Given::Fixed(value) => json["fixed"] = value.clone(),
        }
        json
    }
}

/// What a cluster knows of a version.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EntityDetails {
    /// Which version of what.
    pub version: EntityVersion,
    /// Its inputs, by name; those that a launch plan fixes are among them.
    pub inputs: Vec<EntityVariable>,
    /// Its outputs, by name.
    pub outputs: Vec<EntityVariable>,
    /// More about it, as pairs: the type and image of a task, the workflow and schedule of a launch plan, the nodes of
    /// a workflow.
    pub more: Vec<(&'static str, String)>,
}

impl EntityDetails {
    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        let mut json = self.version.to_json();
        let variables = |all: &[EntityVariable]| all.iter().map(EntityVariable::to_json).collect();
        json["inputs"] = variables(&self.inputs);
        json["outputs"] = variables(&self.outputs);
        for (key, value) in &self.more {
            json[key.replace(' ', "_")] = value.as_str().into();
        }
        json
    }
}

impl Remote {
    /// What is registered, or what of a kind: tasks, then workflows, then launch plans, each by name.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such project or domain.
    pub async fn entities(
        &self,
        kind: Option<EntityKind>,
    ) -> Result<Vec<EntityRecord>, ClusterError> {
        let mut all = Vec::new();
        for kind in kinds(kind) {
            let mut names = names(&self.client, kind).await?;
            names.sort();
            all.extend(names.into_iter().map(|name| EntityRecord { kind, name }));
        }
        if all.is_empty() {
            place::check(&self.client).await?;
        }
        Ok(all)
    }

    /// The versions of a name, the newest first, of each kind that has it, and at most so many of each.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if nothing of this name is registered.
    pub async fn versions(
        &self,
        name: &str,
        kind: Option<EntityKind>,
        most: usize,
    ) -> Result<Vec<EntityVersion>, ClusterError> {
        let mut all = Vec::new();
        for kind in kinds(kind) {
            all.extend(versions(&self.client, kind, name, most).await?);
        }
        match all.is_empty() {
            true => Err(unknown(&self.client, name, kind).await),
            false => Ok(all),
        }
    }

    /// What the cluster knows of a version; without one of the newest, and of a launch plan the active one. If a task,
    /// a workflow and a launch plan have the name, this is the order.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if nothing of this name is registered.
    pub async fn entity(
        &self,
        name: &str,
        kind: Option<EntityKind>,
        version: Option<&str>,
    ) -> Result<EntityDetails, ClusterError> {
        let client = &self.client;
        let mut missing = None;
        for kind in kinds(kind) {
            let version = match version {
                Some(version) => version.to_owned(),
                None => match meant(client, kind, name).await? {
                    Some(version) => version,
                    None => continue,
                },
            };
            match details(client, kind, name, &version).await {
                Err(error) if error.is_not_found() => {
                    let id = identifier(client, resource_type(kind), name, &version);
                    match instead(client, error, &id).await {
                        // Another kind may have the version.
                        ClusterError::Absent(absent) if absent.versions.is_empty() => {}
                        error => missing = missing.or(Some(error)),
                    }
                }
                details => return details,
            }
        }
        match missing {
            Some(missing) => Err(missing),
            None => Err(unknown(client, name, kind).await),
        }
    }
}

blocking! {
    entities(kind: Option<EntityKind>) -> Vec<EntityRecord>;
    versions(name: &str, kind: Option<EntityKind>, most: usize) -> Vec<EntityVersion>;
    entity(name: &str, kind: Option<EntityKind>, version: Option<&str>) -> EntityDetails;
}

/// The kind that is asked for, or all.
fn kinds(asked: Option<EntityKind>) -> impl Iterator<Item = EntityKind> {
    let all = KINDS.into_iter();
    all.filter(move |kind| asked.is_none_or(|asked| asked == *kind))
}

/// `task`, `workflow` or `launch_plan`.
pub(super) fn word(kind: EntityKind) -> String {
    kind.to_string().replace(' ', "_")
}

/// The error of a name that has no version.
pub(super) async fn unknown(client: &Client, name: &str, kind: Option<EntityKind>) -> ClusterError {
    let near = match near(client, kind, name).await {
        Ok(near) => near,
        Err(error) => return error,
    };
    let what = kind.map_or_else(
        || "nothing of the name".to_owned(),
        |kind| format!("no {kind}"),
    );
    let near = near.map(|near| format!("did you mean `{near}`? "));
    ClusterError::Setting(format!(
        "{what} `{name}` is registered in {} of {}; {}`entities list` shows the names, and `--project` and `--domain` \
         choose the place",
        client.place(),
        client.config().platform.endpoint.as_str(),
        near.unwrap_or_default()
    ))
}

/// The names of a kind, in any order.
async fn names(client: &Client, kind: EntityKind) -> Result<Vec<String>, ClusterError> {
    macro_rules! listed {
        ($method:ident) => {
            paged!(
                client,
                admin,
                $method,
                entities,
                usize::MAX,
                |limit, token| {
                    admin::NamedEntityIdentifierListRequest {
                        project: client.project().to_owned(),
                        domain: client.domain().to_owned(),
                        limit,
                        token,
                        // Versions are together in one row, which has no time.
                        sort_by: Some(admin::Sort {
                            key: "name".to_owned(),
                            direction: sort::Direction::Ascending.into(),
                        }),
                        ..Default::default()
                    }
                }
            )
        };
    }
    let all = match kind {
        EntityKind::Task => listed!(list_task_ids),
        EntityKind::Workflow => listed!(list_workflow_ids),
        _ => listed!(list_launch_plan_ids),
    };
    let names = all.into_iter().map(|entity| entity.name);
    Ok(names.filter(|name| !name.starts_with(OF_TASKS)).collect())
}

/// The registered name of a kind that a misspelt one is nearest to.
pub(super) async fn near(
    client: &Client,
    kind: Option<EntityKind>,
    name: &str,
) -> Result<Option<String>, ClusterError> {
    let mut all = Vec::new();
    for kind in kinds(kind) {
        all.extend(names(client, kind).await?);
    }
    if all.is_empty() {
        place::check(client).await?;
    }
    // People leave the crate out.
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let whole = nearest(name, all.iter().map(String::as_str));
    let near = whole.or_else(|| nearest_by(&last(name), all.iter().map(String::as_str), last));
    Ok(near.map(str::to_owned))
}

/// The version that is meant if none is given.
async fn meant(
    client: &Client,
    kind: EntityKind,
    name: &str,
) -> Result<Option<String>, ClusterError> {
    if kind == EntityKind::LaunchPlan
        && let Some(active) = launch_plans::active_version(client, name).await?
    {
        return Ok(active.id.map(|id| id.version));
    }
    newest(client, kind, name).await
}

async fn details(
    client: &Client,
    kind: EntityKind,
    name: &str,
    version: &str,
) -> Result<EntityDetails, ClusterError> {
    let get = |resource_type| admin::ObjectGetRequest {
        id: Some(identifier(client, resource_type, name, version)),
    };
    match kind {
        EntityKind::Task => {
            let request = get(ResourceType::Task);
            let task = call!(client, admin, get_task, Again::Yes, request)?;
            Ok(of_task(task))
        }
        EntityKind::Workflow => {
            let request = get(ResourceType::Workflow);
            let workflow = call!(client, admin, get_workflow, Again::Yes, request)?;
            Ok(of_workflow(workflow))
        }
        _ => {
            let plan = launch_plans::of_version(client, name, version).await?;
            let workflow = plan.spec.as_ref().and_then(|spec| spec.workflow_id.clone());
            let workflow = match workflow {
                Some(id) => {
                    let request = admin::ObjectGetRequest { id: Some(id) };
                    Some(call!(client, admin, get_workflow, Again::Yes, request)?)
                }
                None => None,
            };
            Ok(of_plan(&plan, workflow))
        }
    }
}

fn of_task(task: admin::Task) -> EntityDetails {
    let closure = task.closure.unwrap_or_default();
    let template = closure.compiled_task.and_then(|task| task.template);
    let template = template.unwrap_or_default();
    let (inputs, outputs) = interface(template.interface);
    let mut more = vec![("type", template.r#type)];
    if let Some(Target::Container(container)) = template.target {
        more.push(("image", container.image));
    }
    if let Some(metadata) = template.metadata {
        let retries = metadata.retries.map_or(0, |retries| retries.retries);
        if retries > 0 {
            more.push(("retries", retries.to_string()));
        }
        if metadata.discoverable {
            more.push(("cache version", metadata.discovery_version));
        }
    }
    EntityDetails {
        version: EntityVersion::of(EntityKind::Task, task.id, closure.created_at),
        inputs,
        outputs,
        more,
    }
}

fn template_of(workflow: &admin::Workflow) -> Option<&core::WorkflowTemplate> {
    let closure = workflow.closure.as_ref()?.compiled_workflow.as_ref()?;
    closure.primary.as_ref()?.template.as_ref()
}

fn of_workflow(workflow: admin::Workflow) -> EntityDetails {
    let template = template_of(&workflow).cloned().unwrap_or_default();
    let (inputs, outputs) = interface(template.interface);
    // A compiler adds the two.
    let nodes = template.nodes.iter();
    let nodes = nodes.filter(|node| !["start-node", "end-node"].contains(&&*node.id));
    let created = workflow.closure.and_then(|closure| closure.created_at);
    EntityDetails {
        version: EntityVersion::of(EntityKind::Workflow, workflow.id, created),
        inputs,
        outputs,
        more: vec![("nodes", nodes.count().to_string())],
    }
}

/// A server fills in what is expected; what was registered says which inputs are fixed.
fn of_plan(plan: &admin::LaunchPlan, workflow: Option<admin::Workflow>) -> EntityDetails {
    let record = LaunchPlanRecord::of(plan);
    let spec = plan.spec.clone().unwrap_or_default();
    let template = workflow.as_ref().and_then(template_of);
    let (mut inputs, outputs) = interface(template.and_then(|template| template.interface.clone()));
    let defaults = spec.default_inputs.unwrap_or_default().parameters;
    let fixed = spec.fixed_inputs.unwrap_or_default().literals;
    for input in &mut inputs {
        if let Some(literal) = fixed.get(&input.name) {
            input.given = Given::Fixed(json_of(literal));
        } else if let Some(Behavior::Default(literal)) = defaults
            .get(&input.name)
            .and_then(|parameter| parameter.behavior.as_ref())
        {
            input.given = Given::Default(json_of(literal));
        }
    }
    let workflow = spec.workflow_id.unwrap_or_default();
    let mut more = vec![
        (
            "workflow",
            format!("{} {}", workflow.name, workflow.version),
        ),
        (
            "state",
            match record.is_active {
                true => "active".to_owned(),
                false => "inactive".to_owned(),
            },
        ),
    ];
    if let Some(schedule) = &record.schedule {
        more.push(("schedule", schedule.to_string()));
        if let Some(input) = &schedule.kickoff_time_input {
            more.push(("kickoff time input", input.clone()));
        }
    }
    EntityDetails {
        version: EntityVersion::of_plan(record),
        inputs,
        outputs,
        more,
    }
}

fn interface(
    interface: Option<core::TypedInterface>,
) -> (Vec<EntityVariable>, Vec<EntityVariable>) {
    let interface = interface.unwrap_or_default();
    let variables = |map: Option<core::VariableMap>| {
        let sorted: BTreeMap<_, _> = map.unwrap_or_default().variables.into_iter().collect();
        let all = sorted.into_iter().map(|(name, variable)| EntityVariable {
            name,
            type_text: type_text(variable.r#type),
            given: Given::Nothing,
            description: variable.description,
        });
        all.collect()
    };
    (variables(interface.inputs), variables(interface.outputs))
}

fn type_text(literal_type: Option<core::LiteralType>) -> String {
    let bytes = literal_type.unwrap_or_default().encode_to_vec();
    match wire::decode_type(&bytes) {
        Ok(literal_type) => literal_type.to_string(),
        Err(error) => format!("({error})"),
    }
}

fn json_of(literal: &core::Literal) -> Json {
    let literal = wire::decode(&literal.encode_to_vec());
    let json = literal.and_then(|literal| json_from_literal(&literal));
    json.unwrap_or_else(|error| format!("({error})").into())
}
