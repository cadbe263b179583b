//! The service by which a parent enqueues and watches its children.

use std::sync::Arc;

use flyte_idl::{
    flyteidl2::{
        actions::{
            self, WatchForUpdatesResponse, action::Spec, actions_service_server::ActionsService,
            watch_for_updates_request::Filter, watch_for_updates_response::Message,
        },
        common::{ActionIdentifier, ActionPhase},
        core::CatalogCacheStatus,
        workflow::{ActionUpdate, ControlMessage},
    },
    tonic::{Request, Response, Status, async_trait},
};

use super::{
    process,
    serve::Services,
    state::{Action, Kind, Run, Shared, now},
    stream::{Answers, Sender, answers},
};

/// A new action, before anything has happened to it.
pub(super) fn action(name: &str, parent: &str, kind: Kind, input_uri: String) -> Action {
    Action {
        name: name.to_owned(),
        parent: parent.to_owned(),
        group: String::new(),
        kind,
        input_uri,
        phase: ActionPhase::Unspecified,
        attempts: Vec::new(),
        processes: 0,
        error: None,
        abort_reason: None,
        is_aborted: false,
        output_uri: String::new(),
        cache_status: CatalogCacheStatus::CacheDisabled,
        start: None,
        end: None,
        killer: None,
    }
}

#[async_trait]
impl ActionsService for Services {
    async fn enqueue(
        &self,
        request: Request<actions::EnqueueRequest>,
    ) -> Result<Response<actions::EnqueueResponse>, Status> {
        let new = request.into_inner().action;
        // The real service panics on an empty message, which a client sees like this.
        let new = new.ok_or_else(|| Status::internal("stream closed"))?;
        let id = new.action_id.unwrap_or_default();
        let run_id = id.run.unwrap_or_default();
        let parent = new.parent_action_name.unwrap_or_default();
        let is_task = matches!(new.spec, Some(Spec::Task(_)));
        {
            let mut rows = self.0.rows();
            let run = rows.runs.get_mut(&run_id.name);
            let around = |run: &Run| {
                let mut actions = run.actions.iter();
                actions.any(|action| action.name == parent && !action.is_over())
            };
            let Some(run) = run.filter(|run| around(run)) else {
                let place = format!("{}-{parent}", run_id.name);
                return Err(Status::internal(format!(
                    "failed to get parent TaskAction {place}: taskactions.flyte.org \"{place}\" not found"
                )));
            };
            if run.action(&id.name).is_some() {
                if !is_task {
                    return Ok(Response::new(actions::EnqueueResponse {}));
                }
                let place = format!("{}-{}", run_id.name, id.name);
                return Err(Status::internal(format!(
                    "failed to create TaskAction CR {place}: taskactions.flyte.org \"{place}\" already exists"
                )));
            }
            let kind = match new.spec {
                Some(Spec::Task(task)) => Kind::Task {
                    id: task.id.unwrap_or_default(),
                    spec: Box::new(task.spec.unwrap_or_default()),
                    cache_key: task.cache_key,
                },
                Some(Spec::Trace(trace)) => {
                    let phase = trace.phase();
                    let mut own = action(
                        &id.name,
                        &parent,
                        Kind::Trace {
                            name: trace.name,
                            spec: trace.spec,
                        },
                        new.input_uri,
                    );
                    own.phase = phase;
                    own.output_uri = trace.outputs.map_or_else(String::new, |own| own.output_uri);
                    (own.start, own.end) = (trace.start_time, trace.end_time);
                    run.actions.push(own);
                    run.tell(&id.name);
                    drop(rows);
                    self.0.changed();
                    return Ok(Response::new(actions::EnqueueResponse {}));
                }
                Some(Spec::Condition(_)) => {
                    return Err(Status::unimplemented("this server has no conditions"));
                }
                // Nothing happens, and nobody is told.
                None => return Ok(Response::new(actions::EnqueueResponse {})),
            };
            let mut own = action(&id.name, &parent, kind, new.input_uri);
            own.group = new.group;
            run.actions.push(own);
            run.tell(&id.name);
        }
        self.0.changed();
        process::start(&self.0, &run_id.name, &id.name);
        Ok(Response::new(actions::EnqueueResponse {}))
    }

    type WatchForUpdatesStream = Answers<WatchForUpdatesResponse>;

    async fn watch_for_updates(
        &self,
        request: Request<actions::WatchForUpdatesRequest>,
    ) -> Result<Response<Self::WatchForUpdatesStream>, Status> {
        let Some(Filter::ParentActionId(id)) = request.into_inner().filter else {
            return Err(Status::invalid_argument("no parent action"));
        };
        let (sender, answers) = answers();
        tokio::spawn(follow(Arc::clone(&self.0), id, sender));
        Ok(answers)
    }

    async fn update(
        &self,
        _: Request<actions::UpdateRequest>,
    ) -> Result<Response<actions::UpdateResponse>, Status> {
        Err(Status::unimplemented(
            "this server makes its updates itself",
        ))
    }

    async fn abort(
        &self,
        request: Request<actions::AbortRequest>,
    ) -> Result<Response<actions::AbortResponse>, Status> {
        let id = request.into_inner().action_id.unwrap_or_default();
        let run = id.run.clone().unwrap_or_default();
        if self.0.abort(&run.name, &id.name, None).is_none() {
            let place = format!("{}-{}", run.name, id.name);
            return Err(Status::internal(format!(
                "failed to get TaskAction {place}: taskactions.flyte.org \"{place}\" not found"
            )));
        }
        Ok(Response::new(actions::AbortResponse {}))
    }

    async fn signal(
        &self,
        _: Request<actions::SignalRequest>,
    ) -> Result<Response<actions::SignalResponse>, Status> {
        Err(Status::unimplemented("this server has no conditions"))
    }
}

/// Sends a snapshot, the parent in it, then that it was whole, and then what happens to children.
async fn follow(
    shared: Arc<Shared>,
    id: ActionIdentifier,
    sender: Sender<WatchForUpdatesResponse>,
) {
    let answer = |message| {
        Ok(WatchForUpdatesResponse {
            message: Some(message),
        })
    };
    let run = id.run.unwrap_or_default().name;
    let mut changes = shared.changes.subscribe();
    let Some((snapshot, mut sent)) = snapshot(&shared, &run, &id.name) else {
        // Silence, as of the real service.
        return sender.closed().await;
    };
    for update in snapshot {
        if sender
            .send(answer(Message::ActionUpdate(update)))
            .await
            .is_err()
        {
            return;
        }
    }
    let sentinel = Message::ControlMessage(ControlMessage { sentinel: true });
    if sender.send(answer(sentinel)).await.is_err() {
        return;
    }
    loop {
        let updates: Vec<ActionUpdate> = {
            let rows = shared.rows();
            let Some(run) = rows.runs.get(&run) else {
                return;
            };
            let new = &run.updates[sent..];
            sent = run.updates.len();
            let children = new.iter().filter(|(parent, _)| *parent == id.name);
            children.map(|(_, update)| update.clone()).collect()
        };
        for update in updates {
            if sender
                .send(answer(Message::ActionUpdate(update)))
                .await
                .is_err()
            {
                return;
            }
        }
        tokio::select! {
            () = sender.closed() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

/// An action and its children, by name, and how many updates of the run they take into account.
fn snapshot(shared: &Shared, run: &str, name: &str) -> Option<(Vec<ActionUpdate>, usize)> {
    let rows = shared.rows();
    let run = rows.runs.get(run)?;
    let of_it = |action: &&Action| action.parent == name || action.name == name;
    let mut actions: Vec<_> = run.actions.iter().filter(of_it).collect();
    actions.sort_by(|one, other| one.name.cmp(&other.name));
    let updates = actions.iter().map(|action| action.update(&run.id));
    Some((updates.collect(), run.updates.len()))
}

impl Shared {
    /// Ends an action and its children. `None` if there is none.
    pub(super) fn abort(&self, run: &str, name: &str, reason: Option<&str>) -> Option<()> {
        use flyte_engine::process::Reason;

        let mut rows = self.rows();
        let run = rows.runs.get_mut(run)?;
        run.action(name)?;
        let mut next = vec![name.to_owned()];
        let mut is_first = true;
        while let Some(name) = next.pop() {
            let children = run.actions.iter().filter(|action| action.parent == name);
            next.extend(children.map(|action| action.name.clone()));
            let Some(action) = run.action(&name) else {
                continue;
            };
            // The whole run becomes one that was aborted even when it had succeeded.
            let is_root = is_first && action.parent.is_empty();
            if !action.is_over() || is_root {
                action.phase = ActionPhase::Aborted;
                action.is_aborted = true;
                action.end = now();
                if is_first {
                    action.abort_reason = reason.map(str::to_owned);
                }
                if let Some(killing) = action.killer.take() {
                    killing.0.kill(Reason::Cancelled);
                }
                run.tell(&name);
            }
            is_first = false;
        }
        drop(rows);
        self.changed();
        Some(())
    }
}
