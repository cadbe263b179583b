//! Starting an execution once more: from its beginning, or with what had succeeded.

use flyte_idl::flyteidl::admin;

use super::{
    client::{Again, Client, call},
    error::ClusterError,
    execution::{self, Execution},
};

/// How an execution is started once more.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct RelaunchOptions {
    name: Option<String>,
    overwrite_cache: bool,
}

impl RelaunchOptions {
    /// With a name that is made, and with the cluster's cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the new execution, as of [`ExecuteOptions::name`](super::ExecuteOptions::name).
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Runs what the cluster has results of, too, and replaces these. Recovering ignores it: nothing that had succeeded
    /// runs.
    pub fn overwrite_cache(mut self, overwrite: bool) -> Self {
        self.overwrite_cache = overwrite;
        self
    }
}

/// Runs the same entity with the same inputs.
pub(super) async fn relaunch(
    client: &Client,
    of: &Execution,
    options: &RelaunchOptions,
) -> Result<Execution, ClusterError> {
    let execution = execution::free(client, options.name.as_deref()).await?;
    let request = admin::ExecutionRelaunchRequest {
        id: Some(of.id()),
        name: execution.name.clone(),
        overwrite_cache: options.overwrite_cache,
    };
    let made = execution::made(client, execution, async || {
        call!(
            client,
            admin,
            relaunch_execution,
            Again::No,
            request.clone()
        )
    });
    made_of(client, of, made.await).await
}

/// The same, with the outputs of the nodes that have succeeded.
pub(super) async fn recover(
    client: &Client,
    of: &Execution,
    options: &RelaunchOptions,
) -> Result<Execution, ClusterError> {
    let execution = execution::free(client, options.name.as_deref()).await?;
    let request = admin::ExecutionRecoverRequest {
        id: Some(of.id()),
        name: execution.name.clone(),
        metadata: None,
    };
    let made = execution::made(client, execution, async || {
        call!(client, admin, recover_execution, Again::No, request.clone())
    });
    made_of(client, of, made.await).await
}

/// Says which execution is missing if that is why none was made.
async fn made_of(
    client: &Client,
    of: &Execution,
    made: Result<Execution, ClusterError>,
) -> Result<Execution, ClusterError> {
    match made {
        Ok(made) => Ok(made),
        Err(error) => Err(execution::instead(client, error, of).await),
    }
}
