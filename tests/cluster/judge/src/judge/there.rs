//! Runs a case on the cluster.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, bail};
use flyte_idl::{
    flyteidl::{
        admin::{self, execution_closure::OutputResult, node_execution_closure::TargetMetadata},
        core::{self, WorkflowExecutionIdentifier, node_execution, workflow_execution::Phase},
    },
    prost::Message as _,
    tonic::Code,
};
use flyte_rig::{Cluster, Pods};
use flyte_runtime::{graph::EntityKind, remote::literal::to_proto};

use super::{compare::Ended, literals};
use crate::case::{Case, Kind, NodeSeen, Outputs, Seen, Way};

/// An execution that takes longer than this hangs. Others are under way at the same time.
const LONGEST: Duration = Duration::from_secs(150);

/// How often an execution is looked at.
const PAUSE: Duration = Duration::from_millis(150);

/// How the executions of a case have ended there.
pub(crate) struct There {
    pub(crate) ended: Ended,
    /// The end of the second execution, if there is one.
    pub(crate) second: Option<Ended>,
    pub(crate) seen: Seen,
}

/// Runs a case, with what its tasks write on their own in a directory that is made for it.
pub(crate) async fn run(mut cluster: Cluster, pods: &Pods, case: &Case, directory: &Path) -> There {
    let mut there = There {
        ended: Ended::Unknown("it did not start".to_owned()),
        second: None,
        seen: Seen::default(),
    };
    if let Err(error) = try_run(&mut cluster, pods, case, directory, &mut there).await {
        there.ended = Ended::Unknown(format!("{error:#}"));
    }
    there
}

async fn try_run(
    cluster: &mut Cluster,
    pods: &Pods,
    case: &Case,
    directory: &Path,
    there: &mut There,
) -> Result<()> {
    let scratch = directory.join("scratch");
    fs::create_dir_all(&scratch)?;
    let inputs = inputs(case, &scratch)?;
    there.seen.scratch[1] = scratch;
    let resource_type = match case.entity.kind() {
        EntityKind::Task => core::ResourceType::Task,
        _ => core::ResourceType::LaunchPlan,
    };
    let id = match cluster
        .start(resource_type, case.entity.name(), inputs)
        .await
    {
        Ok(id) => id,
        Err(status) if status.code() == Code::InvalidArgument => {
            there.ended = Ended::Refused(status.message().to_owned());
            return Ok(());
        }
        Err(status) => return Err(status.into()),
    };
    there.ended = end_of(cluster, pods, case, &id).await?;
    if !case.checks.is_empty() || matches!(case.way, Way::AbortAt(_)) {
        look(cluster, pods, &id, &mut there.seen).await?;
    }
    if case.is_gone || matches!(case.way, Way::AbortAt(_)) {
        let nodes = cluster.nodes(&id, "").await?;
        for execution in with_those_inside(&id, &nodes) {
            wait_for_processes(&execution).await?;
        }
    }
    let second = match &case.way {
        Way::Once | Way::AbortAt(_) => return Ok(()),
        Way::Again => cluster.relaunch(&id).await?,
        Way::Recover(_) => cluster.recover(&id).await?,
    };
    there.second = Some(end_of(cluster, pods, case, &second).await?);
    if !case.checks.is_empty() {
        // What the first has left is not of interest.
        there.seen.pods.clear();
        there.seen.nodes.clear();
        look(cluster, pods, &second, &mut there.seen).await?;
    }
    Ok(())
}

fn inputs(case: &Case, scratch: &Path) -> Result<core::LiteralMap> {
    let mut literals = Outputs::new();
    for (input, value) in case.entity.inputs().iter().zip((case.inputs)(scratch)) {
        if case.without == Some(input.name) {
            continue;
        }
        let mut literal = to_proto(&input.info.to_literal(&value)?);
        if case.is_from_go {
            literals::as_from_go(&mut literal)?;
        }
        literals.insert(input.name.to_owned(), literal);
    }
    Ok(core::LiteralMap { literals })
}

/// Waits for the end of an execution, answers its gates, and cancels it if that is what the case is about.
async fn end_of(
    cluster: &mut Cluster,
    pods: &Pods,
    case: &Case,
    id: &WorkflowExecutionIdentifier,
) -> Result<Ended> {
    let began = Instant::now();
    let mut is_cancelled = false;
    loop {
        let closure = cluster.execution(id).await?;
        match closure.phase() {
            Phase::Succeeded => return Ok(Ended::Succeeded(outputs(cluster, id, &closure).await?)),
            Phase::Failed | Phase::TimedOut => return Ok(failure(&closure)),
            Phase::Aborted => return Ok(Ended::Aborted),
            _ => {}
        }
        if began.elapsed() > if case.is_long { 3 * LONGEST } else { LONGEST } {
            let mut seen = Seen::default();
            look(cluster, pods, id, &mut seen).await?;
            // So that it does not keep the others waiting. One that ends in this moment is looked at again.
            if cluster.terminate(id).await.is_err() {
                continue;
            }
            let nodes: Vec<_> = seen
                .nodes
                .iter()
                .filter(|node| node.phase != "SUCCEEDED")
                .map(|node| format!("{} {}", node.id, node.phase))
                .collect();
            let logs: Vec<_> = seen
                .pods
                .iter()
                .rev()
                .take(3)
                .map(|pod| pods.log(pod))
                .collect();
            bail!(
                "{} has no end after {:?}: {}; logs: {}",
                id.name,
                began.elapsed(),
                nodes.join(", "),
                logs.join("\n")
            );
        }
        if !case.told.is_empty()
            && let Some(refused) = answer(cluster, case, id).await?
        {
            cluster.terminate(id).await?;
            return Ok(Ended::Refused(refused));
        }
        if let Way::AbortAt(node) = &case.way
            && !is_cancelled
            && is_running(cluster, pods, id, node).await?
        {
            cluster.terminate(id).await?;
            is_cancelled = true;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn answer(
    cluster: &mut Cluster,
    case: &Case,
    id: &WorkflowExecutionIdentifier,
) -> Result<Option<String>> {
    for signal in cluster.signals(id).await? {
        let Some(gate) = signal.id.filter(|_| signal.value.is_none()) else {
            continue;
        };
        if let Some(told) = case.told.iter().find(|told| told.gate == gate.signal_id) {
            let answered = cluster.answer(gate, told.literal.clone()).await;
            if let Err(status) = answered {
                return Ok(Some(status.message().to_owned()));
            }
        }
    }
    Ok(None)
}

/// Whether the process of a task below a node of the workflow has started.
async fn is_running(
    cluster: &mut Cluster,
    pods: &Pods,
    id: &WorkflowExecutionIdentifier,
    node: &str,
) -> Result<bool> {
    let nodes = cluster.nodes(id, "").await?;
    let is_running = nodes.iter().any(|seen| {
        let closure = seen.closure.as_ref();
        let phase = closure.map(admin::NodeExecutionClosure::phase);
        seen.id.as_ref().is_some_and(|id| id.node_id == node)
            && matches!(
                phase,
                Some(node_execution::Phase::Running | node_execution::Phase::DynamicRunning)
            )
    });
    if !is_running {
        return Ok(false);
    }
    for execution in with_those_inside(id, &nodes) {
        if !pods.of(&execution)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The names of an execution and of those that its nodes have started.
fn with_those_inside(
    id: &WorkflowExecutionIdentifier,
    nodes: &[admin::NodeExecution],
) -> Vec<String> {
    let inside = nodes.iter().filter_map(|node| {
        let TargetMetadata::WorkflowNodeMetadata(workflow) =
            node.closure.as_ref()?.target_metadata.as_ref()?
        else {
            return None;
        };
        Some(workflow.execution_id.as_ref()?.name.clone())
    });
    inside.chain([id.name.clone()]).collect()
}

async fn outputs(
    cluster: &mut Cluster,
    id: &WorkflowExecutionIdentifier,
    closure: &admin::ExecutionClosure,
) -> Result<Outputs> {
    let mut outputs = cluster.outputs(id).await?.literals;
    #[expect(deprecated, reason = "it is where the engine says that they are")]
    if let Some(OutputResult::Outputs(blob)) = &closure.output_result
        && outputs.is_empty()
        && let Some(admin::literal_map_blob::Data::Uri(uri)) = &blob.data
    {
        outputs = core::LiteralMap::decode(&*fs::read(literals::path_of(uri)?)?)?.literals;
    }
    literals::settled(outputs)
}

/// What the engine says about the end, in the words of the cases.
fn failure(closure: &admin::ExecutionClosure) -> Ended {
    let Some(OutputResult::Error(error)) = &closure.output_result else {
        return Ended::Unknown("it failed without an error".to_owned());
    };
    let code = error
        .code
        .strip_prefix("RetriesExhausted|")
        .unwrap_or(&error.code);
    let kind = match code {
        // Of an element of a map there is only the text.
        "" if error.message.contains("task execution timeout [") => Kind::TimedOut,
        "" if error.message.contains("the process of the attempt ") => Kind::Died,
        "" if error.message.contains("Last Error: USER::") => Kind::Task,
        "TimeoutExpired" | "Timeout" | "USER:TimedOut" => Kind::TimedOut,
        "USER:ProcessDied" => Kind::Died,
        "USER:RuntimeError" | "USER:Recoverable" => Kind::Task,
        "USER:TypeError" | "USER:ValueError" => Kind::Value,
        "UserProvidedError" => Kind::Branch,
        "BindingResolutionFailure" | "InvalidArrayLength" => Kind::Value,
        "ReceivedRejectSignal" => Kind::Gate,
        code => Kind::Other(code.to_owned()),
    };
    Ended::Failed {
        kind,
        text: format!("[{}] {}", error.code, error.message),
    }
}

/// All pods and nodes of an execution.
async fn look(
    cluster: &mut Cluster,
    pods: &Pods,
    id: &WorkflowExecutionIdentifier,
    seen: &mut Seen,
) -> Result<()> {
    seen.pods = pods.of(&id.name)?;
    let mut parents = vec![String::new()];
    while let Some(parent) = parents.pop() {
        for node in cluster.nodes(id, &parent).await? {
            let (id, closure) = (
                node.id.unwrap_or_default(),
                node.closure.unwrap_or_default(),
            );
            let metadata = node.metadata.unwrap_or_default();
            let cache = match &closure.target_metadata {
                Some(TargetMetadata::TaskNodeMetadata(task)) => task.cache_status(),
                _ => core::CatalogCacheStatus::CacheDisabled,
            };
            seen.nodes.push(NodeSeen {
                id: metadata.spec_node_id,
                phase: closure.phase().as_str_name(),
                cache: cache.as_str_name(),
            });
            parents.push(id.node_id);
        }
    }
    Ok(())
}

/// What the pods of a cancelled execution have started ends soon.
async fn wait_for_processes(execution: &str) -> Result<()> {
    let began = Instant::now();
    loop {
        let left = processes_of(execution)?;
        if left.is_empty() {
            return Ok(());
        }
        if began.elapsed() > Duration::from_secs(30) {
            return Err(anyhow!("processes are left behind: {left:?}"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The processes whose environment names an execution.
fn processes_of(execution: &str) -> Result<Vec<String>> {
    let named = format!("FLYTE_INTERNAL_EXECUTION_ID={execution}");
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let path = entry?.path();
        // One that is gone meanwhile, or belongs to another user, is not of interest.
        let Ok(environment) = fs::read(path.join("environ")) else {
            continue;
        };
        if environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == named.as_bytes())
        {
            let command = fs::read(path.join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&command).replace('\0', " "));
        }
    }
    Ok(found)
}
