//! An execution with all that a cluster has of it: how its nodes stand, and the values that they were given and have
//! given.

use std::collections::{BTreeMap, BTreeSet};

use flyte_idl::flyteidl::admin::{self, execution_metadata::ExecutionMode};

use super::{
    client::Client,
    error::ClusterError,
    execution::{self, Execution},
    fetch::{EntityId, ExecutionRecord},
    node_values::{self, Wanted},
    outputs::{inputs, outputs, typed},
    remote::{BlockingRemote, Remote, blocking},
    watch::{NodeRun, Place, Watcher, flat},
};
use flyte_core::types::{FlyteType, Literal};

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
        flat(&self.nodes)
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

/// The nodes to ask for their values. Those of the elements of a map are in the lists of the map.
fn wanted(nodes: &[NodeRun]) -> impl Iterator<Item = Wanted> {
    flat(nodes).filter_map(|node| {
        let Place::Node { id, outputs, .. } = &node.place else {
            return None;
        };
        Some(Wanted {
            path: node.path.clone(),
            id: id.clone(),
            inputs: String::new(),
            outputs: match node.status.is_success() {
                true => outputs.clone(),
                false => String::new(),
            },
        })
    })
}

/// The values of all nodes, by path.
async fn all_values(
    client: &Client,
    nodes: &[NodeRun],
) -> Result<BTreeMap<String, NodeValues>, ClusterError> {
    let succeeded: BTreeSet<_> = flat(nodes)
        .filter(|node| node.status.is_success())
        .map(|node| node.path.as_str())
        .collect();
    let mut values = BTreeMap::new();
    for (path, fetched) in node_values::fetch(client, wanted(nodes)).await {
        let fetched = fetched?;
        let outputs = match fetched.outputs {
            Ok(outputs) => Some(outputs),
            Err(ClusterError::Transfer { what, reason }) => {
                tracing::warn!("the outputs of node {path} are not read: {what}: {reason}");
                None
            }
            Err(error) => return Err(error),
        };
        let found = NodeValues {
            inputs: fetched.inputs,
            outputs: outputs.filter(|_| succeeded.contains(path.as_str())),
        };
        values.insert(path, found);
    }
    Ok(values)
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
        synced.values = all_values(client, &tree.nodes).await?;
        synced.nodes = tree.nodes;
        *execution = synced;
        Ok(())
    }
}

blocking! {
    fetch_execution(name: &str) -> RemoteExecution;
    sync(execution: &mut RemoteExecution) -> ();
}
