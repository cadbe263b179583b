//! Tasks, workflows and launch plans.

use std::collections::{BTreeMap, BTreeSet};

use flyte_idl::{
    flyteidl::{
        admin,
        core::{self, ResourceType, node::Target, task_node, workflow_node},
    },
    tonic::Status,
};

use super::{
    listing::{Query, Row, page},
    projects::known,
    state::{Key, Made, Rows, Shared, key},
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
    known(shared, &id.project, &id.domain)?;
    let mut spec = request.spec.unwrap_or_default();
    // Descriptions are no part of the structure.
    spec.description = None;
    let mut rows = shared.rows();
    match rows.tasks.get(&key(&id)) {
        Some(there) if *there == spec => Err(present("task")),
        Some(_) => Err(different("task", &id.name)),
        None => {
            rows.make(ResourceType::Task, key(&id));
            rows.tasks.insert(key(&id), spec);
            Ok(admin::TaskCreateResponse {})
        }
    }
}

pub(super) fn create_workflow(
    shared: &Shared,
    request: admin::WorkflowCreateRequest,
) -> Result<admin::WorkflowCreateResponse, Status> {
    let id = whole(request.id)?;
    known(shared, &id.project, &id.domain)?;
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
    rows.make(ResourceType::Workflow, key(&id));
    rows.workflows.insert(key(&id), spec);
    Ok(admin::WorkflowCreateResponse {})
}

pub(super) fn create_launch_plan(
    shared: &Shared,
    request: admin::LaunchPlanCreateRequest,
) -> Result<admin::LaunchPlanCreateResponse, Status> {
    let id = whole(request.id)?;
    known(shared, &id.project, &id.domain)?;
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
    rows.make(ResourceType::LaunchPlan, key(&id));
    rows.plans.insert(key(&id), (spec, false));
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
            created_at: rows.made(ResourceType::Task, &key(&id)).at,
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
    let closed = |template: &core::WorkflowTemplate| core::CompiledWorkflow {
        template: Some(compiled(template.clone())),
        ..Default::default()
    };
    Ok(admin::Workflow {
        closure: Some(admin::WorkflowClosure {
            compiled_workflow: Some(core::CompiledWorkflowClosure {
                primary: spec.template.as_ref().map(closed),
                sub_workflows: spec.sub_workflows.iter().map(closed).collect(),
                tasks: tasks_of(&rows, spec),
                ..Default::default()
            }),
            created_at: rows.made(ResourceType::Workflow, &key(&id)).at,
        }),
        id: Some(id),
        ..Default::default()
    })
}

/// The tasks that a workflow and those inside of it call.
fn tasks_of(rows: &Rows, spec: &admin::WorkflowSpec) -> Vec<core::CompiledTask> {
    let templates = spec.template.iter().chain(&spec.sub_workflows);
    let called = templates
        .flat_map(|template| &template.nodes)
        .filter_map(|node| {
            let Some(Target::TaskNode(task)) = &node.target else {
                return None;
            };
            let task_node::Reference::ReferenceId(id) = task.reference.as_ref()?;
            Some(key(id))
        });
    let called: BTreeSet<Key> = called.collect();
    let tasks = called.iter().filter_map(|key| rows.tasks.get(key));
    tasks
        .map(|task| core::CompiledTask {
            template: task.template.clone(),
        })
        .collect()
}

/// A workflow as Flyte's compiler leaves it: the cases of branches have the ids of these, too.
fn compiled(mut template: core::WorkflowTemplate) -> core::WorkflowTemplate {
    template.nodes.iter_mut().for_each(with_ids_of_cases);
    template
}

fn with_ids_of_cases(node: &mut core::Node) {
    let id = node.id.clone();
    let Some(Target::BranchNode(branch)) = &mut node.target else {
        return;
    };
    let Some(if_else) = &mut branch.if_else else {
        return;
    };
    let first = if_else.case.as_deref_mut().into_iter();
    let blocks = first.chain(&mut if_else.other);
    let cases = blocks.filter_map(|block| block.then_node.as_deref_mut());
    let last = match &mut if_else.default {
        Some(core::if_else_block::Default::ElseNode(node)) => Some(&mut **node),
        _ => None,
    };
    for case in cases.chain(last) {
        case.id = format!("{id}-{}", case.id);
        with_ids_of_cases(case);
    }
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
        id: Some(identifier(ResourceType::LaunchPlan, key)),
        spec: Some(spec.clone()),
        closure: Some(admin::LaunchPlanClosure {
            state: state.into(),
            expected_inputs: Some(core::ParameterMap {
                parameters: inputs.collect(),
            }),
            expected_outputs: interface.outputs,
            created_at: rows.made(ResourceType::LaunchPlan, key).at,
            ..Default::default()
        }),
    }
}

fn identifier(resource_type: ResourceType, key: &Key) -> core::Identifier {
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
    let is_active = state == admin::LaunchPlanState::Active;
    for ((project, domain, name, version), (_, active)) in &mut rows.plans {
        if (project, domain, name) != (&id.project, &id.domain, &id.name) {
            continue;
        }
        // At most one version of a name is active; the others stay when one is no more.
        if *version == id.version {
            *active = is_active;
        } else if is_active {
            *active = false;
        }
    }
    Ok(admin::LaunchPlanUpdateResponse {})
}

/// A registered version, as lists have it.
struct Listed<T> {
    key: Key,
    made: Made,
    /// Columns besides those of all kinds.
    columns: Vec<(&'static str, String)>,
    item: T,
}

/// Those of a kind that are in the place of a request, with the project, domain and name where they are given.
fn listed<T>(
    all: impl Iterator<Item = Listed<T>>,
    request: &admin::ResourceListRequest,
) -> Result<(Vec<T>, String), Status> {
    let of = request.id.clone().unwrap_or_default();
    let inside = all.filter(|listed| {
        let (project, domain, name, _) = &listed.key;
        (project, domain) == (&of.project, &of.domain) && (of.name.is_empty() || *name == of.name)
    });
    let rows = inside.map(|listed| {
        let (_, _, name, version) = listed.key;
        let mut columns = listed.columns;
        columns.extend([("name", name), ("version", version)]);
        Row {
            number: listed.made.number,
            columns,
            item: listed.item,
        }
    });
    let query = Query {
        limit: request.limit,
        token: &request.token,
        filters: &request.filters,
        sort_by: request.sort_by.as_ref(),
    };
    page(rows.collect(), &query)
}

/// The versions of a kind.
fn versions<'r, T>(
    rows: &'r Rows,
    kind: ResourceType,
    all: &'r BTreeMap<Key, T>,
) -> impl Iterator<Item = Listed<(core::Identifier, Made)>> {
    all.keys().map(move |key| {
        let made = rows.made(kind, key);
        Listed {
            key: key.clone(),
            made,
            columns: Vec::new(),
            item: (identifier(kind, key), made),
        }
    })
}

pub(super) fn list_tasks(
    shared: &Shared,
    request: admin::ResourceListRequest,
) -> Result<admin::TaskList, Status> {
    let rows = shared.rows();
    let all = versions(&rows, ResourceType::Task, &rows.tasks);
    let (page, token) = listed(all, &request)?;
    let tasks = page.into_iter().map(|(id, made)| admin::Task {
        id: Some(id),
        closure: Some(admin::TaskClosure {
            created_at: made.at,
            ..Default::default()
        }),
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
    let all = versions(&rows, ResourceType::Workflow, &rows.workflows);
    let (page, token) = listed(all, &request)?;
    let workflows = page.into_iter().map(|(id, made)| admin::Workflow {
        id: Some(id),
        closure: Some(admin::WorkflowClosure {
            created_at: made.at,
            ..Default::default()
        }),
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
    let plans = rows.plans.iter().map(|(key, (spec, is_active))| {
        let made = rows.made(ResourceType::LaunchPlan, key);
        let workflow = spec.workflow_id.clone().unwrap_or_default();
        Listed {
            key: key.clone(),
            made,
            columns: vec![
                ("state", u8::from(*is_active).to_string()),
                ("workflow.name", workflow.name),
                ("workflow.version", workflow.version),
            ],
            item: plan(&rows, key, spec, *is_active),
        }
    });
    let (launch_plans, token) = listed(plans, &request)?;
    Ok(admin::LaunchPlanList {
        launch_plans,
        token,
    })
}

pub(super) fn list_active_launch_plans(
    shared: &Shared,
    request: admin::ActiveLaunchPlanListRequest,
) -> Result<admin::LaunchPlanList, Status> {
    let request = admin::ResourceListRequest {
        id: Some(admin::NamedEntityIdentifier {
            project: request.project,
            domain: request.domain,
            ..Default::default()
        }),
        limit: request.limit,
        token: request.token,
        filters: "eq(state,1)".to_owned(),
        sort_by: request.sort_by,
    };
    list_launch_plans(shared, request)
}

/// The names of a kind, each once.
fn names<T>(
    all: &BTreeMap<Key, T>,
    request: &admin::NamedEntityIdentifierListRequest,
) -> Result<admin::NamedEntityIdentifierList, Status> {
    let inside = all
        .keys()
        .filter(|(project, domain, ..)| (project, domain) == (&request.project, &request.domain));
    let names: BTreeSet<&String> = inside.map(|(_, _, name, _)| name).collect();
    let rows = names.into_iter().enumerate().map(|(number, name)| Row {
        number: number as u64,
        columns: vec![("name", name.clone())],
        item: admin::NamedEntityIdentifier {
            project: request.project.clone(),
            domain: request.domain.clone(),
            name: name.clone(),
            org: String::new(),
        },
    });
    let query = Query {
        limit: request.limit,
        token: &request.token,
        filters: &request.filters,
        sort_by: request.sort_by.as_ref(),
    };
    let (entities, token) = page(rows.collect(), &query)?;
    Ok(admin::NamedEntityIdentifierList { entities, token })
}

pub(super) fn list_task_ids(
    shared: &Shared,
    request: admin::NamedEntityIdentifierListRequest,
) -> Result<admin::NamedEntityIdentifierList, Status> {
    names(&shared.rows().tasks, &request)
}

pub(super) fn list_workflow_ids(
    shared: &Shared,
    request: admin::NamedEntityIdentifierListRequest,
) -> Result<admin::NamedEntityIdentifierList, Status> {
    names(&shared.rows().workflows, &request)
}

pub(super) fn list_launch_plan_ids(
    shared: &Shared,
    request: admin::NamedEntityIdentifierListRequest,
) -> Result<admin::NamedEntityIdentifierList, Status> {
    names(&shared.rows().plans, &request)
}

/// Which inputs an execution may have, and whether it has to have them.
pub(super) fn expected(rows: &Rows, id: &core::Identifier) -> BTreeMap<String, bool> {
    if id.resource_type() == ResourceType::Task {
        let task = rows.tasks.get(&key(id));
        let interface = task.and_then(|spec| spec.template.clone()?.interface?.inputs);
        let names = interface.unwrap_or_default().variables.into_keys();
        // Nobody keeps the defaults of a task.
        return names.map(|name| (name, true)).collect();
    }
    let plan = rows.plans.get(&key(id));
    let inputs = plan.and_then(|(spec, _)| spec.default_inputs.clone());
    let inputs = inputs.unwrap_or_default().parameters.into_iter();
    let is_required = |parameter: core::Parameter| {
        !matches!(
            parameter.behavior,
            Some(core::parameter::Behavior::Default(_))
        )
    };
    inputs
        .map(|(name, parameter)| (name, is_required(parameter)))
        .collect()
}

/// What an execution is of: the name of the entity and its workflow.
pub(super) fn target(rows: &Rows, id: &core::Identifier) -> Result<core::Identifier, Status> {
    let unknown = |kind| Status::not_found(missing(kind, id));
    match id.resource_type() {
        ResourceType::Task => {
            let spec = rows.tasks.get(&key(id)).ok_or_else(|| unknown("TASK"))?;
            let name = spec
                .template
                .as_ref()
                .and_then(|template| template.id.as_ref());
            Ok(core::Identifier {
                resource_type: ResourceType::Workflow.into(),
                name: format!(".flytegen.{}", name.map_or("", |id| &id.name)),
                ..id.clone()
            })
        }
        ResourceType::LaunchPlan => {
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
