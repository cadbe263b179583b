//! Addresses of pages in the cluster's console.

use super::{
    client::Client,
    fetch::{EntityId, Fetched},
    remote::{BlockingRemote, Remote},
};
use flyte_core::graph::entity::EntityKind;

/// Where the console is: at the address of the settings, or beside the cluster.
pub(super) fn address(client: &Client) -> String {
    match &*client.config().platform.console_endpoint {
        Some(console) if console.contains("://") => console.trim_end_matches('/').to_owned(),
        Some(console) => format!("https://{console}"),
        None => {
            let address = client.address();
            let (scheme, usual) = if address.is_tls {
                ("https", 443)
            } else {
                ("http", 80)
            };
            match address.port == usual {
                true => format!("{scheme}://{}", address.host),
                false => format!("{scheme}://{}", address.authority()),
            }
        }
    }
}

/// The page of a task, workflow or launch plan.
fn page(client: &Client, id: &EntityId) -> String {
    let kind = match id.kind {
        EntityKind::Workflow => "workflow",
        EntityKind::LaunchPlan => "launch_plan",
        _ => "task",
    };
    let EntityId {
        project,
        domain,
        name,
        version,
        ..
    } = id;
    let console = address(client);
    format!("{console}/console/projects/{project}/domains/{domain}/{kind}/{name}/version/{version}")
}

impl Remote {
    /// The page about a task, workflow or launch plan in the cluster's console. That of an execution is its
    /// [`url`](super::Execution::url).
    pub fn console_url(&self, entity: &impl Fetched) -> String {
        page(&self.client, entity.id())
    }
}

impl BlockingRemote {
    /// As [`Remote::console_url`].
    pub fn console_url(&self, entity: &impl Fetched) -> String {
        self.remote().console_url(entity)
    }
}
