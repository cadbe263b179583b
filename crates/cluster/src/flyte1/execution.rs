//! Starting executions, and ending them.

use std::collections::BTreeMap;

use flyte_idl::{
    flyteidl::{
        admin::{self, execution_spec::NotificationOverrides},
        core,
    },
    prost::Message as _,
};

use super::{
    client::{Again, Client, call},
    console,
    error::ClusterError,
    fetch::{self, ExecutionFilter, ExecutionRecord},
    register::identifier,
    upload,
};
use flyte_config::random::random_hex;
use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind},
    types::{Literal, wire},
};
use flyte_grammar::nearest::nearest;

/// How an execution is started. What is left out is as the launch plan or the cluster has it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ExecuteOptions {
    name: Option<String>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    env: BTreeMap<String, String>,
    tags: Vec<String>,
    overwrite_cache: bool,
    interruptible: Option<bool>,
    max_parallelism: Option<u32>,
    raw_output_prefix: Option<String>,
    service_account: Option<String>,
    name_prefix: Option<String>,
    cluster_pool: Option<String>,
    cluster_label: Option<String>,
    quiet: bool,
}

impl ExecuteOptions {
    /// Nothing in particular.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the execution: small letters, digits and `-`, a letter first, at most 63. Without it one is made.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A label of everything that is made for it; can be repeated.
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// An annotation of everything that is made for it; can be repeated.
    pub fn annotation(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.annotations.insert(key.into(), value.into());
        self
    }

    /// A variable for all of its containers; can be repeated.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// A word that it can be found by; can be repeated.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    /// Runs what the cluster has results of, too, and replaces these.
    pub fn overwrite_cache(mut self, overwrite: bool) -> Self {
        self.overwrite_cache = overwrite;
        self
    }

    /// Whether its tasks may run where they can be interrupted, whatever they say themselves.
    pub fn interruptible(mut self, interruptible: bool) -> Self {
        self.interruptible = Some(interruptible);
        self
    }

    /// How many of its nodes may run at once.
    pub fn max_parallelism(mut self, most: u32) -> Self {
        self.max_parallelism = Some(most);
        self
    }

    /// Where its files go.
    pub fn raw_output_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.raw_output_prefix = Some(prefix.into());
        self
    }

    /// The Kubernetes service account of its pods.
    pub fn service_account(mut self, account: impl Into<String>) -> Self {
        self.service_account = Some(account.into());
        self
    }

    /// The beginning of the name that is made if none is given.
    pub fn name_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.name_prefix = Some(prefix.into());
        self
    }

    /// The pool of clusters that it runs on, where there are several.
    pub fn cluster_pool(mut self, pool: impl Into<String>) -> Self {
        self.cluster_pool = Some(pool.into());
        self
    }

    /// The label of the clusters that it may run on, where there are several.
    pub fn cluster_label(mut self, label: impl Into<String>) -> Self {
        self.cluster_label = Some(label.into());
        self
    }

    /// Tells nobody of its end, whatever the launch plan says.
    pub fn disable_notifications(mut self, quiet: bool) -> Self {
        self.quiet = quiet;
        self
    }

    fn spec(&self, launch_plan: core::Identifier) -> admin::ExecutionSpec {
        let values = |all: &BTreeMap<String, String>| all.clone().into_iter().collect();
        let security_context = self
            .service_account
            .as_ref()
            .map(|account| core::SecurityContext {
                run_as: Some(core::Identity {
                    k8s_service_account: account.clone(),
                    ..Default::default()
                }),
                ..Default::default()
            });
        #[expect(deprecated, reason = "it is where the server looks for tags")]
        admin::ExecutionSpec {
            launch_plan: Some(launch_plan),
            metadata: Some(admin::ExecutionMetadata {
                mode: admin::execution_metadata::ExecutionMode::Manual.into(),
                ..Default::default()
            }),
            labels: (!self.labels.is_empty()).then(|| admin::Labels {
                values: values(&self.labels),
            }),
            annotations: (!self.annotations.is_empty()).then(|| admin::Annotations {
                values: values(&self.annotations),
            }),
            envs: (!self.env.is_empty()).then(|| admin::Envs {
                values: self
                    .env
                    .iter()
                    .map(|(key, value)| core::KeyValuePair {
                        key: key.clone(),
                        value: value.clone(),
                    })
                    .collect(),
            }),
            tags: self.tags.clone(),
            overwrite_cache: self.overwrite_cache,
            interruptible: self.interruptible,
            max_parallelism: self
                .max_parallelism
                .map_or(0, |most| i32::try_from(most).unwrap_or(i32::MAX)),
            raw_output_data_config: self.raw_output_prefix.as_ref().map(|prefix| {
                admin::RawOutputDataConfig {
                    output_location_prefix: prefix.clone(),
                }
            }),
            security_context,
            cluster_assignment: self
                .cluster_pool
                .as_ref()
                .map(|pool| admin::ClusterAssignment {
                    cluster_pool_name: pool.clone(),
                }),
            execution_cluster_label: self.cluster_label.as_ref().map(|label| {
                admin::ExecutionClusterLabel {
                    value: label.clone(),
                }
            }),
            notification_overrides: self
                .quiet
                .then_some(NotificationOverrides::DisableAll(true)),
            ..Default::default()
        }
    }
}

/// An execution on a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Execution {
    /// The project that it is in.
    pub project: String,
    /// The domain that it is in.
    pub domain: String,
    /// Its name.
    pub name: String,
    /// The page about it in the cluster's console.
    pub url: String,
}

impl Execution {
    /// A name for an execution that no other has, for [`ExecuteOptions::name`]: a start that is repeated with the same
    /// name starts nothing twice.
    pub fn new_name(beginning: &str) -> String {
        new_name(beginning)
    }

    pub(super) fn id(&self) -> core::WorkflowExecutionIdentifier {
        core::WorkflowExecutionIdentifier {
            project: self.project.clone(),
            domain: self.domain.clone(),
            name: self.name.clone(),
            org: String::new(),
        }
    }
}

/// An execution by its name, of the project and domain of the settings.
pub(super) fn named(client: &Client, name: &str) -> Execution {
    let (project, domain) = (client.project(), client.domain());
    let console = console::address(client);
    Execution {
        project: project.to_owned(),
        domain: domain.to_owned(),
        name: name.to_owned(),
        url: format!("{console}/console/projects/{project}/domains/{domain}/executions/{name}"),
    }
}

/// Starts an entity that is registered as a version, with inputs by name; files of this machine among them are sent.
pub(super) async fn create(
    client: &Client,
    entity: &EntityDescriptor,
    version: &str,
    inputs: BTreeMap<String, Literal>,
    options: &ExecuteOptions,
) -> Result<Execution, ClusterError> {
    let resource_type = match entity.kind() {
        EntityKind::Task => core::ResourceType::Task,
        _ => core::ResourceType::LaunchPlan,
    };
    let target = identifier(client, resource_type, entity.name(), version);
    start(client, target, inputs, options).await
}

/// Starts a task or launch plan by its id.
pub(super) async fn start(
    client: &Client,
    target: core::Identifier,
    mut inputs: BTreeMap<String, Literal>,
    options: &ExecuteOptions,
) -> Result<Execution, ClusterError> {
    let execution = match (&options.name, &options.name_prefix) {
        (None, Some(prefix)) => named(client, checked(&new_name(prefix))?),
        (name, _) => free(client, name.as_deref()).await?,
    };
    upload::literals(client, &mut inputs).await?;
    let request = admin::ExecutionCreateRequest {
        project: execution.project.clone(),
        domain: execution.domain.clone(),
        name: execution.name.clone(),
        spec: Some(options.spec(target)),
        inputs: Some(to_proto(&inputs)?),
        org: String::new(),
    };
    let target = request
        .spec
        .as_ref()
        .and_then(|spec| spec.launch_plan.clone());
    let made = made(client, execution, async || {
        call!(client, admin, create_execution, Again::No, request.clone())
    });
    match (made.await, target) {
        // It is the task or the launch plan that is missing.
        (Err(error @ ClusterError::Refused { .. }), Some(target)) => {
            let there = client.within(&target.project, &target.domain);
            Err(fetch::instead(&there, error, &target).await)
        }
        (made, _) => made,
    }
}

/// A name with this beginning that no execution has.
pub(super) fn new_name(prefix: &str) -> String {
    let random = &random_hex()[..19];
    match prefix {
        "" => format!("f{random}"),
        prefix => format!("{prefix}-{random}"),
    }
}

/// An execution that is not there yet, of this name or of one that is made.
pub(super) async fn free(client: &Client, name: Option<&str>) -> Result<Execution, ClusterError> {
    let Some(name) = name else {
        // A name of ours: a call can then be made again when its answer is lost.
        return Ok(named(client, &new_name("")));
    };
    let execution = named(client, checked(name)?);
    // A server writes the inputs before it looks whether the name is free, and those of the other execution are gone.
    match exists(client, &execution).await? {
        true => Err(ClusterError::Taken {
            name: name.to_owned(),
        }),
        false => Ok(execution),
    }
}

/// Makes an execution by a call that names it. With the same name and the same inputs it may be said again, and the
/// execution is then perhaps there already.
pub(super) async fn made(
    client: &Client,
    execution: Execution,
    create: impl AsyncFn() -> Result<admin::ExecutionCreateResponse, ClusterError>,
) -> Result<Execution, ClusterError> {
    let (mut tries, mut may_be_there) = (0, false);
    loop {
        match create().await {
            Ok(_) => return Ok(execution),
            Err(error) if error.is_absence() => {
                may_be_there |= error.may_be_done();
                if !client.may_try_again(&mut tries).await {
                    return Err(error);
                }
            }
            Err(ClusterError::Refused { code, .. }) if code == "AlreadyExists" => {
                return match may_be_there {
                    false => Err(ClusterError::Taken {
                        name: execution.name,
                    }),
                    true => Ok(execution),
                };
            }
            Err(error) => return Err(error),
        }
    }
}

/// What can be the name of an execution, which Kubernetes has to take, too.
fn checked(name: &str) -> Result<&str, ClusterError> {
    let first = name.chars().next();
    let is_letter = first.is_some_and(|first| first.is_ascii_lowercase());
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    match is_letter && name.chars().all(is_plain) && !name.ends_with('-') && name.len() <= 63 {
        true => Ok(name),
        false => Err(ClusterError::Setting(format!(
            "`{name}` is not a name for an execution: write small letters, digits and `-`, a letter first, at most 63"
        ))),
    }
}

async fn exists(client: &Client, execution: &Execution) -> Result<bool, ClusterError> {
    match asked(client, execution).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_not_found() => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) async fn get(
    client: &Client,
    execution: &Execution,
) -> Result<admin::Execution, ClusterError> {
    match asked(client, execution).await {
        Ok(info) => Ok(info),
        Err(error) => Err(instead(client, error, execution).await),
    }
}

async fn asked(client: &Client, execution: &Execution) -> Result<admin::Execution, ClusterError> {
    let request = admin::WorkflowExecutionGetRequest {
        id: Some(execution.id()),
    };
    call!(client, admin, get_execution, Again::Yes, request)
}

/// How many of the last executions may be those that are meant.
const LAST: usize = 200;

/// What to say instead of a server's `missing entity`: which execution is probably meant.
pub(super) async fn instead(
    client: &Client,
    error: ClusterError,
    execution: &Execution,
) -> ClusterError {
    if !matches!(error, ClusterError::Refused { .. }) || !error.is_not_found() {
        return error;
    }
    let there = client.within(&execution.project, &execution.domain);
    let last = match fetch::executions(&there, &ExecutionFilter::new(), LAST).await {
        Ok(last) => last,
        Err(error) => return error,
    };
    let near = nearest(&execution.name, last.iter().map(|one| one.name.as_str()));
    let endpoint = &client.config().platform.endpoint;
    ClusterError::NoExecution {
        endpoint: endpoint.clone().into_value(),
        origin: Box::new(endpoint.origin().clone()),
        place: there.place(),
        name: execution.name.clone(),
        near: near.map(str::to_owned),
    }
}

/// Ends an execution. One that has ended already stays what it is, and is given.
pub(super) async fn terminate(
    client: &Client,
    execution: &Execution,
    cause: &str,
) -> Result<Option<ExecutionRecord>, ClusterError> {
    let request = admin::ExecutionTerminateRequest {
        id: Some(execution.id()),
        cause: cause.to_owned(),
    };
    match call!(client, admin, terminate_execution, Again::Yes, request) {
        Ok(_) => Ok(None),
        Err(ClusterError::Refused { code, .. }) if code == "FailedPrecondition" => {
            let info = get(client, execution).await?;
            Ok(Some(ExecutionRecord::of(info)))
        }
        Err(error) => Err(instead(client, error, execution).await),
    }
}

/// Literals by name as the message.
fn to_proto(inputs: &BTreeMap<String, Literal>) -> Result<core::LiteralMap, ClusterError> {
    let named = inputs
        .iter()
        .map(|(name, literal)| (name.as_str(), literal));
    let bytes = wire::encode_map(named);
    core::LiteralMap::decode(&*bytes)
        .map_err(|error| ClusterError::Setting(format!("the inputs cannot be sent: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_kubernetes_takes() {
        for good in ["a", "f0-1", &*"a".repeat(63)] {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in ["", "A", "0a", "a_b", "a-", "ä", &*"a".repeat(64)] {
            assert!(checked(bad).is_err(), "{bad}");
        }
    }
}
