//! The service of runs.

use std::{sync::Arc, time::SystemTime};

use flyte_config::random::random_hex;
use flyte_idl::{
    flyteidl2::{
        common::{ActionIdentifier, RunIdentifier},
        task::{TaskIdentifier, TaskSpec},
        workflow::{
            self,
            create_run_request::{Id, InputWrapper, Task},
            run_service_server::RunService,
        },
    },
    tonic::{Request, Response, Status, async_trait},
};

use super::{
    actions::action,
    details::{details, listed},
    process,
    serve::Services,
    state::{Kind, ROOT, Rows, Run, Shared},
    stream::{Answers, Sender, answers},
    tasks::{self, Page},
};

/// What no client of a workflow calls.
fn nothing_else<T>() -> Result<T, Status> {
    Err(Status::unimplemented(
        "this server does not have this method",
    ))
}

#[async_trait]
impl RunService for Services {
    async fn create_run(
        &self,
        request: Request<workflow::CreateRunRequest>,
    ) -> Result<Response<workflow::CreateRunResponse>, Status> {
        let request = request.into_inner();
        let source = request.source();
        let mut id = match request.id {
            Some(Id::RunId(id)) => id,
            Some(Id::ProjectId(project)) => RunIdentifier {
                org: project.organization,
                project: project.name,
                domain: project.domain,
                name: format!("r{}", &random_hex()[..19]),
            },
            None => return Err(Status::invalid_argument("invalid run ID type")),
        };
        check_name(&id.name)?;
        if id.org.is_empty() {
            "local".clone_into(&mut id.org);
        }
        let (task, spec) = self.0.task(request.task, &id)?;
        let input_uri = match request.input_wrapper {
            Some(InputWrapper::OffloadedInputData(data)) => data.uri,
            inline => {
                let inputs = match inline {
                    Some(InputWrapper::Inputs(inputs)) => inputs,
                    _ => Default::default(),
                };
                // Those of a run that exists are replaced, too.
                let place = vec![&id.project, &id.domain, &id.name];
                let kept = self.0.keep_inputs(place, &inputs);
                kept.map_err(|error| Status::internal(error.to_string()))?
                    .uri
            }
        };
        let answer = {
            let mut rows = self.0.rows();
            if let Some(run) = rows.runs.get_mut(&id.name) {
                if let Some(root) = run.actions.first_mut() {
                    root.input_uri = input_uri;
                }
                return Ok(created(run));
            }
            rows.number += 1;
            let kind = Kind::Task {
                id: task,
                spec: Box::new(spec),
                cache_key: None,
            };
            let run = Run {
                id: id.clone(),
                number: rows.number,
                spec: request.run_spec.unwrap_or_default(),
                source,
                started: SystemTime::now(),
                actions: vec![action(ROOT, "", kind, input_uri)],
                updates: Vec::new(),
            };
            let answer = created(&run);
            rows.runs.insert(id.name.clone(), run);
            answer
        };
        self.0.changed();
        process::start(&self.0, &id.name, ROOT);
        Ok(answer)
    }

    async fn abort_run(
        &self,
        request: Request<workflow::AbortRunRequest>,
    ) -> Result<Response<workflow::AbortRunResponse>, Status> {
        let request = request.into_inner();
        let id = request.run_id.unwrap_or_default();
        let reason = request.reason.unwrap_or_default();
        match self.0.abort(&id.name, ROOT, Some(&reason)) {
            Some(()) => Ok(Response::new(workflow::AbortRunResponse {})),
            None => Err(absent(&id)),
        }
    }

    async fn get_run_details(
        &self,
        request: Request<workflow::GetRunDetailsRequest>,
    ) -> Result<Response<workflow::GetRunDetailsResponse>, Status> {
        let id = request.into_inner().run_id.unwrap_or_default();
        let rows = self.0.rows();
        let run = rows.runs.get(&id.name).ok_or_else(|| absent(&id))?;
        let action = run.actions.first().map(|action| details(run, action));
        let details = workflow::RunDetails {
            run_spec: Some(run.spec.clone()),
            action,
        };
        Ok(Response::new(workflow::GetRunDetailsResponse {
            details: Some(details),
        }))
    }

    type WatchRunDetailsStream = Answers<workflow::WatchRunDetailsResponse>;

    async fn watch_run_details(
        &self,
        _: Request<workflow::WatchRunDetailsRequest>,
    ) -> Result<Response<Self::WatchRunDetailsStream>, Status> {
        nothing_else()
    }

    async fn get_action_details(
        &self,
        request: Request<workflow::GetActionDetailsRequest>,
    ) -> Result<Response<workflow::GetActionDetailsResponse>, Status> {
        let id = request.into_inner().action_id.unwrap_or_default();
        let details = details_of(&self.0.rows(), &id);
        let details =
            details.ok_or_else(|| Status::not_found("action not found: action not found"))?;
        Ok(Response::new(workflow::GetActionDetailsResponse {
            details: Some(details),
        }))
    }

    type WatchActionDetailsStream = Answers<workflow::WatchActionDetailsResponse>;

    async fn watch_action_details(
        &self,
        request: Request<workflow::WatchActionDetailsRequest>,
    ) -> Result<Response<Self::WatchActionDetailsStream>, Status> {
        let id = request.into_inner().action_id.unwrap_or_default();
        if details_of(&self.0.rows(), &id).is_none() {
            return Err(Status::not_found("action not found: action not found"));
        }
        let (sender, answers) = answers();
        tokio::spawn(follow(Arc::clone(&self.0), id, sender));
        Ok(answers)
    }

    async fn get_action_data(
        &self,
        _: Request<workflow::GetActionDataRequest>,
    ) -> Result<Response<workflow::GetActionDataResponse>, Status> {
        Err(Status::unimplemented("use DataProxyService.GetActionData"))
    }

    async fn list_runs(
        &self,
        request: Request<workflow::ListRunsRequest>,
    ) -> Result<Response<workflow::ListRunsResponse>, Status> {
        use workflow::list_runs_request::ScopeBy;

        let request = request.into_inner();
        let page = Page::of(request.request.as_ref())?;
        let rows = self.0.rows();
        let mut runs: Vec<_> = rows.runs.values().collect();
        runs.retain(|run| match &request.scope_by {
            Some(ScopeBy::ProjectId(project)) => {
                run.id.project == project.name && run.id.domain == project.domain
            }
            _ => true,
        });
        runs.sort_by_key(|run| std::cmp::Reverse(run.number));
        let (runs, token) = page.cut(runs.into_iter().map(in_list));
        Ok(Response::new(workflow::ListRunsResponse { runs, token }))
    }

    type WatchRunsStream = Answers<workflow::WatchRunsResponse>;

    async fn watch_runs(
        &self,
        _: Request<workflow::WatchRunsRequest>,
    ) -> Result<Response<Self::WatchRunsStream>, Status> {
        nothing_else()
    }

    async fn list_actions(
        &self,
        request: Request<workflow::ListActionsRequest>,
    ) -> Result<Response<workflow::ListActionsResponse>, Status> {
        let request = request.into_inner();
        let page = Page::of(request.request.as_ref())?;
        let id = request.run_id.unwrap_or_default();
        let rows = self.0.rows();
        let run = rows.runs.get(&id.name).ok_or_else(|| absent(&id))?;
        let actions = run.actions.iter().map(|action| listed(run, action));
        let (actions, token) = page.cut(actions);
        Ok(Response::new(workflow::ListActionsResponse {
            actions,
            token,
        }))
    }

    type WatchActionsStream = Answers<workflow::WatchActionsResponse>;

    async fn watch_actions(
        &self,
        _: Request<workflow::WatchActionsRequest>,
    ) -> Result<Response<Self::WatchActionsStream>, Status> {
        nothing_else()
    }

    type WatchClusterEventsStream = Answers<workflow::WatchClusterEventsResponse>;

    async fn watch_cluster_events(
        &self,
        _: Request<workflow::WatchClusterEventsRequest>,
    ) -> Result<Response<Self::WatchClusterEventsStream>, Status> {
        nothing_else()
    }

    async fn abort_action(
        &self,
        request: Request<workflow::AbortActionRequest>,
    ) -> Result<Response<workflow::AbortActionResponse>, Status> {
        let id = request.into_inner().action_id.unwrap_or_default();
        let run = id.run.unwrap_or_default();
        match self.0.abort(&run.name, &id.name, None) {
            Some(()) => Ok(Response::new(workflow::AbortActionResponse {})),
            None => Err(Status::not_found(format!("action not found: {}", id.name))),
        }
    }

    async fn signal_event(
        &self,
        _: Request<workflow::SignalEventRequest>,
    ) -> Result<Response<workflow::SignalEventResponse>, Status> {
        nothing_else()
    }

    type WatchGroupsStream = Answers<workflow::WatchGroupsResponse>;

    async fn watch_groups(
        &self,
        _: Request<workflow::WatchGroupsRequest>,
    ) -> Result<Response<Self::WatchGroupsStream>, Status> {
        nothing_else()
    }

    async fn get_action_data_ur_is(
        &self,
        _: Request<workflow::GetActionDataUrIsRequest>,
    ) -> Result<Response<workflow::GetActionDataUrIsResponse>, Status> {
        nothing_else()
    }

    async fn get_action_log_context(
        &self,
        _: Request<workflow::GetActionLogContextRequest>,
    ) -> Result<Response<workflow::GetActionLogContextResponse>, Status> {
        nothing_else()
    }
}

fn check_name(name: &str) -> Result<(), Status> {
    let mut letters = name.chars();
    let is_name = letters
        .next()
        .is_some_and(|letter| letter.is_ascii_lowercase())
        && letters
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
        && !name.ends_with('-')
        && name.len() <= 30;
    match is_name {
        true => Ok(()),
        false => Err(Status::invalid_argument(format!(
            "invalid run name {name:?}"
        ))),
    }
}

fn absent(id: &RunIdentifier) -> Status {
    Status::not_found(format!(
        "run not found: {}/{}/{}",
        id.project, id.domain, id.name
    ))
}

fn in_list(run: &Run) -> workflow::Run {
    workflow::Run {
        action: run.actions.first().map(|action| listed(run, action)),
        labels: Default::default(),
    }
}

fn created(run: &Run) -> Response<workflow::CreateRunResponse> {
    Response::new(workflow::CreateRunResponse {
        run: Some(in_list(run)),
    })
}

fn details_of(rows: &Rows, id: &ActionIdentifier) -> Option<workflow::ActionDetails> {
    let run = rows.runs.get(&id.run.as_ref()?.name)?;
    let action = run.actions.iter().find(|action| action.name == id.name)?;
    Some(details(run, action))
}

/// Sends the details at every change, equal ones too, until the action is over.
async fn follow(
    shared: Arc<Shared>,
    id: ActionIdentifier,
    sender: Sender<workflow::WatchActionDetailsResponse>,
) {
    let mut changes = shared.changes.subscribe();
    loop {
        let details = details_of(&shared.rows(), &id);
        let is_over = details.as_ref().and_then(|details| details.status.as_ref());
        let is_over = is_over.is_none_or(|status| super::state::is_over(status.phase()));
        let answer = workflow::WatchActionDetailsResponse { details };
        if sender.send(Ok(answer)).await.is_err() || is_over {
            return;
        }
        tokio::select! {
            () = sender.closed() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

impl Shared {
    /// The task of a new run.
    fn task(
        &self,
        task: Option<Task>,
        run: &RunIdentifier,
    ) -> Result<(TaskIdentifier, TaskSpec), Status> {
        match task {
            Some(Task::TaskId(id)) => match self.rows().task(&id) {
                Some(spec) => Ok((id.clone(), spec.clone())),
                None => Err(Status::unknown(tasks::absent(&id))),
            },
            Some(Task::TaskSpec(spec)) => {
                let id = spec.task_template.as_ref().and_then(|own| own.id.clone());
                let id = id.unwrap_or_default();
                let id = TaskIdentifier {
                    org: run.org.clone(),
                    project: id.project,
                    domain: id.domain,
                    name: id.name,
                    version: id.version,
                };
                Ok((id, spec))
            }
            Some(Task::TriggerName(_)) => nothing_else(),
            None => {
                let message = "failed to create task spec model: proto: Marshal called with nil";
                Err(Status::internal(message))
            }
        }
    }
}
