//! An execution with all that a cluster has of it: how its nodes stand, and the values that they were given and have
//! given.

use std::collections::BTreeMap;

use flyte_idl::flyteidl::{
    admin::{self, execution_metadata::ExecutionMode, node_execution_closure::OutputResult, sort},
    core::{NodeExecutionIdentifier, WorkflowExecutionIdentifier},
};
use tokio::task::JoinSet;

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    execution::{self, Execution},
    fetch::{EntityId, ExecutionRecord},
    outputs::{inputs, outputs, typed, values},
    register::{PAGE, by_creation},
    remote::{BlockingRemote, Remote, blocking},
    watch::{NodeRun, Watcher},
};
use flyte_core::types::{FlyteType, Literal};

/// How many nodes are asked for their values at once.
const AT_ONCE: usize = 8;

/// An execution as it was fetched. [`Remote::sync`] fills in what it knows, and brings it up to date.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RemoteExecution {
    /// The execution, for the methods that ask for one.
    pub execution: Execution,
    /// What it runs, and how it stands.
    pub record: ExecutionRecord,
    /// The launch plan, or the task, that it was started with.
    pub launched: EntityId,
    /// The workflow that it runs.
    pub workflow: Option<EntityId>,
    /// The execution that it repeats or recovers.
    pub repeats: Option<String>,
    /// Whether it recovers that execution: what had succeeded there did not run again.
    pub is_recovered: bool,
    /// Who has started it, if the cluster knows.
    pub user: Option<String>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it was given, by name; empty until it is synced.
    pub inputs: BTreeMap<String, Literal>,
    /// What it has given, by name; `None` until it has succeeded and is synced.
    pub outputs: Option<BTreeMap<String, Literal>>,
    /// Its nodes with those inside; empty until it is synced.
    pub nodes: Vec<NodeRun>,
    /// The values of its nodes, by path. Elements of maps have none of their own: those of the map are lists.
    pub values: BTreeMap<String, NodeValues>,
}

/// What a node was given and has given.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct NodeValues {
    /// Its inputs, by name.
    pub inputs: BTreeMap<String, Literal>,
    /// Its outputs, by name; `None` if it has not succeeded, or if they cannot be read from the store.
    pub outputs: Option<BTreeMap<String, Literal>>,
}

impl NodeValues {
    /// An input as a type of Rust.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if there is none of this name or type.
    pub fn input<T: FlyteType>(&self, name: &str) -> Result<T, ClusterError> {
        typed(&self.inputs, name, "input", "the node")
    }

    /// An output as a type of Rust.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if there is none of this name or type.
    pub fn output<T: FlyteType>(&self, name: &str) -> Result<T, ClusterError> {
        let none = BTreeMap::new();
        typed(
            self.outputs.as_ref().unwrap_or(&none),
            name,
            "output",
            "the node",
        )
    }
}

impl RemoteExecution {
    fn of(execution: &Execution, info: admin::Execution) -> Self {
        let spec = info.spec.clone().unwrap_or_default();
        let metadata = spec.metadata.unwrap_or_default();
        let workflow = info
            .closure
            .as_ref()
            .and_then(|closure| closure.workflow_id.clone());
        let mode = metadata.mode();
        Self {
            execution: execution.clone(),
            record: ExecutionRecord::of(info),
            launched: EntityId::of(spec.launch_plan.unwrap_or_default()),
            workflow: workflow.map(EntityId::of),
            repeats: metadata.reference_execution.map(|other| other.name),
            is_recovered: mode == ExecutionMode::Recovered,
            user: Some(metadata.principal).filter(|user| !user.is_empty()),
            labels: spec.labels.unwrap_or_default().values.into_iter().collect(),
            annotations: spec
                .annotations
                .unwrap_or_default()
                .values
                .into_iter()
                .collect(),
            #[expect(deprecated, reason = "it is where the server has tags")]
            tags: spec.tags,
            inputs: BTreeMap::new(),
            outputs: None,
            nodes: Vec::new(),
            values: BTreeMap::new(),
        }
    }

    /// Whether it had ended when it was fetched or synced.
    pub fn is_done(&self) -> bool {
        self.record.status.is_end()
    }

    /// Whether it had succeeded by then.
    pub fn is_successful(&self) -> bool {
        self.record.status.is_success()
    }

    /// All nodes, each before those inside of it.
    pub fn all_nodes(&self) -> impl Iterator<Item = &NodeRun> {
        let mut left: Vec<&NodeRun> = self.nodes.iter().rev().collect();
        std::iter::from_fn(move || {
            let node = left.pop()?;
            left.extend(node.nodes.iter().rev());
            Some(node)
        })
    }

    /// An input as a type of Rust.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if there is none of this name or type.
    pub fn input<T: FlyteType>(&self, name: &str) -> Result<T, ClusterError> {
        typed(&self.inputs, name, "input", &self.words())
    }

    /// An output as a type of Rust, by its name, which is `o0` for one that has no name.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Setting`] if there is none of this name or type.
    pub fn output<T: FlyteType>(&self, name: &str) -> Result<T, ClusterError> {
        let none = BTreeMap::new();
        let outputs = self.outputs.as_ref().unwrap_or(&none);
        typed(outputs, name, "output", &self.words())
    }

    fn words(&self) -> String {
        format!("execution {}", self.execution.name)
    }
}

/// Where a cluster has a node, and its values.
#[derive(Clone)]
struct Place {
    id: NodeExecutionIdentifier,
    outputs: String,
}

/// The nodes of an execution or of a node, by the last part of their paths.
async fn below(
    client: &Client,
    execution: &WorkflowExecutionIdentifier,
    parent: &str,
) -> Result<BTreeMap<String, Place>, ClusterError> {
    let (mut places, mut token) = (BTreeMap::new(), String::new());
    loop {
        let request = admin::NodeExecutionListRequest {
            workflow_execution_id: Some(execution.clone()),
            limit: PAGE,
            token,
            unique_parent_id: parent.to_owned(),
            sort_by: by_creation(sort::Direction::Ascending),
            ..Default::default()
        };
        let page = call!(client, admin, list_node_executions, Again::Yes, request)?;
        for node in page.node_executions {
            let id = node.id.unwrap_or_default();
            let in_workflow = node.metadata.unwrap_or_default().spec_node_id;
            let last = match in_workflow.as_str() {
                "" => id.node_id.clone(),
                in_workflow => in_workflow.to_owned(),
            };
            #[expect(deprecated, reason = "it is where the engine says where outputs are")]
            let outputs = match node.closure.and_then(|closure| closure.output_result) {
                Some(OutputResult::OutputUri(uri)) => uri,
                _ => String::new(),
            };
            let place = Place { id, outputs };
            places.insert(last, place);
        }
        token = page.token;
        if token.is_empty() {
            return Ok(places);
        }
    }
}

/// Some nodes beside each other, and where a cluster has them.
struct Level<'a> {
    nodes: &'a [NodeRun],
    execution: WorkflowExecutionIdentifier,
    parent: String,
}

/// The places of all nodes in a tree, by path, with whether the node has succeeded.
async fn places(
    client: &Client,
    execution: WorkflowExecutionIdentifier,
    nodes: &[NodeRun],
) -> Result<Vec<(String, Place, bool)>, ClusterError> {
    let mut found = Vec::new();
    let mut left = vec![Level {
        nodes,
        execution,
        parent: String::new(),
    }];
    while let Some(level) = left.pop() {
        if level.nodes.is_empty() {
            continue;
        }
        let places = below(client, &level.execution, &level.parent).await?;
        for node in level.nodes {
            // What has an execution of its own has its nodes there, also if it is an element of a map.
            let child = node
                .execution
                .as_ref()
                .map(|name| WorkflowExecutionIdentifier {
                    name: name.clone(),
                    ..level.execution.clone()
                });
            let last = node.path.rsplit('/').next().unwrap_or(&node.path);
            let place = places.get(last);
            if let Some(place) = place {
                found.push((node.path.clone(), place.clone(), node.status.is_success()));
            }
            let (elements, inside): (Vec<_>, Vec<_>) = node
                .nodes
                .iter()
                .partition(|inner| inner.path.ends_with(']'));
            for element in elements {
                if let Some(name) = &element.execution {
                    left.push(Level {
                        nodes: &element.nodes,
                        execution: WorkflowExecutionIdentifier {
                            name: name.clone(),
                            ..level.execution.clone()
                        },
                        parent: String::new(),
                    });
                }
            }
            if inside.is_empty() {
                continue;
            }
            match (child, place) {
                (Some(child), _) => left.push(Level {
                    nodes: &node.nodes,
                    execution: child,
                    parent: String::new(),
                }),
                (None, Some(place)) => left.push(Level {
                    nodes: &node.nodes,
                    execution: level.execution.clone(),
                    parent: place.id.node_id.clone(),
                }),
                (None, None) => {}
            }
        }
    }
    Ok(found)
}

async fn values_of(
    client: &Client,
    place: Place,
    path: &str,
    has_outputs: bool,
) -> Result<NodeValues, ClusterError> {
    let request = admin::NodeExecutionGetDataRequest { id: Some(place.id) };
    let data = call!(client, admin, get_node_execution_data, Again::Yes, request)?;
    #[expect(
        deprecated,
        reason = "it is where the server puts a link to what it leaves out"
    )]
    let (input_link, output_link) = (data.inputs, data.outputs);
    let of = format!("node {path}");
    let inputs = values(client, data.full_inputs, input_link, "", &of).await?;
    let outputs = match has_outputs {
        true => {
            let place = &place.outputs;
            match values(client, data.full_outputs, output_link, place, &of).await {
                Ok(outputs) => Some(outputs),
                // A node without outputs may have the address of a file that is not there.
                Err(ClusterError::Transfer { what, reason }) => {
                    tracing::warn!("the outputs of {of} are not read: {what}: {reason}");
                    None
                }
                Err(error) => return Err(error),
            }
        }
        false => None,
    };
    Ok(NodeValues { inputs, outputs })
}

async fn all_values(
    client: &Client,
    places: Vec<(String, Place, bool)>,
) -> Result<BTreeMap<String, NodeValues>, ClusterError> {
    let (mut values, mut under_way) = (BTreeMap::new(), JoinSet::new());
    let mut left = places.into_iter();
    loop {
        while under_way.len() < AT_ONCE
            && let Some((path, place, has_outputs)) = left.next()
        {
            let client = client.clone();
            under_way.spawn(async move {
                let values = values_of(&client, place, &path, has_outputs).await;
                (path, values)
            });
        }
        match under_way.join_next().await {
            None => return Ok(values),
            Some(Ok((path, found))) => {
                values.insert(path, found?);
            }
            // A task that panics has no result, and nothing here does.
            Some(Err(_)) => {}
        }
    }
}

impl Remote {
    /// An execution of the [project and domain](Self::within) of this cluster, by its name: what it runs and how it
    /// stands. [`sync`](Self::sync) fetches its nodes and values.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such execution.
    pub async fn fetch_execution(&self, name: &str) -> Result<RemoteExecution, ClusterError> {
        let execution = self.execution(name);
        let info = execution::get(&self.client, &execution).await?;
        Ok(RemoteExecution::of(&execution, info))
    }

    /// Brings an execution up to date, with its nodes, their attempts, and the inputs and outputs of all of them.
    /// Values that are too large for an answer are read from the store. It takes a call for each node.
    ///
    /// ```no_run
    /// # use flyte_runtime::cluster::{ClusterError, Remote};
    /// # async fn run(remote: Remote) -> Result<(), ClusterError> {
    /// let mut execution = remote.fetch_execution("f443fdecd99261fcd627").await?;
    /// remote.sync(&mut execution).await?;
    /// for node in execution.all_nodes() {
    ///     println!("{} {}: {:?}", node.path, node.status.name(), execution.values.get(&node.path));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ClusterError`]; then the execution is as it was.
    pub async fn sync(&self, execution: &mut RemoteExecution) -> Result<(), ClusterError> {
        let (client, handle) = (&self.client, execution.execution.clone());
        // The execution first: when it has ended, so have its nodes.
        let info = execution::get(client, &handle).await?;
        let mut synced = RemoteExecution::of(&handle, info);
        let tree = Watcher::new(client, &handle).look().await?;
        synced.inputs = inputs(client, &handle).await?;
        if synced.is_successful() {
            synced.outputs = Some(outputs(client, &handle).await?);
        }
        let places = places(client, handle.id(), &tree.nodes).await?;
        synced.values = all_values(client, places).await?;
        synced.nodes = tree.nodes;
        *execution = synced;
        Ok(())
    }
}

blocking! {
    fetch_execution(name: &str) -> RemoteExecution;
    sync(execution: &mut RemoteExecution) -> ();
}
