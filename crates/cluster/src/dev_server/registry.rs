//! Tasks, workflows and launch plans.

use flyte_idl::{
    flyteidl::{
        admin,
        core::{self, node::Target, task_node, workflow_node},
    },
    tonic::Status,
};

use super::{
    listing::{Query, Row, page},
    state::{Key, Rows, Shared, key},
};

fn present(kind: &str) -> Status {
    Status::already_exists(format!("{kind} with identical structure already exists"))
}

/// As a server says it: of a workflow nothing that helps.
fn different(kind: &str, name: &str) -> Status {
    Status::invalid_argument(format!(
        "{name} {kind} with different structure already exists. (Please register a new version of the {kind}):\n"
    ))
}

fn missing(kind: &str, id: &core::Identifier) -> String {
    format!(
        "missing entity of type {kind} with identifier project:\"{}\"  domain:\"{}\"  name:\"{}\"  version:\"{}\"",
        id.project, id.domain, id.name, id.version
    )
}

fn whole(id: Option<core::Identifier>) -> Result<core::Identifier, Status> {
    let id = id.unwrap_or_default();
    for (part, name) in [(&id.name, "name"), (&id.version, "version")] {
        if part.is_empty() {
            return Err(Status::invalid_argument(format!("missing {name}")));
        }
    }
    Ok(id)
}

pub(super) fn create_task(
    shared: &Shared,
    request: admin::TaskCreateRequest,
) -> Result<admin::TaskCreateResponse, Status> {
    let id = whole(request.id)?;
    let mut spec = request.spec.unwrap_or_default();
    // Descriptions are no part of the structure.
    spec.description = None;
    let mut rows = shared.rows();
    match rows.tasks.get(&key(&id)) {
        Some(there) if *there == spec => Err(present("task")),
        Some(_) => Err(different("task", &id.name)),
        None => {
            rows.tasks.insert(key(&id), spec);
            rows.register(core::ResourceType::Task, key(&id));
            Ok(admin::TaskCreateResponse {})
        }
    }
}

pub(super) fn create_workflow(
    shared: &Shared,
    request: admin::WorkflowCreateRequest,
) -> Result<admin::WorkflowCreateResponse, Status> {
    let id = whole(request.id)?;
    let mut spec = request.spec.unwrap_or_default();
    spec.description = None;
    let mut rows = shared.rows();
    match rows.workflows.get(&key(&id)) {
        Some(there) if *there == spec => return Err(present("workflow")),
        Some(_) => return Err(different("workflow", &id.name)),
        None => {}
    }
    let templates = spec.template.iter().chain(&spec.sub_workflows);
    for node in templates.flat_map(|template| &template.nodes) {
        let problem = match &node.target {
            Some(Target::TaskNode(task)) => task.reference.as_ref().and_then(|reference| {
                let task_node::Reference::ReferenceId(id) = reference;
                (!rows.tasks.contains_key(&key(id))).then(|| missing("TASK", id))
            }),
            Some(Target::WorkflowNode(workflow)) => match &workflow.reference {
                Some(workflow_node::Reference::LaunchplanRef(id)) => {
                    (!rows.plans.contains_key(&key(id))).then(|| missing("LAUNCH_PLAN", id))
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(Status::invalid_argument(format!(
                "failed to compile workflow for {} with err: {problem}",
                id.name
            )));
        }
    }
    rows.workflows.insert(key(&id), spec);
    rows.register(core::ResourceType::Workflow, key(&id));
    Ok(admin::WorkflowCreateResponse {})
}

pub(super) fn create_launch_plan(
    shared: &Shared,
    request: admin::LaunchPlanCreateRequest,
) -> Result<admin::LaunchPlanCreateResponse, Status> {
    let id = whole(request.id)?;
    let spec = request.spec.unwrap_or_default();
    let mut rows = shared.rows();
    match rows.plans.get(&key(&id)) {
        Some((there, _)) if *there == spec => return Err(present("launch plan")),
        Some(_) => return Err(different("launch plan", &id.name)),
        None => {}
    }
    let workflow = spec.workflow_id.clone().unwrap_or_default();
    if !rows.workflows.contains_key(&key(&workflow)) {
        return Err(Status::not_found(missing("WORKFLOW", &workflow)));
    }
    rows.plans.insert(key(&id), (spec, false));
    rows.register(core::ResourceType::LaunchPlan, key(&id));
    Ok(admin::LaunchPlanCreateResponse {})
}

pub(super) fn get_task(
    shared: &Shared,
    request: admin::ObjectGetRequest,
) -> Result<admin::Task, Status> {
    let id = whole(request.id)?;
    let rows = shared.rows();
    let spec = rows.tasks.get(&key(&id));
    let spec = spec.ok_or_else(|| Status::not_found(missing("TASK", &id)))?;
    Ok(admin::Task {
        closure: Some(admin::TaskClosure {
            compiled_task: Some(core::CompiledTask {
                template: spec.template.clone(),
            }),
            created_at: rows.time_of(core::ResourceType::Task, &key(&id)),
        }),
        id: Some(id),
        ..Default::default()
    })
}

pub(super) fn get_workflow(
    shared: &Shared,
    request: admin::ObjectGetRequest,
) -> Result<admin::Workflow, Status> {
    let id = whole(request.id)?;
    let rows = shared.rows();
    let spec = rows.workflows.get(&key(&id));
    let spec = spec.ok_or_else(|| Status::not_found(missing("WORKFLOW", &id)))?;
    let compiled = |template: &core::WorkflowTemplate| core::CompiledWorkflow {
        template: Some(template.clone()),
        ..Default::default()
    };
    Ok(admin::Workflow {
        closure: Some(admin::WorkflowClosure {
            compiled_workflow: Some(core::CompiledWorkflowClosure {
                primary: spec.template.as_ref().map(compiled),
                sub_workflows: spec.sub_workflows.iter().map(compiled).collect(),
                ..Default::default()
            }),
            created_at: rows.time_of(core::ResourceType::Workflow, &key(&id)),
        }),
        id: Some(id),
        ..Default::default()
    })
}

/// A launch plan with what a server makes of it: the inputs that are left to give, and the outputs of its workflow.
fn plan(
    rows: &Rows,
    key: &Key,
    spec: &admin::LaunchPlanSpec,
    is_active: bool,
) -> admin::LaunchPlan {
    let workflow = spec.workflow_id.as_ref();
    let workflow = workflow.and_then(|id| rows.workflows.get(&super::state::key(id)));
    let template = workflow.and_then(|workflow| workflow.template.as_ref());
    let interface = template.and_then(|template| template.interface.clone());
    let interface = interface.unwrap_or_default();
    let (fixed, defaults) = (spec.fixed_inputs.as_ref(), spec.default_inputs.as_ref());
    let inputs = interface.inputs.unwrap_or_default().variables.into_iter();
    let inputs =
        inputs.filter(|(name, _)| !fixed.is_some_and(|fixed| fixed.literals.contains_key(name)));
    let inputs = inputs.map(|(name, variable)| {
        let default = defaults.and_then(|defaults| defaults.parameters.get(&name));
        let required = || core::Parameter {
            var: Some(variable),
            behavior: Some(core::parameter::Behavior::Required(true)),
        };
        let parameter = default.cloned().unwrap_or_else(required);
        (name, parameter)
    });
    let state = match is_active {
        true => admin::LaunchPlanState::Active,
        false => admin::LaunchPlanState::Inactive,
    };
    admin::LaunchPlan {
        id: Some(identifier(core::ResourceType::LaunchPlan, key)),
        spec: Some(spec.clone()),
        closure: Some(admin::LaunchPlanClosure {
            state: state.into(),
            expected_inputs: Some(core::ParameterMap {
                parameters: inputs.collect(),
            }),
            expected_outputs: interface.outputs,
            created_at: rows.time_of(core::ResourceType::LaunchPlan, key),
            updated_at: None,
        }),
    }
}

fn identifier(resource_type: core::ResourceType, key: &Key) -> core::Identifier {
    let (project, domain, name, version) = key.clone();
    core::Identifier {
        resource_type: resource_type.into(),
        project,
        domain,
        name,
        version,
        org: String::new(),
    }
}

pub(super) fn get_launch_plan(
    shared: &Shared,
    request: admin::ObjectGetRequest,
) -> Result<admin::LaunchPlan, Status> {
    let id = whole(request.id)?;
    let rows = shared.rows();
    let found = rows.plans.get(&key(&id));
    let (spec, is_active) = found.ok_or_else(|| Status::not_found(missing("LAUNCH_PLAN", &id)))?;
    Ok(plan(&rows, &key(&id), spec, *is_active))
}

pub(super) fn get_active_launch_plan(
    shared: &Shared,
    request: admin::ActiveLaunchPlanRequest,
) -> Result<admin::LaunchPlan, Status> {
    let id = request.id.unwrap_or_default();
    let rows = shared.rows();
    let mut plans = rows.plans.iter();
    let active = plans.find(|((project, domain, name, _), (_, is_active))| {
        *is_active && (project, domain, name) == (&id.project, &id.domain, &id.name)
    });
    match active {
        Some((key, (spec, _))) => Ok(plan(&rows, key, spec, true)),
        None => Err(Status::not_found(format!(
            "No active launch plan could be found: {}:{}:{}",
            id.project, id.domain, id.name
        ))),
    }
}

pub(super) fn update_launch_plan(
    shared: &Shared,
    request: admin::LaunchPlanUpdateRequest,
) -> Result<admin::LaunchPlanUpdateResponse, Status> {
    let state = request.state();
    let id = whole(request.id)?;
    let mut rows = shared.rows();
    if !rows.plans.contains_key(&key(&id)) {
        return Err(Status::not_found(missing("LAUNCH_PLAN", &id)));
    }
    for ((project, domain, name, version), (_, is_active)) in &mut rows.plans {
        if (project, domain, name) == (&id.project, &id.domain, &id.name) {
            // At most one version of a name is active.
            *is_active = *version == id.version && state == admin::LaunchPlanState::Active;
        }
    }
    Ok(admin::LaunchPlanUpdateResponse {})
}

/// Those of a kind that are in the place of a request, with the project, domain and name where they are given.
fn listed<T>(
    rows: &Rows,
    resource_type: core::ResourceType,
    all: impl Iterator<Item = (Key, T)>,
    request: &admin::ResourceListRequest,
) -> Result<(Vec<T>, String), Status> {
    let of = request.id.clone().unwrap_or_default();
    let inside: Vec<(Key, T)> = all
        .filter(|((project, domain, name, _), _)| {
            (project, domain) == (&of.project, &of.domain)
                && (of.name.is_empty() || *name == of.name)
        })
        .collect();
    let inside = inside.into_iter().map(|(key, item)| {
        let registered = rows.registered.get(&(resource_type, key.clone()));
        let (_, _, _, version) = key;
        Row {
            number: registered.map_or(0, |(number, _)| *number),
            columns: vec![("version", version.into())],
            item,
        }
    });
    let query = Query {
        limit: request.limit,
        token: &request.token,
        filters: &request.filters,
        sort_by: request.sort_by.as_ref(),
    };
    page(inside.collect(), &query)
}

fn keys<T>(rows: &std::collections::BTreeMap<Key, T>) -> impl Iterator<Item = (Key, Key)> {
    rows.keys().map(|key| (key.clone(), key.clone()))
}

pub(super) fn list_tasks(
    shared: &Shared,
    request: admin::ResourceListRequest,
) -> Result<admin::TaskList, Status> {
    let rows = shared.rows();
    let (page, token) = listed(&rows, core::ResourceType::Task, keys(&rows.tasks), &request)?;
    let tasks = page.iter().map(|key| admin::Task {
        id: Some(identifier(core::ResourceType::Task, key)),
        ..Default::default()
    });
    Ok(admin::TaskList {
        tasks: tasks.collect(),
        token,
    })
}

pub(super) fn list_workflows(
    shared: &Shared,
    request: admin::ResourceListRequest,
) -> Result<admin::WorkflowList, Status> {
    let rows = shared.rows();
    let (page, token) = listed(
        &rows,
        core::ResourceType::Workflow,
        keys(&rows.workflows),
        &request,
    )?;
    let workflows = page.iter().map(|key| admin::Workflow {
        id: Some(identifier(core::ResourceType::Workflow, key)),
        ..Default::default()
    });
    Ok(admin::WorkflowList {
        workflows: workflows.collect(),
        token,
    })
}

pub(super) fn list_launch_plans(
    shared: &Shared,
    request: admin::ResourceListRequest,
) -> Result<admin::LaunchPlanList, Status> {
    let rows = shared.rows();
    let plans = rows.plans.iter();
    let plans =
        plans.map(|(key, (spec, is_active))| (key.clone(), plan(&rows, key, spec, *is_active)));
    let (launch_plans, token) = listed(&rows, core::ResourceType::LaunchPlan, plans, &request)?;
    Ok(admin::LaunchPlanList {
        launch_plans,
        token,
    })
}

/// What an execution is of: the name of the entity and its workflow.
pub(super) fn target(rows: &Rows, id: &core::Identifier) -> Result<core::Identifier, Status> {
    let unknown = |kind| Status::not_found(missing(kind, id));
    match id.resource_type() {
        core::ResourceType::Task => {
            let spec = rows.tasks.get(&key(id)).ok_or_else(|| unknown("TASK"))?;
            let name = spec
                .template
                .as_ref()
                .and_then(|template| template.id.as_ref());
            Ok(core::Identifier {
                resource_type: core::ResourceType::Workflow.into(),
                name: format!(".flytegen.{}", name.map_or("", |id| &id.name)),
                ..id.clone()
            })
        }
        core::ResourceType::LaunchPlan => {
            let (spec, _) = rows
                .plans
                .get(&key(id))
                .ok_or_else(|| unknown("LAUNCH_PLAN"))?;
            Ok(spec.workflow_id.clone().unwrap_or_default())
        }
        _ => Err(Status::invalid_argument(
            "Invalid reference entity resource type, only [map[TASK:<nil> LAUNCH_PLAN:<nil>]] allowed",
        )),
    }
}
