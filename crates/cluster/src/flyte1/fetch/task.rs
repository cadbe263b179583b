//! Tasks that are registered.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use flyte_idl::flyteidl::{
    admin,
    core::{self, resources::ResourceName, task_metadata, task_template::Target},
};

use super::{
    EntityId, Fetched, RemoteInterface, Version,
    entity::{instead, resolved, sealed::Sealed},
    execution::time,
};
use crate::flyte1::{
    client::{Again, Client, call},
    error::ClusterError,
    remote::{BlockingRemote, Remote, blocking},
};
use flyte_core::graph::entity::EntityKind;

/// A task that is registered on a cluster.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteTask {
    /// What identifies it.
    pub id: EntityId,
    /// Its inputs and outputs.
    pub interface: RemoteInterface,
    /// Its type, such as `python-task` or `spark`, by which a cluster finds the plugin that runs it.
    pub task_type: String,
    /// The image of its container, if it has one.
    pub image: Option<String>,
    /// What its container runs: the command with its arguments.
    pub command: Vec<String>,
    /// The variables of its container.
    pub env: BTreeMap<String, String>,
    /// How it runs.
    pub options: RemoteTaskOptions,
    /// When it was registered, if the cluster says so.
    pub created: Option<SystemTime>,
}

/// How a registered task runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteTaskOptions {
    /// How often it is tried again.
    pub retries: u32,
    /// How long an attempt may take.
    pub timeout: Option<Duration>,
    /// The version of its cached results, if these are kept.
    pub cache: Option<String>,
    /// Whether equal calls wait for each other.
    pub cache_serialize: bool,
    /// The inputs that do not count for the cache.
    pub cache_ignore_inputs: Vec<String>,
    /// Whether it may run where it can be interrupted; `None` if that is left to the workflow.
    pub interruptible: Option<bool>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// What it asks for: `cpu`, `memory` and others, as Kubernetes writes quantities.
    pub requests: BTreeMap<String, String>,
    /// What it may use.
    pub limits: BTreeMap<String, String>,
    /// The pod template that it uses.
    pub pod_template_name: Option<String>,
    /// The library that it was written with, and its version, such as `flytekit 1.16.0`.
    pub runtime: String,
}

impl Sealed for RemoteTask {}

impl Fetched for RemoteTask {
    fn id(&self) -> &EntityId {
        &self.id
    }

    fn interface(&self) -> &RemoteInterface {
        &self.interface
    }
}

fn text(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn resources(entries: Vec<core::resources::ResourceEntry>) -> BTreeMap<String, String> {
    let entries = entries.into_iter().map(|entry| {
        let name = match entry.name() {
            ResourceName::Unknown => "unknown",
            ResourceName::Cpu => "cpu",
            ResourceName::Gpu => "gpu",
            ResourceName::Memory => "memory",
            ResourceName::Storage => "storage",
            ResourceName::EphemeralStorage => "ephemeral_storage",
        };
        (name.to_owned(), entry.value)
    });
    entries.collect()
}

fn options(metadata: core::TaskMetadata, container: Option<&core::Container>) -> RemoteTaskOptions {
    let asked = container.and_then(|container| container.resources.clone());
    let asked = asked.unwrap_or_default();
    let runtime = metadata.runtime.unwrap_or_default();
    RemoteTaskOptions {
        retries: metadata.retries.map_or(0, |retries| retries.retries),
        timeout: metadata.timeout.and_then(|timeout| timeout.try_into().ok()),
        cache: metadata.discoverable.then_some(metadata.discovery_version),
        cache_serialize: metadata.cache_serializable,
        cache_ignore_inputs: metadata.cache_ignore_input_vars,
        interruptible: metadata.interruptible_value.map(|value| {
            let task_metadata::InterruptibleValue::Interruptible(interruptible) = value;
            interruptible
        }),
        deprecated: text(metadata.deprecated_error_message),
        requests: resources(asked.requests),
        limits: resources(asked.limits),
        pod_template_name: text(metadata.pod_template_name),
        runtime: format!("{} {}", runtime.flavor, runtime.version)
            .trim()
            .to_owned(),
    }
}

impl RemoteTask {
    fn of(id: core::Identifier, task: admin::Task) -> Result<Self, ClusterError> {
        let closure = task.closure.unwrap_or_default();
        let template = closure.compiled_task.unwrap_or_default().template;
        let template = template.unwrap_or_default();
        let container = match template.target {
            Some(Target::Container(container)) => Some(container),
            _ => None,
        };
        let options = options(template.metadata.unwrap_or_default(), container.as_ref());
        let container = container.unwrap_or_default();
        Ok(Self {
            id: EntityId::of(id),
            interface: RemoteInterface::of(template.interface)?,
            task_type: template.r#type,
            image: text(container.image),
            command: [container.command, container.args].concat(),
            env: container
                .env
                .into_iter()
                .map(|pair| (pair.key, pair.value))
                .collect(),
            options,
            created: closure.created_at.and_then(time),
        })
    }
}

/// The task of an id.
pub(in crate::flyte1) async fn task(
    client: &Client,
    id: core::Identifier,
) -> Result<RemoteTask, ClusterError> {
    let request = admin::ObjectGetRequest {
        id: Some(id.clone()),
    };
    match call!(client, admin, get_task, Again::Yes, request) {
        Ok(task) => RemoteTask::of(id, task),
        Err(error) => Err(instead(client, error, &id).await),
    }
}

impl Remote {
    /// A task that is registered in the [project and domain](Self::within) of this cluster.
    ///
    /// ```no_run
    /// # use flyte_runtime::{cluster::{ExecuteOptions, Inputs, Remote, Version}, config::Config};
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// let remote = Remote::connect(&Config::auto(None)?).await?;
    /// let length = remote.within("text", "production").fetch_task("measure.length", Version::Latest).await?;
    /// println!("{} {} in {:?}", length.id, length.interface, length.image);
    /// let inputs = Inputs::new().with("text", "four".to_owned());
    /// let execution = remote.execute_fetched(&length, &inputs, &ExecuteOptions::new()).await?;
    /// remote.wait(&execution).await?;
    /// assert_eq!(remote.output::<i64>(&execution, "o0").await?, 4);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ClusterError::Absent`] if it is not there, with the versions that are; other [`ClusterError`]s.
    pub async fn fetch_task(
        &self,
        name: &str,
        version: impl Into<Version>,
    ) -> Result<RemoteTask, ClusterError> {
        let version = version.into();
        let id = resolved(&self.client, EntityKind::Task, name, &version).await?;
        task(&self.client, id).await
    }
}

blocking! {
    fetch_task(name: &str, version: impl Into<Version>) -> RemoteTask;
}
