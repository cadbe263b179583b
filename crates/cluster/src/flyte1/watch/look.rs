//! Asks a cluster how an execution and its nodes stand.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    pin::Pin,
};

use flyte_idl::flyteidl::{
    admin::{
        self, node_execution_closure::OutputResult, node_execution_closure::TargetMetadata, sort,
        task_execution_closure,
    },
    core::{self, CatalogCacheStatus, WorkflowExecutionIdentifier, node_execution, task_execution},
    event::external_resource_info,
};
use tokio::task::JoinSet;

use super::{
    names::{Named, Names, mapped},
    tree::{AttemptRun, ExecutionTree, NodeRun, Place},
};
use crate::flyte1::{
    client::{Again, Client, call},
    error::ClusterError,
    execution::{self, Execution},
    fetch::{self, ExecutionRecord, Status, time},
    pages::{PAGE, by_creation},
};
use flyte_events::events::NodeKind;

/// How many nodes that have succeeded are asked for their attempts: it takes a call each.
const ASKED: usize = 500;

/// How many nodes are asked for their attempts at once. One after another they take as long as the way to the cluster
/// is, 500 times.
const ASKED_AT_ONCE: usize = 16;

/// How many nodes are on a page: a server looks for those of each page among all of an execution.
const NODES: u32 = 2_500;

/// How deep executions, workflows and branches are followed into each other.
const DEPTH: usize = 64;

/// Looks at an execution again and again. What has ended is not asked for a second time.
#[derive(Debug)]
pub(in crate::flyte1) struct Watcher {
    client: Client,
    execution: Execution,
    names: Names,
    /// Nodes that have ended, with all inside of them, by execution and id.
    ended: HashMap<(String, String), NodeRun>,
    /// How many nodes that have succeeded may still be asked for their attempts.
    to_ask: usize,
    /// Attempts of this look whose nodes come next.
    fetched: HashMap<(String, String), admin::TaskExecutionList>,
}

/// Where a look at nodes is.
#[derive(Clone)]
struct Around {
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
    pub(in crate::flyte1) fn new(client: &Client, execution: &Execution) -> Self {
        Self {
            client: client.clone(),
            execution: execution.clone(),
            names: Names::default(),
            ended: HashMap::new(),
            to_ask: ASKED,
            fetched: HashMap::new(),
        }
    }

    /// Asks for the attempts of all nodes, however many have succeeded.
    pub(in crate::flyte1) fn all_attempts(mut self) -> Self {
        self.to_ask = usize::MAX;
        self
    }

    pub(super) fn execution(&self) -> &Execution {
        &self.execution
    }

    /// How the execution stands now.
    pub(in crate::flyte1) async fn look(&mut self) -> Result<ExecutionTree, ClusterError> {
        self.fetched.clear();
        // The execution first: when it has ended, so have its nodes.
        let info = execution::get(&self.client, &self.execution).await?;
        let id = self.execution.id();
        let mut tasks = 0;
        let nodes = match self.outermost(&id, &info).await? {
            Some(workflow) => {
                tasks = self.names.tasks(&workflow);
                self.started(id, &info, workflow, ("", 0)).await?
            }
            None => Vec::new(),
        };
        Ok(ExecutionTree {
            record: ExecutionRecord::of(info),
            url: self.execution.url.clone(),
            nodes,
            tasks,
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

    fn nodes(&mut self, place: Around) -> Nodes<'_> {
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
        place: &Around,
        page: &[admin::NodeExecution],
    ) -> Result<(), ClusterError> {
        let mut left = self.to_ask;
        let mut ids = Vec::new();
        for node in page {
            let id = node.id.clone().unwrap_or_default();
            let key = (place.execution.name.clone(), id.node_id.clone());
            let metadata = node.metadata.clone().unwrap_or_default();
            let spec_id = match metadata.spec_node_id.as_str() {
                "" => &id.node_id,
                spec_id => spec_id,
            };
            let is_task = match self.names.get(&place.workflow, spec_id) {
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
        place: &Around,
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
        let named = self.names.get(&place.workflow, &spec_id).cloned();
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
            deck: Some(closure.deck_uri.clone()).filter(|uri| !uri.is_empty()),
            nodes: Vec::new(),
            tasks: 0,
            place: Place::Node {
                id: id.clone(),
                inputs: node.input_uri,
                outputs: outputs_of(&closure).to_owned(),
            },
        };
        // The engine does not say it of branches.
        let is_parent = match run.kind {
            NodeKind::Branch | NodeKind::Workflow => run.status != Status::Queued,
            _ => metadata.is_parent_node && !metadata.is_array,
        };
        let is_plan =
            run.kind == NodeKind::Workflow && named.inner.is_none() && !run.entity.is_empty();
        let mut inside = Around {
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
            (run.nodes, run.tasks) = self.child(child, &path, place.depth).await?;
        } else if metadata.is_dynamic {
            if run.status != Status::Queued {
                inside.workflow = self.dynamic(&id, &inside.workflow).await?;
                run.tasks = self.names.tasks(&inside.workflow);
                run.nodes = self.nodes(inside).await?;
            }
        } else if is_parent {
            let around = inside.workflow.clone();
            if is_plan {
                inside.path = format!("{path}/{ID_IN_PLAN}");
            }
            run.nodes = self.nodes(inside).await?;
            // One for tests has no execution for a launch plan.
            if is_plan && !run.nodes.is_empty() {
                run.nodes = vec![NodeRun {
                    path: format!("{path}/{ID_IN_PLAN}"),
                    entity: String::new(),
                    nodes: std::mem::take(&mut run.nodes),
                    place: Place::Workflow,
                    ..run.clone()
                }];
            }
            if run.kind == NodeKind::Branch {
                let cases = run.nodes.iter().map(NodeRun::id);
                run.tasks = cases
                    .map(|case| self.names.tasks_of_case(&around, case))
                    .sum();
            }
        }
        let has_attempts = metadata.is_array || matches!(run.kind, NodeKind::Task);
        let is_asked = has_attempts
            && match run.status {
                Status::Queued | Status::Skipped => false,
                Status::Succeeded => self.to_ask > 0 || metadata.is_array,
                _ => true,
            };
        if is_asked {
            let has_succeeded = usize::from(run.status == Status::Succeeded);
            self.to_ask = self.to_ask.saturating_sub(has_succeeded);
            self.attempts(&id, &mut run, place.depth).await?;
        }
        if run.status.is_end() {
            self.ended.insert(key, run.clone());
        }
        Ok(Some(run))
    }

    /// The nodes of an execution that a node has started, and how many tasks and gates are known of it.
    async fn child(
        &mut self,
        id: &WorkflowExecutionIdentifier,
        path: &str,
        depth: usize,
    ) -> Result<(Vec<NodeRun>, usize), ClusterError> {
        let request = admin::WorkflowExecutionGetRequest {
            id: Some(id.clone()),
        };
        let client = self.client.clone();
        let info = match call!(client, admin, get_execution, Again::Yes, request) {
            Ok(info) => info,
            // The node is told of before the execution is there.
            Err(error) if error.is_not_found() => return Ok((Vec::new(), 0)),
            Err(error) => return Err(error),
        };
        let Some(workflow) = Box::pin(self.outermost(id, &info)).await? else {
            return Ok((Vec::new(), 0));
        };
        let tasks = self.names.tasks(&workflow);
        let nodes = self.started(id.clone(), &info, workflow, (path, depth + 1));
        Ok((nodes.await?, tasks))
    }

    /// The nodes of an execution, which is the node of a path or the outermost one. On this machine a launch plan has a
    /// node for its workflow, and so it has here.
    async fn started(
        &mut self,
        execution: WorkflowExecutionIdentifier,
        info: &admin::Execution,
        workflow: String,
        (path, depth): (&str, usize),
    ) -> Result<Vec<NodeRun>, ClusterError> {
        let of_plan = is_of_plan(info).then(|| match path {
            "" => ID_IN_PLAN.to_owned(),
            path => format!("{path}/{ID_IN_PLAN}"),
        });
        let around = Around {
            execution,
            parent: String::new(),
            path: of_plan.clone().unwrap_or_else(|| path.to_owned()),
            workflow: workflow.clone(),
            depth,
        };
        let nodes = self.nodes(around).await?;
        let Some(path) = of_plan else {
            return Ok(nodes);
        };
        let closure = info.closure.clone().unwrap_or_default();
        let record = ExecutionRecord::of(info.clone());
        Ok(vec![NodeRun {
            path,
            entity: workflow,
            kind: NodeKind::Workflow,
            status: record.status,
            started: closure.started_at.and_then(time),
            took: record.took,
            attempts: Vec::new(),
            error: record.error,
            execution: None,
            deck: None,
            nodes,
            tasks: 0,
            place: Place::Workflow,
        }])
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
                let task = id.task_id.as_ref().map(|id| id.name.clone());
                let task = task.unwrap_or_default();
                run.entity = mapped(&task).unwrap_or(task);
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
                    deck: None,
                    nodes: Vec::new(),
                    tasks: 0,
                    place: Place::Element(resource.index),
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
                    started: None,
                    took: None,
                    error: None,
                    logs: logs(&resource.logs),
                });
                elements.insert(resource.index, element);
            }
            run.attempts.push(AttemptRun {
                number: id.retry_attempt,
                status: status_of_task(closure.phase()),
                started: closure.started_at.and_then(time),
                took: closure.duration.and_then(|took| took.try_into().ok()),
                error,
                logs: logs(&closure.logs),
            });
        }
        for (index, child) in children {
            if let Some(element) = elements.get_mut(&index) {
                let path = element.path.clone();
                (element.nodes, element.tasks) = self.child(&child, &path, depth).await?;
            }
        }
        if !elements.is_empty() {
            // Those that are executions say how many tasks they have when they start.
            let tasks = elements.values();
            run.tasks = tasks.filter(|one| one.kind == NodeKind::Task).count();
        }
        // That of a node says more about the engine than about the task.
        if let Some(error) = run.attempts.last().and_then(|last| last.error.clone()) {
            run.error = Some(error);
        }
        run.nodes.extend(elements.into_values());
        Ok(())
    }
}

/// The id of the only node of a launch plan.
const ID_IN_PLAN: &str = "n0";

/// Whether an execution is one of a launch plan that is declared, and not of the one that each workflow has.
fn is_of_plan(info: &admin::Execution) -> bool {
    let launched = info
        .spec
        .as_ref()
        .and_then(|spec| spec.launch_plan.as_ref());
    let closure = info.closure.as_ref();
    let workflow = closure.and_then(|closure| closure.workflow_id.as_ref());
    match (launched, workflow) {
        (Some(launched), Some(workflow)) => {
            launched.resource_type() == core::ResourceType::LaunchPlan
                && launched.name != workflow.name
        }
        _ => false,
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

/// Where the engine says that the outputs of a node are.
fn outputs_of(closure: &admin::NodeExecutionClosure) -> &str {
    #[expect(deprecated, reason = "it is where the engine says that they are")]
    match &closure.output_result {
        Some(OutputResult::OutputUri(uri)) => uri,
        _ => "",
    }
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
