//! Runs that tasks start: calls of eager tasks, and `run` in others. Each is a node of the outer run. The path of a
//! call is the same when the run is resumed, so the history knows what it returned.

use super::{Emitter, Stream};
use crate::run::execution::contexts::EngineAttempt;
use flyte_context::context::FlyteContext;
use flyte_core::{graph::entity::EntityDescriptor, lock::lock};
use flyte_events::{events::Values, history};

/// The outer run's emitter, and the path, attempt and task to which a run inside a task belongs.
pub(super) fn around(context: &FlyteContext) -> Option<(&Emitter, String, u32, String)> {
    let attempt = context.execution_state()?.attempt()?.of();
    let (frame, node) = (attempt.frame(), attempt.node());
    let emitter = frame.run.services.emitter()?;
    let path = emitter.path(frame, node);
    Some((
        emitter,
        path,
        attempt.number(),
        attempt.entity().name().to_owned(),
    ))
}

impl Stream {
    /// The path of a call made by an attempt: the entity and inputs, and how often it was called before.
    pub(super) fn call(
        &self,
        path: &str,
        attempt: u32,
        entity: &EntityDescriptor,
        inputs: &Values,
    ) -> String {
        let key = history::key_of(inputs).map(|key| key.hex());
        let key = key.as_deref().map_or("unknown", |key| &key[..8]);
        let name = entity.short_name();
        let call = format!("{path}/{name}.{key}");
        let mut calls = lock(&self.calls);
        let before = calls.entry(format!("{attempt} {call}")).or_default();
        let number = *before;
        *before += 1;
        match number {
            0 => call,
            number => format!("{call}.{number}"),
        }
    }
}
