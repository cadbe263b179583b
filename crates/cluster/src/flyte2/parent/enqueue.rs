//! The calls that start and end children.

use std::{sync::Arc, time::Duration};

use flyte_core::lock::lock;
use flyte_idl::{
    flyteidl2::{
        actions::{
            AbortRequest, Action, EnqueueRequest, action::Spec as ActionSpec,
            actions_service_client::ActionsServiceClient,
        },
        task::TaskIdentifier,
        workflow::TaskAction,
    },
    tonic::{Code, Request, Status, metadata::MetadataValue},
};

use super::{Inner, child::Call};

/// How long one call may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How often a call is made again, with waits from half a second to ten: about a quarter of an hour in all.
const TRIES: u32 = 100;

/// The wait before another try.
pub(super) fn wait(tries: u32) -> Duration {
    Duration::from_millis(500 << tries.min(5)).min(Duration::from_secs(10))
}

impl Inner {
    /// Enqueues a child. One that is there already is what is asked for: names are made of calls.
    pub(super) async fn enqueue(&self, call: &Call) -> Result<(), String> {
        let spec = &call.spec.task;
        let id = spec
            .task_template
            .as_ref()
            .and_then(|template| template.id.as_ref());
        let id = id.ok_or("the specification of the task has no name")?;
        let run = &self.place.run;
        let request = EnqueueRequest {
            action: Some(Action {
                action_id: Some(self.place.action_id(&call.name)),
                parent_action_name: Some(self.place.action.clone()),
                input_uri: call.input_uri(self),
                run_output_base: self.place.base.clone(),
                group: call.group.clone(),
                spec: Some(ActionSpec::Task(TaskAction {
                    id: Some(TaskIdentifier {
                        org: run.org.clone(),
                        project: id.project.clone(),
                        domain: id.domain.clone(),
                        name: id.name.clone(),
                        version: id.version.clone(),
                    }),
                    spec: Some(spec.clone()),
                    cache_key: call.cache_key.clone(),
                    queue: String::new(),
                })),
                ..Action::default()
            }),
            run_spec: None,
        };
        let mut tries = 0;
        loop {
            let sent = self.send(request.clone(), |mut service, request| async move {
                service.enqueue(request).await.map(drop)
            });
            match sent.await {
                Ok(()) => return Ok(()),
                Err(status) if is_there(&status) => return Ok(()),
                Err(status) if is_final(&status) || tries == TRIES => {
                    return Err(format!("{:?}: {}", status.code(), status.message()));
                }
                Err(status) => {
                    tracing::warn!(action = call.name, %status, "the call is made again");
                    tokio::time::sleep(wait(tries)).await;
                    tries += 1;
                }
            }
        }
    }

    /// Tells a child that it is not needed any more.
    pub(super) fn abort(self: &Arc<Self>, name: &str) {
        let request = AbortRequest {
            action_id: Some(self.place.action_id(name)),
            reason: Some(format!(
                "its parent {} does not need it any more",
                self.place.action
            )),
            aborted_by: None,
        };
        let (inner, action) = (Arc::clone(self), name.to_owned());
        *lock(&self.aborting) += 1;
        self.runtime.spawn(async move {
            for tries in 0..3 {
                let sent = inner.send(request.clone(), |mut service, request| async move {
                    service.abort(request).await.map(drop)
                });
                match sent.await {
                    Ok(()) => break,
                    // One that the server does not know has not started, or has ended.
                    Err(status) if is_final(&status) || is_absent(&status) => break,
                    Err(status) => {
                        tracing::warn!(action, %status, "a child that is not needed may go on");
                        tokio::time::sleep(wait(tries)).await;
                    }
                }
            }
            *lock(&inner.aborting) -= 1;
        });
    }

    async fn send<Q, F>(
        &self,
        message: Q,
        send: impl FnOnce(ActionsServiceClient<flyte_idl::tonic::transport::Channel>, Request<Q>) -> F,
    ) -> Result<(), Status>
    where
        F: Future<Output = Result<(), Status>>,
    {
        let signed = self.client.signed(message).await;
        let (channel, mut request) =
            signed.map_err(|error| Status::unavailable(error.to_string()))?;
        request.set_timeout(TIMEOUT);
        let run = &self.place.run;
        let told = [
            ("x-actions-project", &run.project),
            ("x-actions-domain", &run.domain),
            ("x-actions-run", &run.name),
            ("x-actions-parent-action", &self.place.action),
        ];
        for (name, value) in told {
            if let Ok(value) = MetadataValue::try_from(value) {
                request.metadata_mut().insert(name, value);
            }
        }
        send(ActionsServiceClient::new(channel), request).await
    }
}

/// Whether the child is there already, which the open-source server says as an internal error.
fn is_there(status: &Status) -> bool {
    match status.code() {
        Code::AlreadyExists => true,
        Code::Internal => status.message().trim_end().ends_with("already exists"),
        _ => false,
    }
}

/// Whether what the call is about does not exist.
fn is_absent(status: &Status) -> bool {
    status.code() == Code::Internal && status.message().contains("failed to get")
}

/// Whether another try would be refused, too.
fn is_final(status: &Status) -> bool {
    let is_final = matches!(
        status.code(),
        Code::InvalidArgument
            | Code::NotFound
            | Code::Aborted
            | Code::Unauthenticated
            | Code::PermissionDenied
            | Code::Unimplemented
    );
    is_final || (is_absent(status) && status.message().contains("parent"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{is_final, is_there, wait};
    use flyte_idl::tonic::Status;

    #[test]
    fn a_child_that_exists_is_no_failure_whatever_the_code() {
        let message =
            "failed to create TaskAction CR r-x: taskactions.flyte.org \"r-x\" already exists";
        assert!(is_there(&Status::internal(message)));
        assert!(is_there(&Status::already_exists("r-x")));
        assert!(!is_there(&Status::internal(
            "failed to create TaskAction CR r-x: timeout"
        )));
    }

    #[test]
    fn only_calls_that_could_succeed_are_made_again() {
        for status in [
            Status::invalid_argument("no"),
            Status::not_found("no"),
            Status::internal(
                "failed to get parent TaskAction r-zz: taskactions.flyte.org \"r-zz\" not found",
            ),
        ] {
            assert!(is_final(&status), "{status}");
        }
        for status in [
            Status::unavailable("gone"),
            Status::deadline_exceeded("late"),
            Status::failed_precondition("full"),
            Status::internal("conflict"),
        ] {
            assert!(!is_final(&status), "{status}");
        }
        assert_eq!(wait(0), Duration::from_millis(500));
        assert_eq!(wait(99), Duration::from_secs(10));
    }
}
