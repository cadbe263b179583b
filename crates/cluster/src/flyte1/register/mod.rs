//! Registration: each entity after what it needs, several at once.

mod needs;
mod options;

use std::collections::{BTreeMap, BTreeSet};

use flyte_idl::{
    flyteidl::{
        admin::{self, sort},
        core,
    },
    prost::Message as _,
    tonic::Code,
};
use tokio::task::JoinSet;

pub(super) use needs::inside_of;
use needs::needs;
pub use options::{Outcome, RegisterOptions, RegisteredEntity, Registration, RegistrationStep};

use super::{
    client::{Again, Client, call},
    conflict::{compared, conflict},
    content_version,
    error::{ClusterError, Conflict, kind_of},
    launch_plans,
    pages::{by_creation, paged},
    references, upload,
};
use crate::serialize::{EntityMessage, SerializeError, SerializedEntity, Serializer};
use flyte_check::check::Finding;
use flyte_config::{
    identifier::ResourceType,
    settings::{FastSerializationSettings, SerializationSettings},
};
use flyte_core::{
    graph::entity::{EntityDescriptor, ExecutionBehavior},
    registry::Registry,
};

/// How many entities are sent at once. One connection takes more, and a server is not quicker for it.
const AT_ONCE: usize = 8;

type Key = (ResourceType, String);

fn key_of(entity: &SerializedEntity) -> Key {
    (entity.resource_type(), entity.name().to_owned())
}

/// Registers what a program has, as the options say.
pub(super) async fn register(
    client: &Client,
    registry: &Registry,
    options: &RegisterOptions,
    told: &(dyn Fn(&RegistrationStep<'_>) + Send + Sync),
) -> Result<Registration, ClusterError> {
    let located;
    let options = match &options.bundle {
        Some(bundle) => {
            let mut own = options.clone();
            own.location = Some(upload::place_of(client, bundle).await?);
            located = own;
            &located
        }
        None => options,
    };
    let (version, entities, warnings) = serialized(client, registry, options)?;
    let is_of_content = options.version.is_none();
    let present = present(client, &version).await?;
    // What is there has been accepted with its references.
    if !entities
        .iter()
        .all(|entity| present.contains(&key_of(entity)))
    {
        references::refuse_misfits(client, registered(registry, options)).await?;
    }
    let mut conflicts = Vec::new();
    let mut progress = Progress {
        told,
        outcomes: vec![None; entities.len()],
        entities: &entities,
        done: 0,
    };
    if is_of_content || options.dry_run {
        for (number, entity) in entities.iter().enumerate() {
            if !present.contains(&key_of(entity)) {
                continue;
            }
            // What has the version of the content has the content.
            if options.dry_run && !is_of_content {
                let differences = compared(client, registry, entity).await?;
                if !differences.is_empty() {
                    conflicts.push(conflict(registry, entity, &version, differences));
                    continue;
                }
            }
            progress.end(number, Outcome::Present);
        }
    }
    let mut bytes = 0;
    if options.dry_run {
        for number in 0..entities.len() {
            progress.end(number, Outcome::Registered);
        }
    } else {
        // What is registered in full has had its program sent.
        let is_new = progress.outcomes.iter().any(Option::is_none);
        if let Some(bundle) = options.bundle.as_deref().filter(|_| is_new) {
            bytes = upload::bundle(client, bundle).await?;
        }
        bytes += send(client, registry, &version, &mut progress, &mut conflicts).await?;
    }
    if !conflicts.is_empty() {
        let order = |one: &Conflict| entities.iter().position(|entity| entity.name() == one.name);
        conflicts.sort_by_key(order);
        return Err(ClusterError::Conflict(conflicts));
    }
    let outcomes = progress.outcomes;
    let activated = activate(client, registry, &version, &entities, options).await?;
    let registered = entities
        .iter()
        .zip(outcomes)
        .map(|(entity, outcome)| RegisteredEntity {
            kind: kind_of(entity.resource_type()),
            name: entity.name().to_owned(),
            outcome: outcome.unwrap_or(Outcome::Present),
        });
    Ok(Registration {
        version,
        entities: registered.collect(),
        bytes,
        activated,
        warnings,
    })
}

/// What is registered with all that it uses, as [`serialized`] has it.
fn registered(registry: &Registry, options: &RegisterOptions) -> Vec<&'static EntityDescriptor> {
    match is_whole(options) {
        true => registry.entities().collect(),
        false => options.only.clone(),
    }
}

/// Whether everything is registered: what tasks call is not always known before they run.
fn is_whole(options: &RegisterOptions) -> bool {
    options.only.is_empty() || options.only.iter().any(|one| reaches_unknown(one))
}

/// The version, and the entities in it, in the order in which they need each other.
pub(super) fn serialized(
    client: &Client,
    registry: &Registry,
    options: &RegisterOptions,
) -> Result<(String, Vec<SerializedEntity>, Vec<Finding>), ClusterError> {
    let subset;
    let wanted = if is_whole(options) {
        registry
    } else {
        let only = options.only.iter();
        let builder = only.fold(Registry::builder(), |all, one| all.with_descriptor(one));
        subset = builder.build().map_err(SerializeError::from)?;
        &subset
    };
    let mut settings =
        SerializationSettings::builder(options.images.clone()).env(options.env.clone());
    if let Some(bundle) = &options.bundle {
        let mut fast = FastSerializationSettings::default()
            .enabled(true)
            .destination_dir(bundle.directory());
        if let Some(location) = &options.location {
            fast = fast.distribution_location(location);
        }
        settings = settings.with_fast_serialization_settings(fast);
    }
    let with = |settings: &SerializationSettings, registry: &Registry| {
        let mut serializer = Serializer::new(settings).check(&options.check);
        if let Some(program) = &options.program {
            serializer = serializer.program(program);
        }
        if let Some(bundle) = &options.bundle {
            serializer = serializer
                .program(bundle.program())
                .launcher(bundle.launcher());
        }
        serializer.checked_registry(registry)
    };
    let version = match &options.version {
        Some(version) if version.is_empty() => {
            return Err(ClusterError::Setting(
                "a version has at least a letter".to_owned(),
            ));
        }
        Some(version) => version.clone(),
        None => {
            // The version is that of the whole program, so that its parts have one version; but a part can be
            // registered where another is refused.
            let settings = settings.clone().build();
            let all = with(&settings, registry).or_else(|error| match options.only.is_empty() {
                true => Err(error),
                false => with(&settings, wanted),
            })?;
            content_version::of_content(&all.entities)?
        }
    };
    let settings = settings
        .project(client.project())
        .domain(client.domain())
        .version(&version)
        .build();
    let checked = with(&settings, wanted)?;
    Ok((version, checked.entities, checked.warnings))
}

/// Whether an entity may come to a task that calls what nobody knows before it runs.
pub(super) fn reaches_unknown(entity: &'static EntityDescriptor) -> bool {
    let mut seen = BTreeSet::new();
    let mut left = vec![entity];
    while let Some(entity) = left.pop() {
        if !seen.insert(entity.name().to_owned()) {
            continue;
        }
        let behavior = entity.execution_behavior();
        if behavior.is_some_and(|behavior| behavior != ExecutionBehavior::Default) {
            return true;
        }
        left.extend(entity.uses());
        left.extend(entity.failure_handler());
        // What cannot be compiled is told of when it is serialised.
        if entity.has_graph()
            && let Ok(graph) = entity.graph()
        {
            left.extend(crate::serialize::entities_in(&graph));
        }
    }
    false
}

/// What of a registration is done.
struct Progress<'a> {
    told: &'a (dyn Fn(&RegistrationStep<'_>) + Send + Sync),
    entities: &'a [SerializedEntity],
    outcomes: Vec<Option<Outcome>>,
    done: usize,
}

impl Progress<'_> {
    fn end(&mut self, number: usize, outcome: Outcome) {
        if self.outcomes[number].is_some() {
            return;
        }
        self.outcomes[number] = Some(outcome);
        self.done += 1;
        let entity = &self.entities[number];
        let entity = RegisteredEntity {
            kind: kind_of(entity.resource_type()),
            name: entity.name().to_owned(),
            outcome,
        };
        (self.told)(&RegistrationStep {
            entity: &entity,
            done: self.done,
            all: self.entities.len(),
        });
    }
}

/// Sends what is not done, each after what it needs, and gives the number of bytes.
async fn send(
    client: &Client,
    registry: &Registry,
    version: &str,
    progress: &mut Progress<'_>,
    conflicts: &mut Vec<Conflict>,
) -> Result<usize, ClusterError> {
    let entities = progress.entities;
    let numbers: BTreeMap<_, _> = entities.iter().map(key_of).zip(0..).collect();
    let mut waits_for: Vec<usize> = vec![0; entities.len()];
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); entities.len()];
    for (number, entity) in entities.iter().enumerate() {
        for need in needs(entity.message()) {
            // What is registered by others, or is there already, is not waited for.
            if let Some(other) = numbers.get(&need).copied()
                && other != number
                && progress.outcomes[other].is_none()
            {
                waits_for[number] += 1;
                needed_by[other].push(number);
            }
        }
    }
    let unsent = |number: &usize| progress.outcomes[*number].is_none();
    let mut ready: BTreeSet<usize> = (0..entities.len())
        .filter(unsent)
        .filter(|number| waits_for[*number] == 0)
        .collect();
    let (mut under_way, mut bytes, mut failed) = (JoinSet::new(), 0, None);
    loop {
        while failed.is_none() && under_way.len() < AT_ONCE {
            let Some(number) = ready.pop_first() else {
                break;
            };
            let (client, message) = (client.clone(), entities[number].message().clone());
            under_way.spawn(async move { (number, create(&client, message).await) });
        }
        let Some(ended) = under_way.join_next().await else {
            break;
        };
        let Ok((number, ended)) = ended else {
            continue;
        };
        match ended {
            Ok((outcome, sent)) => {
                bytes += sent;
                progress.end(number, outcome);
                for next in std::mem::take(&mut needed_by[number]) {
                    waits_for[next] -= 1;
                    if waits_for[next] == 0 {
                        ready.insert(next);
                    }
                }
            }
            // What does not need it goes on, so that all that differs is told at once.
            Err(error) if is_conflict(&error) => {
                let entity = &entities[number];
                let differences = compared(client, registry, entity).await?;
                conflicts.push(conflict(registry, entity, version, differences));
            }
            // What is under way is awaited: it may go through, and the next time it is there.
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match failed {
        Some(error) => Err(error),
        None => Ok(bytes),
    }
}

fn is_conflict(error: &ClusterError) -> bool {
    let says = "with different structure already exists";
    matches!(error, ClusterError::Refused { message, .. } if message.contains(says))
}

/// Sends one entity, and gives what became of it and the bytes. Whatever is said to exist already is registered.
async fn create(client: &Client, message: EntityMessage) -> Result<(Outcome, usize), ClusterError> {
    let (sent, size) = match message {
        EntityMessage::Task(spec) => {
            let request = admin::TaskCreateRequest {
                id: spec
                    .template
                    .as_ref()
                    .and_then(|template| template.id.clone()),
                spec: Some(*spec),
            };
            let size = request.encoded_len();
            (
                call!(client, admin, create_task, Again::Yes, request).map(drop),
                size,
            )
        }
        EntityMessage::Workflow(spec) => {
            let request = admin::WorkflowCreateRequest {
                id: spec
                    .template
                    .as_ref()
                    .and_then(|template| template.id.clone()),
                spec: Some(spec),
            };
            let size = request.encoded_len();
            (
                call!(client, admin, create_workflow, Again::Yes, request).map(drop),
                size,
            )
        }
        EntityMessage::LaunchPlan(plan) => {
            let request = admin::LaunchPlanCreateRequest {
                id: plan.id,
                spec: plan.spec,
            };
            let size = request.encoded_len();
            (
                call!(client, admin, create_launch_plan, Again::Yes, request).map(drop),
                size,
            )
        }
    };
    match sent {
        Ok(()) => Ok((Outcome::Registered, size)),
        Err(ClusterError::Refused { code, .. }) if code == format!("{:?}", Code::AlreadyExists) => {
            Ok((Outcome::Present, size))
        }
        Err(error) => Err(error),
    }
}

/// What is registered as a version.
async fn present(client: &Client, version: &str) -> Result<BTreeSet<Key>, ClusterError> {
    let mut present = BTreeSet::new();
    // A filter has no way to write these; then everything is sent, and found to be there.
    if version.contains(['(', ')', ',', '+', ';']) {
        return Ok(present);
    }
    macro_rules! listed {
        ($method:ident, $items:ident, $resource_type:ident) => {
            let all = paged!(
                client,
                admin,
                $method,
                $items,
                usize::MAX,
                |limit, token| {
                    admin::ResourceListRequest {
                        id: Some(named(client, "")),
                        limit,
                        token,
                        filters: format!("eq(version,{version})"),
                        sort_by: by_creation(sort::Direction::Ascending),
                    }
                }
            );
            let names = all.into_iter().filter_map(|item| item.id);
            present.extend(names.map(|id| (ResourceType::$resource_type, id.name)));
        };
    }
    listed!(list_tasks, tasks, Task);
    listed!(list_workflows, workflows, Workflow);
    listed!(list_launch_plans, launch_plans, LaunchPlan);
    Ok(present)
}

pub(super) fn named(client: &Client, name: &str) -> admin::NamedEntityIdentifier {
    admin::NamedEntityIdentifier {
        project: client.project().to_owned(),
        domain: client.domain().to_owned(),
        name: name.to_owned(),
        org: String::new(),
    }
}

/// Activates launch plans, and gives the names of those that were not active.
async fn activate(
    client: &Client,
    registry: &Registry,
    version: &str,
    entities: &[SerializedEntity],
    options: &RegisterOptions,
) -> Result<Vec<String>, ClusterError> {
    let is_wanted = |name: &str| {
        let declared = registry.entities().find(|one| one.name() == name);
        let options = declared.and_then(EntityDescriptor::launch_plan_options);
        options.is_some_and(|options| options.auto_activate)
    };
    let plans = entities.iter().filter(|entity| {
        entity.resource_type() == ResourceType::LaunchPlan
            && (options.activate || is_wanted(entity.name()))
    });
    let mut activated = Vec::new();
    for plan in plans {
        let active = launch_plans::active_version(client, plan.name()).await?;
        let active = active.and_then(|plan| plan.id).map(|id| id.version);
        if active.as_deref() == Some(version) {
            continue;
        }
        if !options.dry_run {
            let id = identifier(client, core::ResourceType::LaunchPlan, plan.name(), version);
            let request = admin::LaunchPlanUpdateRequest {
                id: Some(id),
                state: admin::LaunchPlanState::Active.into(),
            };
            call!(client, admin, update_launch_plan, Again::Yes, request)?;
        }
        activated.push(plan.name().to_owned());
    }
    Ok(activated)
}

pub(super) fn identifier(
    client: &Client,
    resource_type: core::ResourceType,
    name: &str,
    version: &str,
) -> core::Identifier {
    core::Identifier {
        resource_type: resource_type.into(),
        project: client.project().to_owned(),
        domain: client.domain().to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
        org: String::new(),
    }
}
