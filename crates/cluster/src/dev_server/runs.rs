//! Executions, run by the engine of this process, and what it tells of them as what a server keeps.

use std::{collections::BTreeMap, fs, sync::Arc, thread, time::Duration};

use flyte_idl::{
    flyteidl::{
        admin::{self, execution_closure::OutputResult, node_execution_closure::TargetMetadata},
        core::{self, node_execution, task_execution, workflow_execution::Phase},
        event,
    },
    prost::Message as _,
};

use super::{
    executions::{is_over, phase_of},
    nodes,
    signals::Asking,
    state::{Execution, Node, Shared, now},
};
use flyte_context::storage::FileAccessProvider;
use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind, ExecutionBehavior},
    no_other_variant,
    types::{Literal, Value, wire},
};
use flyte_engine::{CancellationToken, Runner, cache::CacheMode, error::RunError};
use flyte_events::events::{Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, Values};

/// How an execution ends that has given nothing.
enum Problem {
    Error(String, String),
    Cancelled,
}

/// Runs an entity on a thread of its own.
pub(super) fn start(
    shared: &Shared,
    execution: &str,
    entity: &str,
    inputs: core::LiteralMap,
    token: CancellationToken,
) {
    let entity = shared.entities.get(entity).copied();
    let (shared, name) = (shared.clone(), execution.to_owned());
    thread::spawn(move || {
        shared.update(&name, |execution| {
            let closure = execution.info.closure.get_or_insert_default();
            closure.started_at = now();
            if closure.phase() == Phase::Undefined {
                closure.set_phase(Phase::Running);
            }
        });
        let ended = run(&shared, &name, entity, &inputs, &token);
        shared.update(&name, |execution| end(execution, ended));
    });
}

fn run(
    shared: &Shared,
    name: &str,
    entity: Option<&'static EntityDescriptor>,
    inputs: &core::LiteralMap,
    token: &CancellationToken,
) -> Result<(Vec<u8>, String), Problem> {
    let system = |reason: String| Problem::Error("SYSTEM".to_owned(), reason);
    let entity = entity.ok_or_else(|| system("this process has no such entity".to_owned()))?;
    let values = values(entity, inputs).map_err(system)?;
    let (observed, execution) = (shared.clone(), name.to_owned());
    let outputs = shared.store.directory().join("outputs");
    let files = FileAccessProvider::local(&outputs).map_err(|error| system(error.to_string()))?;
    let observing = FileAccessProvider::local(outputs).ok();
    // What it records are the pages with decks, which no event tells of.
    let history = nodes::history(shared, name);
    let runner = Runner::local()
        .cache_mode(CacheMode::Off)
        .cancellation(token)
        .grace_period(Duration::from_millis(100))
        .answers(Asking::new(shared, name))
        .history(&history)
        .deck_dir(shared.store.directory().join("decks").join(name))
        .observe(move |event: &Event| {
            // Before anything is locked, since it may run the code of users.
            let values = match &event.kind {
                EventKind::NodeStarted { inputs, .. } => inputs,
                EventKind::NodeEnded { outputs, .. } => outputs,
                _ => &Values::none(),
            };
            let values = nodes::literals(observing.as_ref(), values);
            observed.update(&execution, |execution| {
                tell(&observed, execution, event, values);
            });
        });
    let outputs = runner.run_values(entity, values);
    if let Ok(run) = history.run("last") {
        shared.update(name, |execution| {
            nodes::take_decks(shared, execution, &run);
        });
    }
    let outputs = outputs.map_err(|error| match error {
        RunError::Cancelled { .. } => Problem::Cancelled,
        error => Problem::Error("USER:RuntimeError".to_owned(), error.to_string()),
    })?;
    let mut literals = Vec::new();
    for (output, value) in entity.outputs().iter().zip(&outputs) {
        let literal = files.uploading(|| output.info.to_literal(value));
        literals.push((
            output.name,
            literal.map_err(|error| system(error.to_string()))?,
        ));
    }
    let named = literals.iter().map(|(name, literal)| (*name, literal));
    let bytes = wire::encode_map(named);
    let path = shared.store.directory().join(format!("{name}-outputs.pb"));
    fs::write(&path, &bytes).map_err(|error| system(error.to_string()))?;
    Ok((bytes, shared.store.uri(&path)))
}

/// The inputs in the order of the declaration, with defaults.
fn values(
    entity: &'static EntityDescriptor,
    inputs: &core::LiteralMap,
) -> Result<Vec<Value>, String> {
    let literals = wire::decode_map(&inputs.encode_to_vec());
    let mut literals: BTreeMap<String, Literal> = literals.map_err(|error| error.to_string())?;
    let values = entity
        .inputs()
        .iter()
        .map(|input| match literals.remove(input.name) {
            Some(literal) => input
                .info
                .from_literal(literal)
                .map_err(|error| error.to_string()),
            None => match input.missing() {
                Some(default) => Ok(default.value),
                None => Err(format!("expected_inputs {} missing", input.name)),
            },
        });
    values.collect()
}

fn end(execution: &mut Execution, ended: Result<(Vec<u8>, String), Problem>) {
    let is_aborted = phase_of(execution) == Phase::Aborting;
    let closure = execution.info.closure.get_or_insert_default();
    let (started, ended_at) = (closure.started_at, now());
    closure.duration = since(started, ended_at);
    closure.updated_at = ended_at;
    match ended {
        _ if is_aborted => closure.set_phase(Phase::Aborted),
        Ok((bytes, uri)) => {
            closure.set_phase(Phase::Succeeded);
            #[expect(deprecated, reason = "it is where a server says where outputs are")]
            let outputs = OutputResult::Outputs(admin::LiteralMapBlob {
                data: Some(admin::literal_map_blob::Data::Uri(uri)),
            });
            closure.output_result = Some(outputs);
            execution.outputs = bytes;
        }
        Err(Problem::Cancelled) => closure.set_phase(Phase::Aborted),
        Err(Problem::Error(code, message)) => {
            closure.set_phase(Phase::Failed);
            closure.output_result = Some(OutputResult::Error(core::ExecutionError {
                code,
                message,
                kind: core::execution_error::ErrorKind::User.into(),
                ..Default::default()
            }));
        }
    }
}

type Timestamp = prost_types::Timestamp;

fn since(start: Option<Timestamp>, end: Option<Timestamp>) -> Option<prost_types::Duration> {
    let time = |at: Timestamp| std::time::SystemTime::try_from(at).ok();
    let took = time(end?)?.duration_since(time(start?)?).ok()?;
    took.try_into().ok()
}

impl Shared {
    /// Changes an execution, if it is still there.
    fn update(&self, name: &str, change: impl FnOnce(&mut Execution)) {
        if let Some(execution) = self.rows().executions.get_mut(name) {
            change(execution);
        }
    }
}

/// The id of a node that no other has.
pub(super) fn id_of(path: &str) -> String {
    path.replace(['/', '['], "-").replace(']', "")
}

/// Keeps what an event says. Elements of maps are what a server has no nodes for.
fn tell(shared: &Shared, execution: &mut Execution, event: &Event, values: core::LiteralMap) {
    if is_over(phase_of(execution)) {
        return;
    }
    if let EventKind::NodeStarted { node, .. } | EventKind::NodeEnded { node, .. } = &event.kind {
        let entity = shared.entities.get(&node.entity);
        let is_plan = entity.is_some_and(|entity| entity.kind() == EntityKind::LaunchPlan);
        if !execution.paths.add(node, is_plan) {
            return;
        }
        keep(shared, execution, node, event, values);
    }
    match &event.kind {
        EventKind::NodeStarted { node, .. } => {
            set_phase(execution, node, node_execution::Phase::Running, None);
        }
        EventKind::AttemptStarted { node, attempt, .. } => {
            add_attempt(
                execution,
                node,
                *attempt,
                task_execution::Phase::Running,
                None,
            );
            say(shared, execution, node, *attempt, "it starts");
        }
        EventKind::AttemptEnded {
            node,
            attempt,
            error,
            ..
        } => {
            let phase = match error {
                Some(_) => task_execution::Phase::Failed,
                None => task_execution::Phase::Succeeded,
            };
            add_attempt(execution, node, *attempt, phase, error.clone());
            let end = match error {
                Some(error) => format!("it failed: {error}"),
                None => "it has succeeded".to_owned(),
            };
            say(shared, execution, node, *attempt, &end);
        }
        EventKind::NodeEnded {
            node, state, error, ..
        } => {
            let phase = match state {
                NodeState::Succeeded | NodeState::Recalled(_) => node_execution::Phase::Succeeded,
                NodeState::Failed => node_execution::Phase::Failed,
                NodeState::Skipped => node_execution::Phase::Skipped,
                NodeState::Cancelled => node_execution::Phase::Aborted,
                _ => no_other_variant!(NodeState),
            };
            set_phase(execution, node, phase, error.clone());
            if *state == NodeState::Recalled(Recalled::Cached)
                && let Some(closure) = node_of(execution, node).info.closure.as_mut()
            {
                closure.target_metadata =
                    Some(TargetMetadata::TaskNodeMetadata(admin::TaskNodeMetadata {
                        cache_status: core::CatalogCacheStatus::CacheHit.into(),
                        ..Default::default()
                    }));
            }
        }
        _ => {}
    }
}

/// Keeps what a node was given or has returned.
fn keep(
    shared: &Shared,
    execution: &mut Execution,
    info: &NodeInfo,
    event: &Event,
    values: core::LiteralMap,
) {
    let is_start = matches!(event.kind, EventKind::NodeStarted { .. });
    if let Some((map, index)) = element_of(info) {
        let node = node_of(execution, &map);
        if !is_start {
            nodes::keep_element(shared, node, index, &values);
        }
        let element = node.elements.entry(index).or_default();
        match is_start {
            true => element.0 = values,
            false => element.1 = values,
        }
        return;
    }
    let node = node_of(execution, info);
    match is_start {
        true => {
            let path = nodes::directory_of(shared, node).join("inputs.pb");
            node.info.input_uri = shared.store.uri(&path);
            node.inputs = values;
            let entity = shared.entities.get(&info.entity);
            let behavior = entity.and_then(|entity| entity.execution_behavior());
            if behavior == Some(ExecutionBehavior::Dynamic) {
                let metadata = node.info.metadata.get_or_insert_default();
                (metadata.is_parent_node, metadata.is_dynamic) = (true, true);
            }
        }
        false => {
            let path = nodes::directory_of(shared, node).join("outputs.pb");
            #[expect(deprecated, reason = "it is where a server says where outputs are")]
            let result =
                admin::node_execution_closure::OutputResult::OutputUri(shared.store.uri(&path));
            node.info.closure.get_or_insert_default().output_result = Some(result);
            node.outputs = values;
        }
    }
}

/// Adds a line to what an attempt has said, and the link to it.
fn say(shared: &Shared, execution: &mut Execution, info: &NodeInfo, attempt: u32, line: &str) {
    if element_of(info).is_some() {
        return;
    }
    let node = node_of(execution, info);
    let (path, log) = nodes::log_of(shared, node, attempt);
    let line = format!("attempt {attempt} of {}: {line}", info.entity);
    nodes::say(&path, &line);
    if let Some(attempt) = node.attempts.get_mut(attempt as usize) {
        attempt.closure.get_or_insert_default().logs = vec![log];
    }
}

/// The node of an event, which is made if it is not there.
fn node_of<'e>(execution: &'e mut Execution, info: &NodeInfo) -> &'e mut Node {
    let id = id_of(&info.path);
    let is_it = |node: &Node| node.info.id.as_ref().is_some_and(|own| own.node_id == id);
    let there = execution.nodes.iter().position(is_it);
    let number = there.unwrap_or_else(|| {
        let parent = execution.paths.parent(info);
        execution.nodes.push(Node {
            parent: parent.as_deref().map(id_of).unwrap_or_default(),
            inputs: core::LiteralMap::default(),
            outputs: core::LiteralMap::default(),
            elements: BTreeMap::new(),
            info: admin::NodeExecution {
                id: Some(core::NodeExecutionIdentifier {
                    node_id: id.clone(),
                    execution_id: execution.info.id.clone(),
                }),
                closure: Some(admin::NodeExecutionClosure {
                    created_at: now(),
                    ..Default::default()
                }),
                metadata: Some(admin::NodeExecutionMetaData {
                    spec_node_id: execution.paths.spec_id(&info.path),
                    is_parent_node: matches!(info.kind, NodeKind::Workflow | NodeKind::Branch),
                    is_array: info.kind == NodeKind::Map,
                    ..Default::default()
                }),
                ..Default::default()
            },
            attempts: Vec::new(),
        });
        execution.nodes.len() - 1
    });
    &mut execution.nodes[number]
}

/// The map that a node is an element of, and which.
fn element_of(info: &NodeInfo) -> Option<(NodeInfo, u32)> {
    let (map, index) = info.path.strip_suffix(']')?.rsplit_once('[')?;
    let around = NodeInfo::new(map.to_owned(), &info.entity, NodeKind::Map, &info.workflow);
    Some((around, index.parse().ok()?))
}

fn set_phase(
    execution: &mut Execution,
    info: &NodeInfo,
    phase: node_execution::Phase,
    error: Option<Arc<str>>,
) {
    if let Some((map, index)) = element_of(info) {
        let phase = match phase {
            node_execution::Phase::Succeeded => task_execution::Phase::Succeeded,
            node_execution::Phase::Failed => task_execution::Phase::Failed,
            node_execution::Phase::Running => task_execution::Phase::Running,
            _ => task_execution::Phase::Aborted,
        };
        add_element(execution, &map, index, phase);
        return;
    }
    let node = node_of(execution, info);
    let closure = node.info.closure.get_or_insert_default();
    closure.set_phase(phase);
    match phase {
        node_execution::Phase::Running => closure.started_at = now(),
        _ => closure.duration = since(closure.started_at, now()),
    }
    if let Some(error) = error {
        let error = core::ExecutionError {
            message: error.to_string(),
            ..Default::default()
        };
        closure.output_result = Some(admin::node_execution_closure::OutputResult::Error(error));
    }
}

fn attempt_of(
    info: &NodeInfo,
    id: Option<core::NodeExecutionIdentifier>,
    attempt: u32,
) -> admin::TaskExecution {
    admin::TaskExecution {
        id: Some(core::TaskExecutionIdentifier {
            task_id: Some(core::Identifier {
                name: info.entity.clone(),
                ..Default::default()
            }),
            node_execution_id: id,
            retry_attempt: attempt,
        }),
        closure: Some(admin::TaskExecutionClosure {
            started_at: now(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn add_attempt(
    execution: &mut Execution,
    info: &NodeInfo,
    attempt: u32,
    phase: task_execution::Phase,
    error: Option<Arc<str>>,
) {
    if element_of(info).is_some() {
        return;
    }
    let node = node_of(execution, info);
    let number = attempt as usize;
    while node.attempts.len() <= number {
        let next = u32::try_from(node.attempts.len()).unwrap_or(u32::MAX);
        node.attempts
            .push(attempt_of(info, node.info.id.clone(), next));
    }
    let closure = node.attempts[number].closure.get_or_insert_default();
    closure.set_phase(phase);
    closure.duration = since(closure.started_at, now());
    if let Some(error) = error {
        let error = core::ExecutionError {
            message: error.to_string(),
            ..Default::default()
        };
        closure.output_result = Some(admin::task_execution_closure::OutputResult::Error(error));
    }
}

fn add_element(
    execution: &mut Execution,
    map: &NodeInfo,
    index: u32,
    phase: task_execution::Phase,
) {
    let node = node_of(execution, map);
    if node.attempts.is_empty() {
        node.attempts.push(attempt_of(map, node.info.id.clone(), 0));
    }
    let closure = node.attempts[0].closure.get_or_insert_default();
    let metadata: &mut event::TaskExecutionMetadata = closure.metadata.get_or_insert_default();
    let there = metadata
        .external_resources
        .iter_mut()
        .find(|one| one.index == index);
    match there {
        Some(element) => element.phase = phase.into(),
        None => metadata
            .external_resources
            .push(event::ExternalResourceInfo {
                index,
                phase: phase.into(),
                ..Default::default()
            }),
    }
}
