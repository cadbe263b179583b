//! The service of tasks.

use flyte_idl::{
    flyteidl2::task::{self, task_service_server::TaskService},
    tonic::{Request, Response, Status, async_trait},
};

use super::{
    serve::Services,
    state::{key, now},
};

/// The most things in an answer.
const MOST: u32 = 200;

#[async_trait]
impl TaskService for Services {
    async fn deploy_task(
        &self,
        request: Request<task::DeployTaskRequest>,
    ) -> Result<Response<task::DeployTaskResponse>, Status> {
        let request = request.into_inner();
        let id = request
            .task_id
            .ok_or_else(|| Status::invalid_argument("no task id"))?;
        let spec = request.spec.unwrap_or_default();
        let mut rows = self.0.rows();
        // One that is there is replaced without a word.
        rows.tasks.retain(|(other, _)| key(other) != key(&id));
        rows.tasks.push((id, spec));
        Ok(Response::new(task::DeployTaskResponse {}))
    }

    async fn get_task_details(
        &self,
        request: Request<task::GetTaskDetailsRequest>,
    ) -> Result<Response<task::GetTaskDetailsResponse>, Status> {
        let id = request.into_inner().task_id.unwrap_or_default();
        let rows = self.0.rows();
        let Some(spec) = rows.task(&id) else {
            return Err(Status::not_found(absent(&id)));
        };
        let details = task::TaskDetails {
            metadata: Some(metadata(spec)),
            task_id: Some(id),
            spec: Some(spec.clone()),
        };
        Ok(Response::new(task::GetTaskDetailsResponse {
            details: Some(details),
        }))
    }

    async fn list_tasks(
        &self,
        request: Request<task::ListTasksRequest>,
    ) -> Result<Response<task::ListTasksResponse>, Status> {
        use task::list_tasks_request::ScopeBy;

        let request = request.into_inner();
        let page = Page::of(request.request.as_ref())?;
        let rows = self.0.rows();
        let tasks = rows
            .tasks
            .iter()
            .rev()
            .filter(|(id, _)| match &request.scope_by {
                Some(ScopeBy::ProjectId(project)) => {
                    id.project == project.name && id.domain == project.domain
                }
                Some(ScopeBy::Org(_)) | None => true,
            });
        let tasks = tasks.map(|(id, spec)| task::Task {
            task_id: Some(id.clone()),
            metadata: Some(metadata(spec)),
            task_summary: None,
        });
        let (tasks, token) = page.cut(tasks);
        Ok(Response::new(task::ListTasksResponse {
            tasks,
            token,
            metadata: None,
        }))
    }

    async fn list_versions(
        &self,
        request: Request<task::ListVersionsRequest>,
    ) -> Result<Response<task::ListVersionsResponse>, Status> {
        use task::list_versions_response::VersionResponse;

        let request = request.into_inner();
        let page = Page::of(request.request.as_ref())?;
        let name = request.task_name.unwrap_or_default();
        let rows = self.0.rows();
        let versions = rows.tasks.iter().rev().filter(|(id, _)| {
            (&id.project, &id.domain, &id.name) == (&name.project, &name.domain, &name.name)
        });
        let versions = versions.map(|(id, _)| VersionResponse {
            version: id.version.clone(),
            deployed_at: now(),
            ..VersionResponse::default()
        });
        let (versions, token) = page.cut(versions);
        Ok(Response::new(task::ListVersionsResponse {
            versions,
            token,
        }))
    }
}

fn metadata(spec: &task::TaskSpec) -> task::TaskMetadata {
    let environment = spec.environment.as_ref();
    task::TaskMetadata {
        short_name: spec.short_name.clone(),
        environment_name: environment.map_or_else(String::new, |own| own.name.clone()),
        deployed_at: now(),
        ..task::TaskMetadata::default()
    }
}

/// What is said of a task that is not there.
pub(super) fn absent(id: &task::TaskIdentifier) -> String {
    let (project, domain, name, version) = key(id);
    format!("task not found: {{{project} {domain} {name} {version}}}")
}

/// A part of a list; tokens are offsets.
pub(super) struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    pub(super) fn of(
        request: Option<&flyte_idl::flyteidl2::common::ListRequest>,
    ) -> Result<Self, Status> {
        let (limit, token) = request.map_or((0, ""), |request| (request.limit, &request.token));
        if limit > MOST {
            let message = format!("invalid limit: {limit} (exceeds maximum of {MOST})");
            return Err(Status::invalid_argument(message));
        }
        let offset = match token {
            "" => 0,
            token => token
                .parse()
                .map_err(|_| Status::invalid_argument(format!("invalid token: {token:?}")))?,
        };
        let limit = if limit == 0 { MOST } else { limit } as usize;
        Ok(Self { offset, limit })
    }

    /// The page, and the token of the next; also if that is empty, when this one is exactly full.
    pub(super) fn cut<T>(&self, all: impl Iterator<Item = T>) -> (Vec<T>, String) {
        let page: Vec<_> = all.skip(self.offset).take(self.limit).collect();
        let token = match page.len() == self.limit {
            true => (self.offset + self.limit).to_string(),
            false => String::new(),
        };
        (page, token)
    }
}
