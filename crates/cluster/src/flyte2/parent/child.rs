//! One child: from the inputs of a node to its outputs.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::task::{AbortHandle, spawn_blocking};

use super::{
    Inner,
    end::{ChildError, End},
};
use crate::{
    flyte2::names,
    offload::Loader,
    serialize::Serializer,
    transfer::{put, read},
};
use flyte_core::{
    error::BoxError,
    graph::{
        NodeOverrides,
        entity::{EntityDescriptor, TaskFuture},
    },
    lock::lock,
    types::{Literal, wire},
};
use flyte_engine::Launch;
use flyte_idl::flyteidl2::{core::TaskTemplate, task::TaskSpec};

/// A task as the cluster runs it, and what identifies it.
pub(super) struct Spec {
    pub(super) task: TaskSpec,
    identity: String,
}

impl Spec {
    pub(super) fn of(
        inner: &Inner,
        entity: &'static EntityDescriptor,
        overrides: Option<&NodeOverrides>,
    ) -> Result<Self, BoxError> {
        let serializer = Serializer::new(&inner.settings).program(inner.program.clone());
        let mut task = serializer.flyte2_task(entity)?;
        if let (Some(overrides), Some(template)) = (overrides, &mut task.task_template) {
            serializer.flyte2_override(entity, template, overrides)?;
        }
        let identity = task.task_template.as_ref().map(names::task_identity);
        Ok(Self {
            task,
            identity: identity.unwrap_or_default(),
        })
    }

    fn template(&self) -> Result<&TaskTemplate, BoxError> {
        let template = self.task.task_template.as_ref();
        template.ok_or_else(|| "the specification of a task is empty".into())
    }
}

/// A call of a task, with the name that its action has.
pub(super) struct Call {
    pub(super) spec: Arc<Spec>,
    pub(super) name: String,
    pub(super) group: String,
    pub(super) cache_key: Option<String>,
    inputs: Vec<u8>,
    has_outputs: bool,
}

impl Call {
    /// The directory of the child, without the slash at its end.
    fn directory(&self, inner: &Inner) -> String {
        format!("{}{}", inner.place.base, self.name)
    }

    pub(super) fn input_uri(&self, inner: &Inner) -> String {
        format!("{}/inputs.pb", self.directory(inner))
    }
}

/// Starts a child, or finds the one that an earlier process of this parent has started.
pub(super) fn launch(inner: &Arc<Inner>, launch: Launch<'_>) -> Result<TaskFuture, BoxError> {
    let entity = launch.entity;
    let mut literals = Vec::with_capacity(entity.inputs().len());
    for (input, value) in entity.inputs().iter().zip(launch.inputs.present()) {
        let literal = inner.files.uploading(|| input.info.to_literal(value));
        let literal = literal.map_err(|error| format!("input `{}`: {error}", input.name))?;
        literals.push((input.name, literal));
    }
    let spec = inner.spec(entity, launch.overrides)?;
    let template = spec.template()?;
    let hash = names::inputs_hash(names::counted(template, &literals));
    let cache_key = names::cache_key(template, &hash);
    let number = lock(&inner.sequence).next(&spec.identity, &hash, &launch.group);
    let name = names::action_name(
        &inner.place.action,
        &hash,
        &spec.identity,
        number,
        &launch.group,
    );
    let call = Call {
        spec: Arc::clone(&spec),
        name: name.clone(),
        group: launch.group,
        cache_key,
        inputs: wire::encode_map(literals.iter().map(|(name, literal)| (*name, literal))),
        has_outputs: !entity.outputs().is_empty(),
    };
    let is_enqueued = Arc::new(AtomicBool::new(false));
    let running = inner
        .runtime
        .spawn(run(Arc::clone(inner), call, Arc::clone(&is_enqueued)));
    let needed = Needed {
        inner: Arc::clone(inner),
        name: name.clone(),
        running: running.abort_handle(),
        is_enqueued,
        has_ended: false,
    };
    Ok(Box::pin(async move {
        let ended = running.await;
        needed.end();
        let lost = |error: tokio::task::JoinError| ChildError::NotRun {
            action: name,
            reason: error.to_string(),
        };
        let ended = ended.map_err(lost).flatten();
        let mut literals = ended.map_err(ChildError::into_error)?;
        let mut outputs = Vec::with_capacity(entity.outputs().len());
        for output in entity.outputs() {
            let literal = literals.remove(output.name);
            let literal = literal.ok_or_else(|| format!("it has no output `{}`", output.name))?;
            let value = output.info.from_literal(literal);
            outputs.push(value.map_err(|error| format!("output `{}`: {error}", output.name))?);
        }
        Ok(outputs)
    }))
}

/// Ends a child when the attempt that waits for it is dropped.
struct Needed {
    inner: Arc<Inner>,
    name: String,
    running: AbortHandle,
    is_enqueued: Arc<AtomicBool>,
    has_ended: bool,
}

impl Needed {
    /// It has ended by itself.
    fn end(mut self) {
        self.has_ended = true;
    }
}

impl Drop for Needed {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        self.running.abort();
        if self.is_enqueued.load(Ordering::Acquire) {
            self.inner.abort(&self.name);
        }
    }
}

async fn run(
    inner: Arc<Inner>,
    call: Call,
    is_enqueued: Arc<AtomicBool>,
) -> Result<BTreeMap<String, Literal>, ChildError> {
    let not_run = |reason: String| ChildError::NotRun {
        action: call.name.clone(),
        reason,
    };
    let is_known = inner.watched.knows(&call.name).await.map_err(not_run)?;
    let end = inner.watched.end_of(&call.name);
    is_enqueued.store(true, Ordering::Release);
    if !is_known {
        let directory = call.directory(&inner);
        let (files, bytes) = (inner.files.clone(), call.inputs.clone());
        let written = spawn_blocking(move || put(&files, &directory, "inputs.pb", &bytes)).await;
        let written = written.map_err(|error| not_run(error.to_string()))?;
        written.map_err(|reason| not_run(format!("its inputs cannot be written: {reason}")))?;
        inner.enqueue(&call).await.map_err(not_run)?;
    }
    let end = end.await;
    let end = end.map_err(|_| not_run("the cluster no longer tells of it".to_owned()))?;
    if !end.has_succeeded() {
        let written = written_error(&inner, &end).await;
        return Err(end.failure(&call.name, written));
    }
    if !call.has_outputs {
        return Ok(BTreeMap::new());
    }
    let (files, directory) = (inner.files.clone(), end.output_uri);
    let found = spawn_blocking(move || {
        let path = format!("{}/outputs.pb", directory.trim_end_matches('/'));
        let bytes = read(&path, &files)?;
        let literals = wire::decode_map(&bytes).map_err(|error| error.to_string())?;
        let mut loader = Loader::new(&files);
        let loaded = literals.into_iter().map(|(name, literal)| {
            let literal = loader.load(literal).map_err(|error| error.to_string())?;
            Ok((name, literal))
        });
        loaded.collect::<Result<BTreeMap<_, _>, String>>()
    });
    let found = found.await.map_err(|error| not_run(error.to_string()))?;
    found.map_err(|reason| not_run(format!("its outputs cannot be read: {reason}")))
}

/// The error that a child has left, where the cluster tells none.
async fn written_error(inner: &Inner, end: &End) -> Option<String> {
    if end.error.is_some() || end.output_uri.is_empty() {
        return None;
    }
    let (files, directory) = (inner.files.clone(), end.output_uri.clone());
    let found = spawn_blocking(move || {
        let path = format!("{}/error.pb", directory.trim_end_matches('/'));
        let bytes = read(&path, &files).ok()?;
        Some(wire::decode_error(&bytes).ok()?.message)
    });
    found.await.ok().flatten()
}
