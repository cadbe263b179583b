//! Archived executions: they are kept, and lists leave them out.

use flyte_idl::flyteidl::admin::{self, ExecutionState};

use super::{
    client::{Again, call},
    error::ClusterError,
    execution::{self, Execution},
    remote::{BlockingRemote, Remote, blocking},
};

impl Remote {
    /// Archives an execution, so that lists leave it out. It can still be shown by its name.
    ///
    /// # Errors
    ///
    /// [`ClusterError`], also if there is no such execution.
    pub async fn archive(&self, execution: &Execution) -> Result<(), ClusterError> {
        let request = admin::ExecutionUpdateRequest {
            id: Some(execution.id()),
            state: ExecutionState::ExecutionArchived.into(),
        };
        match call!(self.client, admin, update_execution, Again::Yes, request) {
            Ok(_) => Ok(()),
            Err(error) => Err(execution::instead(&self.client, error, execution).await),
        }
    }
}

blocking! {
    archive(execution: &Execution) -> ();
}
