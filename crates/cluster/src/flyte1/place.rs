//! The project and the domain that a client is for: whether a cluster has them.

use super::{client::Client, error::ClusterError, projects::projects};
use flyte_grammar::nearest::nearest;

/// How many names an error shows.
const SHOWN: usize = 5;

/// Refuses a project or a domain that the cluster does not have. A list of what is in one is empty there, as that of a
/// new project is.
pub(super) async fn check(client: &Client) -> Result<(), ClusterError> {
    let all = match projects(client).await {
        Ok(all) => all,
        // Who may not list projects may all the same work in one.
        Err(ClusterError::Refused { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let endpoint = &client.config().platform.endpoint;
    let at = format!("{} (from {})", **endpoint, endpoint.origin());
    let (project, domain) = (client.project(), client.domain());
    let Some(found) = all.iter().find(|one| one.id == project) else {
        if all.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = all.iter().map(|one| one.id.as_str()).collect();
        return Err(ClusterError::Setting(format!(
            "{at} has no project `{project}`; {} with `--project`, and `projects list` shows all",
            give_one_of(project, &ids)
        )));
    };
    if found.domains.is_empty() || found.domains.iter().any(|one| one == domain) {
        return Ok(());
    }
    let domains: Vec<_> = found.domains.iter().map(String::as_str).collect();
    Err(ClusterError::Setting(format!(
        "project `{project}` of {at} has no domain `{domain}`; {} with `--domain`",
        give_one_of(domain, &domains)
    )))
}

fn give_one_of(name: &str, all: &[&str]) -> String {
    match nearest(name, all.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? Give it"),
        None => format!("give one of {}", all[..all.len().min(SHOWN)].join(", ")),
    }
}
