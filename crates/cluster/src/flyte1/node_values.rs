//! What nodes of executions were given and have returned: one call for each, several at once.

use std::collections::BTreeMap;

use flyte_idl::flyteidl::{admin, core};
use tokio::task::JoinSet;

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    outputs,
};
use flyte_core::types::Literal;

/// How many nodes are asked for at once.
const AT_ONCE: usize = 8;

pub(super) type Literals = BTreeMap<String, Literal>;

/// A node whose values are wanted.
pub(super) struct Wanted {
    /// By what the caller knows it.
    pub(super) path: String,
    pub(super) id: core::NodeExecutionIdentifier,
    /// Where its inputs are in the store, to read what is too large for an answer; empty if that is not wanted.
    pub(super) inputs: String,
    /// The same of its outputs.
    pub(super) outputs: String,
}

/// The values of a node.
pub(super) struct Fetched {
    pub(super) inputs: Literals,
    /// A node without outputs may have the address of a file that is not there.
    pub(super) outputs: Result<Literals, ClusterError>,
}

/// Fetches the values of nodes, each by its path. An error is that of its node; others have theirs all the same.
pub(super) async fn fetch(
    client: &Client,
    wanted: impl IntoIterator<Item = Wanted>,
) -> Vec<(String, Result<Fetched, ClusterError>)> {
    let (mut all, mut under_way) = (Vec::new(), JoinSet::new());
    let wanted: Vec<_> = wanted.into_iter().collect();
    let mut left = wanted.into_iter();
    loop {
        while under_way.len() < AT_ONCE
            && let Some(wanted) = left.next()
        {
            let client = client.clone();
            under_way.spawn(async move {
                let fetched = one(&client, &wanted).await;
                (wanted.path, fetched)
            });
        }
        match under_way.join_next().await {
            None => return all,
            Some(Ok(fetched)) => all.push(fetched),
            // A task that panics has no result, and nothing here does.
            Some(Err(error)) => tracing::error!("a node could not be asked for: {error}"),
        }
    }
}

async fn one(client: &Client, wanted: &Wanted) -> Result<Fetched, ClusterError> {
    let request = admin::NodeExecutionGetDataRequest {
        id: Some(wanted.id.clone()),
    };
    let data = call!(client, admin, get_node_execution_data, Again::Yes, request)?;
    #[expect(
        deprecated,
        reason = "it is where the server puts a link to what it leaves out"
    )]
    let (given, returned) = (data.inputs, data.outputs);
    let of = format!("node {}", wanted.path);
    Ok(Fetched {
        inputs: outputs::values(client, data.full_inputs, given, &wanted.inputs, &of).await?,
        outputs: outputs::values(client, data.full_outputs, returned, &wanted.outputs, &of).await,
    })
}
