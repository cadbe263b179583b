//! Projects and domains, and what the server is.

use flyte_idl::{flyteidl::admin, tonic::Status};

use super::{
    listing::{Query, Row, page},
    state::Shared,
};

const DOMAINS: [&str; 3] = ["development", "staging", "production"];

fn domains() -> Vec<admin::Domain> {
    let domain = |id: &str| admin::Domain {
        id: id.to_owned(),
        name: id.to_owned(),
    };
    DOMAINS.map(domain).into()
}

fn project(id: &str) -> admin::Project {
    admin::Project {
        id: id.to_owned(),
        name: id.to_owned(),
        domains: domains(),
        ..Default::default()
    }
}

/// Whether there are a project and a domain in which something may be registered.
pub(super) fn known(shared: &Shared, project: &str, domain: &str) -> Result<(), Status> {
    if !shared.options.projects.iter().any(|id| id == project) {
        return Err(Status::invalid_argument(format!(
            "failed to validate that project [{project}] and domain [{domain}] are registered, err: [project \
             [{project}] not found]"
        )));
    }
    match DOMAINS.contains(&domain) {
        true => Ok(()),
        false => Err(Status::invalid_argument(format!(
            "domain [{domain}] is unrecognized by system"
        ))),
    }
}

/// Of all lists it alone takes a limit of 0, and has an order of its own.
pub(super) fn list_projects(
    shared: &Shared,
    request: admin::ProjectListRequest,
) -> Result<admin::Projects, Status> {
    let all = &shared.options.projects;
    let rows = all.iter().enumerate().map(|(number, id)| Row {
        number: number as u64,
        columns: vec![("name", id.clone()), ("identifier", id.clone())],
        item: project(id),
    });
    let by_name = admin::Sort {
        key: "name".to_owned(),
        direction: admin::sort::Direction::Ascending.into(),
    };
    let query = Query {
        limit: match request.limit {
            0 => u32::MAX,
            limit => limit,
        },
        token: &request.token,
        filters: &request.filters,
        sort_by: request.sort_by.as_ref().or(Some(&by_name)),
    };
    let (projects, token) = page(rows.collect(), &query)?;
    Ok(admin::Projects { projects, token })
}

pub(super) fn get_project(
    shared: &Shared,
    request: admin::ProjectGetRequest,
) -> Result<admin::Project, Status> {
    match shared.options.projects.contains(&request.id) {
        true => Ok(project(&request.id)),
        false => Err(Status::not_found(format!(
            "project [{}] not found",
            request.id
        ))),
    }
}

pub(super) fn get_domains(
    _: &Shared,
    _: admin::GetDomainRequest,
) -> Result<admin::GetDomainsResponse, Status> {
    Ok(admin::GetDomainsResponse { domains: domains() })
}

/// The release that it answers as.
pub(super) fn get_version(
    _: &Shared,
    _: admin::GetVersionRequest,
) -> Result<admin::GetVersionResponse, Status> {
    Ok(admin::GetVersionResponse {
        control_plane_version: Some(admin::Version {
            build: "dev-server".to_owned(),
            version: "1.16.8".to_owned(),
            ..Default::default()
        }),
    })
}
