//! What the cluster tells of the children: a snapshot, and then every change.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use tokio::sync::{oneshot, watch};

use flyte_core::lock::lock;
use flyte_idl::{
    flyteidl2::{
        actions::{
            WatchForUpdatesRequest, actions_service_client::ActionsServiceClient,
            watch_for_updates_request::Filter, watch_for_updates_response::Message,
        },
        common::ActionPhase,
        workflow::ActionUpdate,
    },
    tonic::{Code, Status},
};

use super::{Inner, end::End, enqueue::wait};

/// The children that are known.
pub(super) struct Watched {
    known: Mutex<Known>,
    snapshot: watch::Sender<Snapshot>,
}

#[derive(Default)]
struct Known {
    /// Those that were seen, with their ends. The first end counts.
    children: HashMap<String, Option<End>>,
    waiting: HashMap<String, oneshot::Sender<End>>,
}

/// Whether all earlier children are known.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Snapshot {
    Missing,
    There,
    /// The cluster does not tell.
    Refused(String),
}

impl Watched {
    pub(super) fn new() -> Self {
        Self {
            known: Mutex::default(),
            snapshot: watch::Sender::new(Snapshot::Missing),
        }
    }

    /// Waits until all earlier children are known. Whether this one is among them.
    pub(super) async fn knows(&self, name: &str) -> Result<bool, String> {
        let mut snapshot = self.snapshot.subscribe();
        let told = snapshot
            .wait_for(|snapshot| *snapshot != Snapshot::Missing)
            .await;
        match told.map(|told| told.clone()) {
            Ok(Snapshot::Refused(reason)) => Err(reason),
            Ok(_) => Ok(lock(&self.known).children.contains_key(name)),
            Err(_) => Err("the parent is ending".to_owned()),
        }
    }

    /// The end of a child, when it comes.
    pub(super) fn end_of(&self, name: &str) -> oneshot::Receiver<End> {
        let (sender, receiver) = oneshot::channel();
        let mut known = lock(&self.known);
        match known.children.get(name) {
            Some(Some(end)) => {
                // The receiver is here.
                let _sent = sender.send(end.clone());
            }
            _ => {
                known.waiting.insert(name.to_owned(), sender);
            }
        }
        receiver
    }

    /// Takes note of an update. Of the parent itself nothing is noted, nor of a child before its first phase.
    fn note(&self, parent: &str, update: &ActionUpdate) {
        let Some(id) = &update.action_id else { return };
        if id.name == parent || update.phase() == ActionPhase::Unspecified {
            return;
        }
        let mut known = lock(&self.known);
        let end = known.children.entry(id.name.clone()).or_default();
        if end.is_some() {
            return;
        }
        *end = End::of(update);
        if let Some(end) = end.clone()
            && let Some(waiting) = known.waiting.remove(&id.name)
        {
            // An attempt that is gone needs no end.
            let _sent = waiting.send(end);
        }
    }
}

/// Follows the updates until the parent ends; a stream that breaks is opened again.
pub(super) async fn follow(inner: Arc<Inner>) {
    let mut tries = 0;
    loop {
        let status = match stream(&inner, &mut tries).await {
            Ok(()) => Status::unavailable("the stream of updates has ended"),
            Err(status) => status,
        };
        if is_refusal(&status) {
            let reason = format!("{:?}: {}", status.code(), status.message());
            tracing::error!(reason, "the cluster does not tell of children");
            inner
                .watched
                .snapshot
                .send_replace(Snapshot::Refused(reason));
            // Nobody who waits is told anything any more.
            lock(&inner.watched.known).waiting.clear();
            return;
        }
        tracing::debug!(%status, "the stream of updates is opened again");
        tokio::time::sleep(wait(tries)).await;
        tries += 1;
    }
}

async fn stream(inner: &Inner, tries: &mut u32) -> Result<(), Status> {
    let request = WatchForUpdatesRequest {
        filter: Some(Filter::ParentActionId(
            inner.place.action_id(&inner.place.action),
        )),
    };
    let signed = inner.client.signed(request).await;
    let (channel, request) = signed.map_err(|error| Status::unavailable(error.to_string()))?;
    let mut service = ActionsServiceClient::new(channel);
    let mut updates = service.watch_for_updates(request).await?.into_inner();
    while let Some(update) = updates.message().await? {
        *tries = 0;
        match update.message {
            Some(Message::ActionUpdate(update)) => {
                inner.watched.note(&inner.place.action, &update);
            }
            Some(Message::ControlMessage(control)) if control.sentinel => {
                inner.watched.snapshot.send_replace(Snapshot::There);
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_refusal(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::InvalidArgument
            | Code::NotFound
            | Code::Unauthenticated
            | Code::PermissionDenied
            | Code::Unimplemented
    )
}

#[cfg(test)]
mod tests {
    use super::{Snapshot, Watched};
    use flyte_idl::flyteidl2::{
        common::{ActionIdentifier, ActionPhase},
        workflow::ActionUpdate,
    };

    fn update(name: &str, phase: ActionPhase) -> ActionUpdate {
        ActionUpdate {
            action_id: Some(ActionIdentifier {
                run: None,
                name: name.to_owned(),
            }),
            phase: phase.into(),
            ..ActionUpdate::default()
        }
    }

    #[test]
    fn the_first_end_of_a_child_counts_and_the_parent_is_none() {
        let watched = Watched::new();
        let mut before = watched.end_of("x");
        for phase in [
            ActionPhase::Unspecified,
            ActionPhase::Running,
            ActionPhase::Running,
        ] {
            watched.note("a0", &update("x", phase));
        }
        assert!(before.try_recv().is_err());
        watched.note("a0", &update("x", ActionPhase::Succeeded));
        watched.note("a0", &update("x", ActionPhase::Aborted));
        watched.note("a0", &update("a0", ActionPhase::Succeeded));
        assert!(before.try_recv().expect("it is there").has_succeeded());
        assert!(
            watched
                .end_of("x")
                .try_recv()
                .expect("it is there")
                .has_succeeded()
        );
        assert!(watched.end_of("a0").try_recv().is_err());
    }

    #[test]
    fn only_children_of_the_snapshot_with_a_phase_are_known() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("a runtime");
        let knows = |watched: &Watched, name: &str| runtime.block_on(watched.knows(name));
        let watched = Watched::new();
        watched.note("a0", &update("x", ActionPhase::Queued));
        watched.note("a0", &update("y", ActionPhase::Unspecified));
        watched.snapshot.send_replace(Snapshot::There);
        assert_eq!(knows(&watched, "x"), Ok(true));
        assert_eq!(knows(&watched, "y"), Ok(false));
        watched
            .snapshot
            .send_replace(Snapshot::Refused("no".to_owned()));
        assert_eq!(knows(&watched, "x"), Err("no".to_owned()));
    }
}
