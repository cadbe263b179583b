//! Executions and their nodes.

use std::time::SystemTime;

use flyte_idl::{
    flyteidl::{
        admin::{
            self, ExecutionState, execution_closure::OutputResult,
            execution_metadata::ExecutionMode,
        },
        core::{self, WorkflowExecutionIdentifier, workflow_execution::Phase},
    },
    prost::Message as _,
    tonic::Status,
};

use super::{
    listing::{Query, Row, page},
    paths::Paths,
    projects::known,
    registry, runs,
    state::{Execution, Rows, Shared, now},
};
use flyte_core::{
    graph::entity::EntityKind,
    types::{json_from_literal, wire},
};
use flyte_engine::CancellationToken;
use flyte_events::events::time_text;

/// How much of outputs is part of an answer.
pub(super) const MOST: usize = 2 << 20;

fn unknown(id: &WorkflowExecutionIdentifier) -> Status {
    Status::not_found(format!(
        "missing entity of type execution with identifier project:\"{}\"  domain:\"{}\"  name:\"{}\"",
        id.project, id.domain, id.name
    ))
}

pub(super) fn find<'r>(
    rows: &'r mut Rows,
    id: Option<&WorkflowExecutionIdentifier>,
) -> Result<&'r mut Execution, Status> {
    let id = id.cloned().unwrap_or_default();
    let named = rows.executions.get_mut(&id.name);
    named
        .filter(|execution| {
            let own = execution.info.id.as_ref();
            own.is_some_and(|own| (&own.project, &own.domain) == (&id.project, &id.domain))
        })
        .ok_or_else(|| unknown(&id))
}

pub(super) fn is_over(phase: Phase) -> bool {
    matches!(
        phase,
        Phase::Succeeded | Phase::Failed | Phase::Aborted | Phase::TimedOut
    )
}

pub(super) fn phase_of(execution: &Execution) -> Phase {
    execution
        .info
        .closure
        .as_ref()
        .map_or(Phase::Undefined, admin::ExecutionClosure::phase)
}

pub(super) fn create_execution(
    shared: &Shared,
    request: admin::ExecutionCreateRequest,
) -> Result<admin::ExecutionCreateResponse, Status> {
    let spec = request.spec.unwrap_or_default();
    let launched = spec.launch_plan.clone().unwrap_or_default();
    let inputs = request.inputs.unwrap_or_default();
    known(shared, &request.project, &request.domain)?;
    let target = shared.entities.get(&launched.name);
    let is_plan = target.is_some_and(|target| target.kind() == EntityKind::LaunchPlan);
    let mut rows = shared.rows();
    let workflow = registry::target(&rows, &launched)?;
    let expected = registry::expected(&rows, &launched);
    for (name, is_required) in &expected {
        if *is_required && !inputs.literals.contains_key(name) {
            return Err(Status::invalid_argument(format!(
                "expected_inputs {name} missing"
            )));
        }
    }
    if let Some(name) = inputs
        .literals
        .keys()
        .find(|name| !expected.contains_key(*name))
    {
        return Err(Status::invalid_argument(format!("invalid input {name}")));
    }
    let id = WorkflowExecutionIdentifier {
        project: request.project,
        domain: request.domain,
        name: match request.name.as_str() {
            "" => format!("a{}", &flyte_config::random::random_hex()[..19]),
            name => name.to_owned(),
        },
        org: String::new(),
    };
    // The inputs are kept before it is seen that the name is taken.
    rows.inputs.insert(id.name.clone(), inputs.clone());
    if rows.executions.contains_key(&id.name) {
        return Err(Status::already_exists(
            "value with matching already exists (duplicate key value violates unique constraint \"executions_pkey\")",
        ));
    }
    rows.number += 1;
    let number = rows.number;
    let token = CancellationToken::new();
    let execution = Execution {
        number,
        info: admin::Execution {
            id: Some(id.clone()),
            spec: Some(spec),
            closure: Some(admin::ExecutionClosure {
                created_at: now(),
                updated_at: now(),
                workflow_id: Some(workflow),
                ..Default::default()
            }),
        },
        nodes: Vec::new(),
        token: token.clone(),
        outputs: Vec::new(),
        signals: Vec::new(),
        paths: Paths::of(is_plan),
    };
    rows.executions.insert(id.name.clone(), execution);
    drop(rows);
    runs::start(shared, &id.name, &launched.name, inputs, token);
    Ok(admin::ExecutionCreateResponse { id: Some(id) })
}

/// What an execution is started with that begins as another did.
fn as_another(
    shared: &Shared,
    id: Option<WorkflowExecutionIdentifier>,
    name: String,
    mode: ExecutionMode,
) -> Result<admin::ExecutionCreateRequest, Status> {
    let mut rows = shared.rows();
    let other = find(&mut rows, id.as_ref())?;
    let mut spec = other.info.spec.clone().unwrap_or_default();
    spec.metadata = Some(admin::ExecutionMetadata {
        mode: mode.into(),
        reference_execution: id.clone(),
        ..Default::default()
    });
    let id = id.unwrap_or_default();
    let inputs = rows.inputs.get(&id.name).cloned();
    Ok(admin::ExecutionCreateRequest {
        project: id.project,
        domain: id.domain,
        name,
        spec: Some(spec),
        inputs,
        org: String::new(),
    })
}

pub(super) fn relaunch_execution(
    shared: &Shared,
    request: admin::ExecutionRelaunchRequest,
) -> Result<admin::ExecutionCreateResponse, Status> {
    let mode = ExecutionMode::Relaunch;
    let mut again = as_another(shared, request.id, request.name, mode)?;
    again.spec.get_or_insert_default().overwrite_cache = request.overwrite_cache;
    create_execution(shared, again)
}

pub(super) fn recover_execution(
    shared: &Shared,
    request: admin::ExecutionRecoverRequest,
) -> Result<admin::ExecutionCreateResponse, Status> {
    let mode = ExecutionMode::Recovered;
    let again = as_another(shared, request.id, request.name, mode)?;
    create_execution(shared, again)
}

pub(super) fn get_execution(
    shared: &Shared,
    request: admin::WorkflowExecutionGetRequest,
) -> Result<admin::Execution, Status> {
    let mut rows = shared.rows();
    Ok(find(&mut rows, request.id.as_ref())?.info.clone())
}

pub(super) fn get_execution_data(
    shared: &Shared,
    request: admin::WorkflowExecutionGetDataRequest,
) -> Result<admin::WorkflowExecutionGetDataResponse, Status> {
    let mut rows = shared.rows();
    let execution = find(&mut rows, request.id.as_ref())?;
    let outputs = execution.outputs.clone();
    let closure = execution.info.closure.clone().unwrap_or_default();
    let name = request.id.unwrap_or_default().name;
    let inputs = rows.inputs.get(&name).cloned();
    drop(rows);
    let mut answer = admin::WorkflowExecutionGetDataResponse {
        full_inputs: inputs,
        ..Default::default()
    };
    if outputs.len() <= MOST {
        let outputs = core::LiteralMap::decode(&*outputs);
        answer.full_outputs = outputs.ok();
    } else {
        // Too large for the answer, which says so only where there are links.
        answer.full_outputs = Some(core::LiteralMap::default());
        #[expect(deprecated, reason = "it is where a server says it")]
        if let Some(OutputResult::Outputs(blob)) = &closure.output_result
            && let Some(admin::literal_map_blob::Data::Uri(uri)) = &blob.data
            && let Some(url) = shared.store.link(uri)
        {
            answer.outputs = Some(admin::UrlBlob {
                url,
                bytes: i64::try_from(outputs.len()).unwrap_or(i64::MAX),
            });
        }
    }
    Ok(answer)
}

fn is_archived(execution: &Execution) -> bool {
    let closure = execution.info.closure.as_ref();
    let details = closure.and_then(|closure| closure.state_change_details.as_ref());
    details.is_some_and(|details| details.state() == ExecutionState::ExecutionArchived)
}

fn columns(execution: &Execution) -> Vec<(&'static str, String)> {
    let spec = execution.info.spec.as_ref();
    let launched = spec.and_then(|spec| spec.launch_plan.clone());
    let launched = launched.unwrap_or_default();
    let closure = execution.info.closure.as_ref();
    let workflow = closure.and_then(|closure| closure.workflow_id.clone());
    let id = execution.info.id.clone().unwrap_or_default();
    let mut columns = vec![
        ("phase", phase_of(execution).as_str_name().to_owned()),
        ("execution_name", id.name),
        ("workflow.name", workflow.unwrap_or_default().name),
        ("state", u8::from(is_archived(execution)).to_string()),
    ];
    columns.extend(match launched.resource_type() {
        core::ResourceType::Task => vec![("task.name", launched.name)],
        _ => vec![
            ("launch_plan.name", launched.name),
            ("launch_plan.version", launched.version),
        ],
    });
    #[expect(deprecated, reason = "it is where the server looks for tags")]
    let tags = spec.iter().flat_map(|spec| &spec.tags);
    columns.extend(tags.map(|tag| ("admin_tag.name", tag.clone())));
    let created = closure.and_then(|closure| closure.created_at);
    if let Some(Ok(created)) = created.map(SystemTime::try_from) {
        columns.push(("created_at", time_text(created)));
    }
    columns
}

pub(super) fn update_execution(
    shared: &Shared,
    request: admin::ExecutionUpdateRequest,
) -> Result<admin::ExecutionUpdateResponse, Status> {
    let state = request.state();
    let mut rows = shared.rows();
    let execution = find(&mut rows, request.id.as_ref())?;
    let closure = execution.info.closure.get_or_insert_default();
    closure.state_change_details = Some(admin::ExecutionStateChangeDetails {
        state: state.into(),
        occurred_at: now(),
        principal: String::new(),
    });
    Ok(admin::ExecutionUpdateResponse {})
}

pub(super) fn list_executions(
    shared: &Shared,
    request: admin::ResourceListRequest,
) -> Result<admin::ExecutionList, Status> {
    let of = request.id.unwrap_or_default();
    let rows = shared.rows();
    let inside = rows.executions.values().filter(|execution| {
        let id = execution.info.id.as_ref();
        id.is_some_and(|id| id.project == of.project && id.domain == of.domain)
    });
    // Those that are archived are left out unless a filter names the state.
    let names_state = request.filters.contains("(state,");
    let inside = inside.filter(|execution| names_state || !is_archived(execution));
    let inside = inside.map(|execution| Row {
        number: execution.number,
        columns: columns(execution),
        item: execution.info.clone(),
    });
    let query = Query {
        limit: request.limit,
        token: &request.token,
        filters: &request.filters,
        sort_by: request.sort_by.as_ref(),
    };
    let (mut executions, token) = page(inside.collect(), &query)?;
    // A list has the beginnings of errors alone.
    for execution in &mut executions {
        if let Some(OutputResult::Error(error)) = execution
            .closure
            .as_mut()
            .and_then(|closure| closure.output_result.as_mut())
        {
            error.message = error.message.chars().take(100).collect();
        }
    }
    Ok(admin::ExecutionList { executions, token })
}

pub(super) fn terminate_execution(
    shared: &Shared,
    request: admin::ExecutionTerminateRequest,
) -> Result<admin::ExecutionTerminateResponse, Status> {
    let mut rows = shared.rows();
    let execution = find(&mut rows, request.id.as_ref())?;
    if is_over(phase_of(execution)) {
        return Err(Status::failed_precondition(
            "Cannot abort an already terminated workflow execution",
        ));
    }
    let closure = execution.info.closure.get_or_insert_default();
    closure.set_phase(Phase::Aborting);
    closure.output_result = Some(OutputResult::AbortMetadata(admin::AbortMetadata {
        cause: request.cause,
        principal: String::new(),
    }));
    let token = execution.token.clone();
    // It tells others, who may ask.
    drop(rows);
    token.cancel();
    Ok(admin::ExecutionTerminateResponse {})
}

pub(super) fn list_node_executions(
    shared: &Shared,
    request: admin::NodeExecutionListRequest,
) -> Result<admin::NodeExecutionList, Status> {
    let mut rows = shared.rows();
    // Of one that is not there the list is empty.
    let nodes = match find(&mut rows, request.workflow_execution_id.as_ref()) {
        Ok(execution) => &execution.nodes[..],
        Err(_) => &[],
    };
    let nodes = nodes.iter().enumerate();
    let inside = nodes.filter(|(_, node)| node.parent == request.unique_parent_id);
    let inside = inside.map(|(number, node)| Row {
        number: number as u64,
        columns: Vec::new(),
        item: node.info.clone(),
    });
    let query = Query {
        limit: request.limit,
        token: &request.token,
        filters: &request.filters,
        sort_by: request.sort_by.as_ref(),
    };
    let (node_executions, token) = page(inside.collect(), &query)?;
    Ok(admin::NodeExecutionList {
        node_executions,
        token,
    })
}

pub(super) fn list_task_executions(
    shared: &Shared,
    request: admin::TaskExecutionListRequest,
) -> Result<admin::TaskExecutionList, Status> {
    let id = request.node_execution_id.unwrap_or_default();
    let mut rows = shared.rows();
    let execution = find(&mut rows, id.execution_id.as_ref())?;
    let mut nodes = execution.nodes.iter();
    let node = nodes.find(|node| {
        node.info
            .id
            .as_ref()
            .is_some_and(|own| own.node_id == id.node_id)
    });
    let attempts = node.into_iter().flat_map(|node| &node.attempts);
    let attempts = attempts.enumerate().map(|(number, attempt)| Row {
        number: number as u64,
        columns: Vec::new(),
        item: attempt.clone(),
    });
    let query = Query {
        limit: request.limit,
        token: &request.token,
        filters: &request.filters,
        sort_by: request.sort_by.as_ref(),
    };
    let (task_executions, token) = page(attempts.collect(), &query)?;
    Ok(admin::TaskExecutionList {
        task_executions,
        token,
    })
}

/// The text of an input that is kept for an execution.
pub(super) fn kept_input(shared: &Shared, execution: &str, input: &str) -> Option<String> {
    let inputs = shared.rows().inputs.get(execution)?.encode_to_vec();
    let literal = wire::decode_map(&inputs).ok()?.remove(input)?;
    let json = json_from_literal(&literal).ok()?;
    Some(match json {
        serde_json::Value::String(text) => text,
        json => json.to_string(),
    })
}
