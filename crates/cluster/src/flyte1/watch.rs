//! What goes on in an execution: its nodes as a tree, and what changes in it as events.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, SystemTime},
};

use flyte_idl::flyteidl::{
    admin::{
        self, node_execution_closure::OutputResult, node_execution_closure::TargetMetadata, sort,
        task_execution_closure,
    },
    core::{
        self, CatalogCacheStatus, WorkflowExecutionIdentifier, node::Target, node_execution,
        task_execution, task_node, workflow_node,
    },
    event::external_resource_info,
};
use serde_json::{Value as Json, json};
use tokio::task::JoinSet;

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    execution::{self, Execution},
    fetch::{self, ExecutionRecord, Status, time},
    register::{PAGE, by_creation, inside_of},
};
use flyte_core::text;
use flyte_events::events::{
    Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState, Values,
    WaitReason, time_text,
};

/// How long the first pause between two looks is, and the longest.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The longest pause while nobody answers.
const LONGEST_ABSENCE: Duration = Duration::from_secs(30);

/// How many nodes that have succeeded are asked for their attempts: it takes a call each.
const ASKED: usize = 500;

/// How many nodes are asked for their attempts at once. One after another they take as long as the way to the cluster
/// is, 500 times.
const ASKED_AT_ONCE: usize = 16;

/// How many nodes are on a page: a server looks for those of each page among all of an execution.
const NODES: u32 = 2_500;

/// How deep executions, workflows and branches are followed into each other.
const DEPTH: usize = 64;

/// An attempt of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptRun {
    /// Which, counted from zero.
    pub number: u32,
    /// How it stands.
    pub status: Status,
    /// How long it took.
    pub took: Option<Duration>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// The links to what it has printed, with their names.
    pub logs: Vec<(String, String)>,
}

/// A node of an execution, with those inside.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeRun {
    /// The ids of the nodes from the outermost workflow down to this one, joined by `/`; elements of maps in brackets.
    pub path: String,
    /// What it runs.
    pub entity: String,
    /// What it is: `task`, `gate`, `workflow`, `branch` or `map`.
    pub kind: NodeKind,
    /// How it stands.
    pub status: Status,
    /// When it started.
    pub started: Option<SystemTime>,
    /// How long it took.
    pub took: Option<Duration>,
    /// The attempts of a task. Of nodes that have succeeded those of the first 500 are known.
    pub attempts: Vec<AttemptRun>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// The execution that it has started, if it is a launch plan's.
    pub execution: Option<String>,
    /// The nodes inside.
    pub nodes: Vec<NodeRun>,
}

impl NodeRun {
    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        let attempts = self.attempts.iter().map(|attempt| {
            let logs = attempt.logs.iter();
            let logs = logs.map(|(name, uri)| json!({"name": name, "uri": uri}));
            json!({
                "attempt": attempt.number,
                "status": attempt.status.name(),
                "seconds": attempt.took.map(|took| took.as_secs_f64()),
                "error": attempt.error,
                "logs": logs.collect::<Vec<_>>(),
            })
        });
        json!({
            "node": self.path,
            "entity": self.entity,
            "kind": self.kind.to_string(),
            "status": self.status.name(),
            "started": self.started.map(time_text),
            "seconds": self.took.map(|took| took.as_secs_f64()),
            "attempts": attempts.collect::<Vec<_>>(),
            "error": self.error,
            "execution": self.execution,
            "nodes": self.nodes.iter().map(Self::to_json).collect::<Vec<_>>(),
        })
    }
}

/// An execution with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExecutionTree {
    /// How it stands.
    pub record: ExecutionRecord,
    /// Its page in the cluster's console.
    pub url: String,
    /// Its nodes.
    pub nodes: Vec<NodeRun>,
}

impl ExecutionTree {
    /// All nodes, each before those inside of it.
    pub fn all_nodes(&self) -> impl Iterator<Item = &NodeRun> {
        let mut left: Vec<&NodeRun> = self.nodes.iter().rev().collect();
        std::iter::from_fn(move || {
            let node = left.pop()?;
            left.extend(node.nodes.iter().rev());
            Some(node)
        })
    }

    /// All of it, for other programs.
    pub fn to_json(&self) -> Json {
        let mut json = self.record.to_json();
        json["url"] = self.url.as_str().into();
        json["nodes"] = self.nodes.iter().map(NodeRun::to_json).collect();
        json
    }
}

/// What the nodes of workflows run, by the names of the workflows and the ids of the nodes.
#[derive(Debug, Default)]
struct Names {
    nodes: HashMap<(String, String), Named>,
    /// The names of the outermost workflows, by those of executions.
    outermost: HashMap<String, String>,
}

#[derive(Clone, Debug)]
struct Named {
    entity: String,
    kind: NodeKind,
    /// The workflow whose nodes are inside.
    inner: Option<String>,
}

impl Names {
    fn add(&mut self, closure: &core::CompiledWorkflowClosure) {
        let all = closure.primary.iter().chain(&closure.sub_workflows);
        for template in all.filter_map(|compiled| compiled.template.as_ref()) {
            let workflow = template
                .id
                .as_ref()
                .map(|id| id.name.as_str())
                .unwrap_or_default();
            let mut left: Vec<_> = template
                .nodes
                .iter()
                .chain(&template.failure_node)
                .collect();
            while let Some(node) = left.pop() {
                if let Some(Target::BranchNode(branch)) = &node.target {
                    left.extend(inside_of(branch));
                }
                let key = (workflow.to_owned(), node.id.clone());
                self.nodes.insert(key, named(node, workflow));
            }
        }
    }
}

fn named(node: &core::Node, workflow: &str) -> Named {
    let id_of = |node: &core::Node| match &node.target {
        Some(Target::TaskNode(task)) => {
            let reference = task.reference.as_ref();
            reference.map(|task_node::Reference::ReferenceId(id)| (id.name.clone(), false))
        }
        Some(Target::WorkflowNode(inner)) => match &inner.reference {
            Some(workflow_node::Reference::LaunchplanRef(id)) => Some((id.name.clone(), false)),
            Some(workflow_node::Reference::SubWorkflowRef(id)) => Some((id.name.clone(), true)),
            None => None,
        },
        _ => None,
    };
    let (entity, is_inner) = match &node.target {
        Some(Target::ArrayNode(array)) => array.node.as_deref().and_then(id_of),
        _ => id_of(node),
    }
    .unwrap_or_else(|| {
        let name = node.metadata.as_ref().map(|metadata| metadata.name.clone());
        (name.unwrap_or_default(), false)
    });
    let kind = match &node.target {
        Some(Target::WorkflowNode(_)) => NodeKind::Workflow,
        Some(Target::BranchNode(_)) => NodeKind::Branch,
        Some(Target::ArrayNode(_)) => NodeKind::Map,
        Some(Target::GateNode(_)) => NodeKind::Gate,
        _ => NodeKind::Task,
    };
    let inner = match kind {
        NodeKind::Branch => Some(workflow.to_owned()),
        _ => is_inner.then(|| entity.clone()),
    };
    Named {
        entity,
        kind,
        inner,
    }
}

/// Looks at an execution again and again. What has ended is not asked for a second time.
#[derive(Debug)]
pub(super) struct Watcher {
    client: Client,
    execution: Execution,
    names: Names,
    /// Nodes that have ended, with all inside of them, by execution and id.
    ended: HashMap<(String, String), NodeRun>,
    /// How many nodes that have succeeded were asked for their attempts.
    asked: usize,
    /// Attempts of this look whose nodes come next.
    fetched: HashMap<(String, String), admin::TaskExecutionList>,
}

/// Where a look at nodes is.
#[derive(Clone)]
struct Place {
    execution: WorkflowExecutionIdentifier,
    /// The id of the node around.
    parent: String,
    /// The path of the node around.
    path: String,
    workflow: String,
    depth: usize,
}

type Nodes<'a> = Pin<Box<dyn Future<Output = Result<Vec<NodeRun>, ClusterError>> + Send + 'a>>;

impl Watcher {
    pub(super) fn new(client: &Client, execution: &Execution) -> Self {
        Self {
            client: client.clone(),
            execution: execution.clone(),
            names: Names::default(),
            ended: HashMap::new(),
            asked: 0,
            fetched: HashMap::new(),
        }
    }

    /// How the execution stands now.
    pub(super) async fn look(&mut self) -> Result<ExecutionTree, ClusterError> {
        self.fetched.clear();
        // The execution first: when it has ended, so have its nodes.
        let info = execution::get(&self.client, &self.execution).await?;
        let id = self.execution.id();
        let nodes = match self.outermost(&id, &info).await? {
            Some(workflow) => {
                let place = Place {
                    execution: id,
                    parent: String::new(),
                    path: String::new(),
                    workflow,
                    depth: 0,
                };
                self.nodes(place).await?
            }
            None => Vec::new(),
        };
        Ok(ExecutionTree {
            record: ExecutionRecord::of(info),
            url: self.execution.url.clone(),
            nodes,
        })
    }

    /// The workflow of an execution, whose nodes are then known by name.
    async fn outermost(
        &mut self,
        id: &WorkflowExecutionIdentifier,
        info: &admin::Execution,
    ) -> Result<Option<String>, ClusterError> {
        if let Some(workflow) = self.names.outermost.get(&id.name) {
            return Ok(Some(workflow.clone()));
        }
        let workflow = info
            .closure
            .as_ref()
            .and_then(|closure| closure.workflow_id.clone());
        let Some(workflow) = workflow else {
            return Ok(None);
        };
        let name = workflow.name.clone();
        match fetch::workflow(&self.client, workflow).await {
            Ok(closure) => self.names.add(&closure),
            // Then nodes are shown by their ids.
            Err(error) if error.is_absence() => return Err(error),
            Err(error) => tracing::debug!("the workflow {name} is not shown: {error}"),
        }
        self.names.outermost.insert(id.name.clone(), name.clone());
        Ok(Some(name))
    }

    fn nodes(&mut self, place: Place) -> Nodes<'_> {
        Box::pin(async move {
            let (mut nodes, mut token) = (Vec::new(), String::new());
            if place.depth > DEPTH {
                return Ok(nodes);
            }
            loop {
                let request = admin::NodeExecutionListRequest {
                    workflow_execution_id: Some(place.execution.clone()),
                    limit: NODES,
                    token,
                    unique_parent_id: place.parent.clone(),
                    sort_by: by_creation(sort::Direction::Ascending),
                    ..Default::default()
                };
                let client = self.client.clone();
                let page = call!(client, admin, list_node_executions, Again::Yes, request)?;
                self.fetch_attempts(&place, &page.node_executions).await?;
                for node in page.node_executions {
                    nodes.extend(self.node(&place, node).await?);
                }
                token = page.token;
                if token.is_empty() {
                    return Ok(nodes);
                }
            }
        })
    }

    /// Asks for the attempts of the tasks on a page.
    async fn fetch_attempts(
        &mut self,
        place: &Place,
        page: &[admin::NodeExecution],
    ) -> Result<(), ClusterError> {
        let mut left = ASKED.saturating_sub(self.asked);
        let mut ids = Vec::new();
        for node in page {
            let id = node.id.clone().unwrap_or_default();
            let key = (place.execution.name.clone(), id.node_id.clone());
            let metadata = node.metadata.clone().unwrap_or_default();
            let spec_id = match metadata.spec_node_id.as_str() {
                "" => &id.node_id,
                spec_id => spec_id,
            };
            let named = (place.workflow.clone(), spec_id.to_owned());
            let is_task = match self.names.nodes.get(&named) {
                Some(named) => matches!(named.kind, NodeKind::Task | NodeKind::Map),
                None => metadata.is_array || !metadata.is_parent_node,
            };
            let is_edge = matches!(spec_id, "start-node" | "end-node");
            if !is_task || is_edge || self.ended.contains_key(&key) {
                continue;
            }
            match node.closure.as_ref().map(status_of) {
                None | Some(Status::Queued | Status::Skipped) => continue,
                Some(Status::Succeeded) if left == 0 && !metadata.is_array => continue,
                Some(Status::Succeeded) => left = left.saturating_sub(1),
                Some(_) => {}
            }
            ids.push((key, id));
        }
        let (mut ids, mut under_way) = (ids.into_iter(), JoinSet::new());
        loop {
            while under_way.len() < ASKED_AT_ONCE
                && let Some((key, id)) = ids.next()
            {
                let client = self.client.clone();
                under_way.spawn(async move { (key, attempts_of(&client, id).await) });
            }
            match under_way.join_next().await {
                Some(Ok((key, attempts))) => {
                    self.fetched.insert(key, attempts?);
                }
                // One that has panicked is asked for again.
                Some(Err(_)) => {}
                None => return Ok(()),
            }
        }
    }

    async fn node(
        &mut self,
        place: &Place,
        node: admin::NodeExecution,
    ) -> Result<Option<NodeRun>, ClusterError> {
        let id = node.id.unwrap_or_default();
        let metadata = node.metadata.unwrap_or_default();
        let spec_id = match metadata.spec_node_id.as_str() {
            "" => id.node_id.clone(),
            spec_id => spec_id.to_owned(),
        };
        if matches!(&*spec_id, "start-node" | "end-node") {
            return Ok(None);
        }
        let key = (place.execution.name.clone(), id.node_id.clone());
        if let Some(ended) = self.ended.get(&key) {
            return Ok(Some(ended.clone()));
        }
        let closure = node.closure.unwrap_or_default();
        let named = self
            .names
            .nodes
            .get(&(place.workflow.clone(), spec_id.clone()))
            .cloned();
        let named = named.unwrap_or_else(|| Named {
            entity: String::new(),
            kind: match (metadata.is_array, metadata.is_parent_node) {
                (true, _) => NodeKind::Map,
                (false, true) => NodeKind::Workflow,
                (false, false) => NodeKind::Task,
            },
            inner: None,
        });
        let path = match place.path.as_str() {
            "" => spec_id.clone(),
            path => format!("{path}/{spec_id}"),
        };
        let mut run = NodeRun {
            path: path.clone(),
            entity: named.entity,
            kind: named.kind,
            status: status_of(&closure),
            started: closure.started_at.and_then(time),
            took: closure.duration.and_then(|took| took.try_into().ok()),
            attempts: Vec::new(),
            error: match &closure.output_result {
                Some(OutputResult::Error(error)) => Some(error.message.clone()),
                _ => None,
            },
            execution: None,
            nodes: Vec::new(),
        };
        // The engine does not say it of branches.
        let is_parent = match run.kind {
            NodeKind::Branch | NodeKind::Workflow => run.status != Status::Queued,
            _ => metadata.is_parent_node && !metadata.is_array,
        };
        let mut inside = Place {
            execution: place.execution.clone(),
            parent: id.node_id.clone(),
            path: path.clone(),
            workflow: named.inner.unwrap_or_default(),
            depth: place.depth + 1,
        };
        if let Some(TargetMetadata::WorkflowNodeMetadata(started)) = &closure.target_metadata
            && let Some(child) = &started.execution_id
        {
            run.execution = Some(child.name.clone());
            run.nodes = self.child(child, &path, place.depth).await?;
        } else if metadata.is_dynamic {
            if run.status != Status::Queued {
                inside.workflow = self.dynamic(&id, &inside.workflow).await?;
                run.nodes = self.nodes(inside).await?;
            }
        } else if is_parent {
            run.nodes = self.nodes(inside).await?;
        }
        let has_attempts = metadata.is_array || matches!(run.kind, NodeKind::Task);
        let is_asked = has_attempts
            && match run.status {
                Status::Queued | Status::Skipped => false,
                Status::Succeeded => self.asked < ASKED || metadata.is_array,
                _ => true,
            };
        if is_asked {
            self.asked += usize::from(run.status == Status::Succeeded);
            self.attempts(&id, &mut run, place.depth).await?;
        }
        if run.status.is_end() {
            self.ended.insert(key, run.clone());
        }
        Ok(Some(run))
    }

    /// The nodes of an execution that a node has started.
    async fn child(
        &mut self,
        id: &WorkflowExecutionIdentifier,
        path: &str,
        depth: usize,
    ) -> Result<Vec<NodeRun>, ClusterError> {
        let request = admin::WorkflowExecutionGetRequest {
            id: Some(id.clone()),
        };
        let client = self.client.clone();
        let info = match call!(client, admin, get_execution, Again::Yes, request) {
            Ok(info) => info,
            // The node is told of before the execution is there.
            Err(error) if error.is_not_found() => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let Some(workflow) = Box::pin(self.outermost(id, &info)).await? else {
            return Ok(Vec::new());
        };
        self.nodes(Place {
            execution: id.clone(),
            parent: String::new(),
            path: path.to_owned(),
            workflow,
            depth: depth + 1,
        })
        .await
    }

    /// The workflow that a dynamic task has built.
    async fn dynamic(
        &mut self,
        id: &core::NodeExecutionIdentifier,
        otherwise: &str,
    ) -> Result<String, ClusterError> {
        let execution = id
            .execution_id
            .as_ref()
            .map(|id| id.name.as_str())
            .unwrap_or_default();
        let key = format!("{execution}/{}", id.node_id);
        if let Some(workflow) = self.names.outermost.get(&key) {
            return Ok(workflow.clone());
        }
        let request = admin::GetDynamicNodeWorkflowRequest {
            id: Some(id.clone()),
        };
        let client = self.client.clone();
        let built = call!(
            client,
            admin,
            get_dynamic_node_workflow,
            Again::Yes,
            request
        );
        let closure = match built {
            Ok(built) => built.compiled_workflow.unwrap_or_default(),
            Err(error) if error.is_absence() => return Err(error),
            // It is not built yet, or the server does not keep it.
            Err(_) => return Ok(otherwise.to_owned()),
        };
        let primary = closure
            .primary
            .as_ref()
            .and_then(|primary| primary.template.as_ref());
        let name = primary
            .and_then(|template| template.id.as_ref())
            .map(|id| id.name.clone());
        let Some(name) = name else {
            return Ok(otherwise.to_owned());
        };
        self.names.add(&closure);
        self.names.outermost.insert(key, name.clone());
        Ok(name)
    }

    /// Fills in the attempts of a node, and the elements of a map.
    async fn attempts(
        &mut self,
        id: &core::NodeExecutionIdentifier,
        run: &mut NodeRun,
        depth: usize,
    ) -> Result<(), ClusterError> {
        let execution = id.execution_id.as_ref().map(|id| id.name.clone());
        let key = (execution.unwrap_or_default(), id.node_id.clone());
        let page = match self.fetched.remove(&key) {
            Some(page) => page,
            None => attempts_of(&self.client, id.clone()).await?,
        };
        let mut elements: BTreeMap<u32, NodeRun> = BTreeMap::new();
        let mut children = Vec::new();
        for task in page.task_executions {
            let id = task.id.unwrap_or_default();
            let closure = task.closure.unwrap_or_default();
            if run.entity.is_empty() {
                run.entity = id
                    .task_id
                    .as_ref()
                    .map(|id| id.name.clone())
                    .unwrap_or_default();
            }
            let error = match &closure.output_result {
                Some(task_execution_closure::OutputResult::Error(error)) => {
                    Some(error.message.clone())
                }
                _ => None,
            };
            for resource in closure
                .metadata
                .iter()
                .flat_map(|all| &all.external_resources)
            {
                let mut element = NodeRun {
                    path: format!("{}[{}]", run.path, resource.index),
                    entity: run.entity.clone(),
                    kind: NodeKind::Task,
                    status: match resource.cache_status() {
                        CatalogCacheStatus::CacheHit => Status::Cached,
                        _ => status_of_task(resource.phase()),
                    },
                    started: None,
                    took: None,
                    attempts: Vec::new(),
                    error: None,
                    execution: None,
                    nodes: Vec::new(),
                };
                if let Some(external_resource_info::TargetMetadata::WorkflowNodeMetadata(started)) =
                    &resource.target_metadata
                    && let Some(child) = &started.execution_id
                {
                    element.kind = NodeKind::Workflow;
                    element.execution = Some(child.name.clone());
                    children.push((resource.index, child.clone()));
                }
                let earlier = elements.remove(&resource.index);
                element.attempts = earlier.map(|earlier| earlier.attempts).unwrap_or_default();
                element.attempts.push(AttemptRun {
                    number: resource.retry_attempt,
                    status: element.status,
                    took: None,
                    error: None,
                    logs: logs(&resource.logs),
                });
                elements.insert(resource.index, element);
            }
            run.attempts.push(AttemptRun {
                number: id.retry_attempt,
                status: status_of_task(closure.phase()),
                took: closure.duration.and_then(|took| took.try_into().ok()),
                error,
                logs: logs(&closure.logs),
            });
        }
        for (index, child) in children {
            if let Some(element) = elements.get_mut(&index) {
                let path = element.path.clone();
                element.nodes = self.child(&child, &path, depth).await?;
            }
        }
        // That of a node says more about the engine than about the task.
        if let Some(error) = run.attempts.last().and_then(|last| last.error.clone()) {
            run.error = Some(error);
        }
        run.nodes.extend(elements.into_values());
        Ok(())
    }

    /// Tells an observer what happens until the execution ends. While the cluster does not answer it is waited for.
    pub(super) async fn watch(
        &mut self,
        observer: &(dyn Fn(&Event) + Send + Sync),
    ) -> Result<ExecutionTree, ClusterError> {
        let mut told = Told::default();
        let (mut pause, mut absences) = (PAUSE, 0_u32);
        loop {
            match self.look().await {
                Ok(tree) => {
                    absences = 0;
                    let changes = told.tell(&tree, observer);
                    if tree.record.status.is_end() {
                        return Ok(tree);
                    }
                    pause = match changes {
                        true => PAUSE,
                        false => (pause * 3 / 2).min(LONGEST_PAUSE),
                    };
                }
                Err(error) if error.is_absence() => {
                    if absences == 0 {
                        let name = self.execution.name.clone();
                        told.notice(&name, format!("{error}; still trying"), observer);
                    }
                    absences += 1;
                    pause = (PAUSE * (1 << absences.min(7))).min(LONGEST_ABSENCE);
                }
                Err(error) => return Err(error),
            }
            tokio::time::sleep(pause).await;
        }
    }
}

/// The attempts of a node, and the elements of a map.
async fn attempts_of(
    client: &Client,
    id: core::NodeExecutionIdentifier,
) -> Result<admin::TaskExecutionList, ClusterError> {
    let request = admin::TaskExecutionListRequest {
        node_execution_id: Some(id),
        limit: PAGE,
        // Without it they come in no order.
        sort_by: Some(admin::Sort {
            key: "retry_attempt".to_owned(),
            direction: sort::Direction::Ascending.into(),
        }),
        ..Default::default()
    };
    call!(client, admin, list_task_executions, Again::Yes, request)
}

fn logs(logs: &[core::TaskLog]) -> Vec<(String, String)> {
    let logs = logs.iter().filter(|log| !log.uri.is_empty());
    logs.map(|log| (log.name.clone(), log.uri.clone()))
        .collect()
}

fn status_of(closure: &admin::NodeExecutionClosure) -> Status {
    use node_execution::Phase;
    match closure.phase() {
        Phase::Undefined | Phase::Queued => Status::Queued,
        Phase::Running | Phase::Failing | Phase::DynamicRunning => Status::Running,
        Phase::Succeeded => match &closure.target_metadata {
            Some(TargetMetadata::TaskNodeMetadata(task))
                if task.cache_status() == CatalogCacheStatus::CacheHit =>
            {
                Status::Cached
            }
            _ => Status::Succeeded,
        },
        Phase::Failed => Status::Failed,
        Phase::Aborted => Status::Aborted,
        Phase::Skipped => Status::Skipped,
        Phase::TimedOut => Status::TimedOut,
        Phase::Recovered => Status::Recovered,
    }
}

fn status_of_task(phase: task_execution::Phase) -> Status {
    use task_execution::Phase;
    match phase {
        Phase::Undefined | Phase::Queued | Phase::Initializing | Phase::WaitingForResources => {
            Status::Queued
        }
        Phase::Running => Status::Running,
        Phase::Succeeded => Status::Succeeded,
        Phase::Aborted => Status::Aborted,
        Phase::Failed | Phase::RetryableFailed => Status::Failed,
    }
}

/// What an observer knows already.
#[derive(Default)]
struct Told {
    run: Option<Arc<RunInfo>>,
    nodes: HashMap<String, (Status, usize)>,
}

impl Told {
    fn run(&self, name: &str) -> Arc<RunInfo> {
        let run = self.run.clone();
        run.unwrap_or_else(|| Arc::new(RunInfo::new(name.to_owned(), "", SystemTime::now(), false)))
    }

    fn notice(&self, name: &str, message: String, observer: &(dyn Fn(&Event) + Send + Sync)) {
        let kind = EventKind::Notice {
            node: None,
            message,
        };
        observer(&Event::now(&self.run(name), kind));
    }

    /// Tells what is new, and whether anything is.
    fn tell(&mut self, tree: &ExecutionTree, observer: &(dyn Fn(&Event) + Send + Sync)) -> bool {
        let record = &tree.record;
        let mut is_new = false;
        if self.run.is_none() {
            let started = record.created.unwrap_or_else(SystemTime::now);
            let run = Arc::new(RunInfo::new(
                record.name.clone(),
                &record.entity,
                started,
                false,
            ));
            let inputs = Values::none();
            observer(&Event::now(
                &run,
                EventKind::RunStarted { inputs, tasks: 0 },
            ));
            self.run = Some(run);
            is_new = true;
        }
        let run = self.run(&record.name);
        let tell = |kind| observer(&Event::now(&run, kind));
        let tell_at = |kind, at: Option<SystemTime>| {
            let mut event = Event::now(&run, kind);
            event.at = at.unwrap_or(event.at);
            observer(&event);
        };
        for node in tree.all_nodes() {
            is_new |= self.tell_node(node, record, &tell_at);
        }
        if record.status.is_end() {
            tell(EventKind::RunEnded {
                state: match record.status {
                    status if status.is_success() => RunState::Succeeded,
                    Status::Aborted => RunState::Cancelled,
                    _ => RunState::Failed,
                },
                took: record.took.unwrap_or_default(),
                outputs: Values::none(),
                error: record.error.as_deref().map(Into::into),
            });
        }
        is_new
    }

    fn tell_node(
        &mut self,
        node: &NodeRun,
        record: &ExecutionRecord,
        tell_at: &dyn Fn(EventKind, Option<SystemTime>),
    ) -> bool {
        let tell = |kind| tell_at(kind, None);
        let before = self.nodes.get(&node.path).copied();
        let (status, attempts) = before.unwrap_or((Status::Queued, 0));
        // Of an attempt that failed what is told is the next; the last one is the node's end.
        let failed = |attempt: &&AttemptRun| attempt.status == Status::Failed;
        let over = node.attempts.iter().take_while(failed).count();
        let over = match node.status.is_end() && !node.status.is_success() {
            true => over.min(node.attempts.len().saturating_sub(1)),
            false => over,
        };
        if before.is_some() && (status, attempts) == (node.status, over) {
            return false;
        }
        let info = Arc::new(NodeInfo::new(
            node.path.clone(),
            match node.entity.as_str() {
                "" => &node.path,
                entity => entity,
            },
            node.kind,
            &record.entity,
        ));
        self.nodes
            .insert(node.path.clone(), (node.status, over.max(attempts)));
        // Branches and workflows are with the engine, and only tasks are in a queue.
        if before.is_none() && node.status == Status::Queued && node.kind == NodeKind::Task {
            tell(EventKind::WaitStarted {
                node: Arc::clone(&info),
                reason: WaitReason::Queue,
            });
        }
        if status == Status::Queued && !matches!(node.status, Status::Queued | Status::Skipped) {
            let started = EventKind::NodeStarted {
                node: Arc::clone(&info),
                inputs: Values::none(),
                tasks: 0,
            };
            tell_at(started, node.started);
        }
        for attempt in node.attempts.iter().take(over).skip(attempts) {
            tell(EventKind::AttemptEnded {
                node: Arc::clone(&info),
                attempt: attempt.number,
                took: attempt.took.unwrap_or_default(),
                outputs: None,
                error: Some(attempt.error.as_deref().unwrap_or("it failed").into()),
                causes: Arc::new([]),
                next: Some(Duration::ZERO),
            });
        }
        if node.status.is_end() && (before.is_none() || !status.is_end()) {
            tell(EventKind::NodeEnded {
                node: info,
                state: match node.status {
                    Status::Cached => NodeState::Recalled(Recalled::Cached),
                    Status::Recovered => NodeState::Recalled(Recalled::Resumed),
                    Status::Failed | Status::TimedOut => NodeState::Failed,
                    Status::Aborted => NodeState::Cancelled,
                    Status::Skipped => NodeState::Skipped,
                    _ => NodeState::Succeeded,
                },
                took: node.took,
                attempts: u32::try_from(node.attempts.len()).unwrap_or(u32::MAX),
                outputs: Values::none(),
                error: node
                    .error
                    .as_deref()
                    .map(|error| text::record(error).into()),
                is_tolerated: false,
            });
        }
        true
    }
}
