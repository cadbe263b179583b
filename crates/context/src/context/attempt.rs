//! Attempts of tasks: their identity, and the parameters that a task can ask for.

use std::{
    any::Any,
    fmt,
    path::{Path, PathBuf},
    ptr,
    sync::{Arc, OnceLock},
};

use super::ExecutionParameters;
use crate::output_metadata::OutputMetadataTracker;
use flyte_config::identifier::ActionId;
use flyte_core::graph::entity::EntityDescriptor;

/// Makes the attempts of some nodes, and knows the parameters of their tasks.
pub trait AttemptSource: Any + Send + Sync {
    /// The entity that runs for a node.
    fn entity(&self, node: u32) -> &'static EntityDescriptor;

    /// The id of a node, with the ids of the enclosing nodes.
    fn path(&self, node: u32) -> String;

    /// Flyte 2's identifier of the execution of a node.
    fn action(&self, node: u32) -> ActionId;

    /// The execution parameters for the task of an attempt.
    fn parameters(&self, attempt: &AttemptOf) -> ExecutionParameters;

    /// Whether an attempt is to end although it could go on: it, or the task whose run it is in.
    fn is_cancelled(&self, attempt: &AttemptOf) -> bool;

    /// Calls `wake` when an attempt is to end. The number is for [`forget`](Self::forget).
    fn on_cancel(self: Arc<Self>, attempt: &AttemptOf, wake: Box<dyn FnOnce() + Send>) -> u64;

    /// Drops what [`on_cancel`](Self::on_cancel) was given, unless it was called.
    fn forget(&self, number: u64);

    /// What takes the lines of an attempt, if somebody keeps them.
    fn lines(&self, attempt: &AttemptOf) -> Option<TakesLines>;
}

/// Takes what an attempt writes, in pieces of any length.
pub type TakesLines = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// One attempt of a node.
#[derive(Clone)]
pub struct AttemptOf {
    source: Arc<dyn AttemptSource>,
    node: u32,
    /// `None` for the first attempt.
    again: Option<Box<Again>>,
}

/// Data of a later attempt about those before it.
#[derive(Clone)]
struct Again {
    /// Which attempt it is, from 1.
    attempt: u32,
    /// The checkpoint of the newest attempt that saved one.
    checkpoint: Option<PathBuf>,
}

impl fmt::Debug for AttemptOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attempt of {}", self.path())
    }
}

impl AttemptOf {
    /// The first attempt of a node.
    #[inline]
    pub fn new(source: Arc<dyn AttemptSource>, node: u32) -> Self {
        Self {
            source,
            node,
            again: None,
        }
    }

    /// Reuses this for an attempt of another node of the same source; returns false if the source is another one.
    fn reuse_for<S: AttemptSource>(&mut self, source: &Arc<S>, node: u32) -> bool {
        self.node = node;
        self.again = None;
        ptr::addr_eq(Arc::as_ptr(&self.source), Arc::as_ptr(source))
    }

    /// The attempt after this one; `parameters` are those that the task asked for, if it did.
    fn next(&self, parameters: Option<&ExecutionParameters>) -> Self {
        let before = self.again.as_deref();
        let again = Again {
            attempt: before.map_or(0, |before| before.attempt) + 1,
            checkpoint: parameters
                .and_then(ExecutionParameters::saved_checkpoint)
                .or_else(|| before?.checkpoint.clone()),
        };
        Self {
            again: Some(Box::new(again)),
            ..self.clone()
        }
    }

    /// The source of the attempt.
    #[inline]
    pub fn source(&self) -> &Arc<dyn AttemptSource> {
        &self.source
    }

    /// The number by which the source knows the node.
    #[inline]
    pub fn node(&self) -> u32 {
        self.node
    }

    /// The entity that runs for the node.
    #[inline]
    pub fn entity(&self) -> &'static EntityDescriptor {
        self.source.entity(self.node)
    }

    /// Which attempt it is, from 0.
    #[inline]
    pub fn number(&self) -> u32 {
        self.again.as_deref().map_or(0, |again| again.attempt)
    }

    /// The checkpoint of an earlier attempt.
    #[inline]
    pub fn checkpoint(&self) -> Option<&Path> {
        self.again.as_deref()?.checkpoint.as_deref()
    }

    /// The id of the node, with the ids of the enclosing nodes.
    #[inline]
    pub fn path(&self) -> String {
        self.source.path(self.node)
    }

    /// Whether it is to end although it could go on: it, or the task whose run it is in.
    pub fn is_cancelled(&self) -> bool {
        self.source.is_cancelled(self)
    }

    /// Calls `wake` when it is to end. The number is for [`forget`](Self::forget).
    pub fn on_cancel(&self, wake: impl FnOnce() + Send + 'static) -> u64 {
        Arc::clone(&self.source).on_cancel(self, Box::new(wake))
    }

    /// Drops what [`on_cancel`](Self::on_cancel) was given, unless it was called.
    pub fn forget(&self, number: u64) {
        self.source.forget(number);
    }

    /// What takes its lines, if somebody keeps them.
    pub fn lines(&self) -> Option<TakesLines> {
        self.source.lines(self)
    }

    /// Flyte 2's identifier of the execution.
    #[inline]
    pub(crate) fn action(&self) -> ActionId {
        self.source.action(self.node)
    }
}

/// An attempt with the state that its task asked for.
#[derive(Debug)]
pub struct Attempt {
    of: AttemptOf,
    parameters: OnceLock<ExecutionParameters>,
    output_metadata: OnceLock<OutputMetadataTracker>,
}

impl Attempt {
    /// An attempt whose task has not asked for anything yet.
    #[inline]
    pub fn new(of: AttemptOf) -> Self {
        Self {
            of,
            parameters: OnceLock::new(),
            output_metadata: OnceLock::new(),
        }
    }

    /// The attempt after this one.
    #[inline]
    pub(crate) fn next(&self) -> Self {
        Self::new(self.of.next(self.parameters.get()))
    }

    /// The node and the number of the attempt.
    #[inline]
    pub fn of(&self) -> &AttemptOf {
        &self.of
    }

    /// Reuses this for a fresh attempt of another node of the same source; returns false if the source is another one.
    #[inline]
    pub(crate) fn reuse_for<S: AttemptSource>(&mut self, source: &Arc<S>, node: u32) -> bool {
        self.parameters.take();
        self.output_metadata.take();
        self.of.reuse_for(source, node)
    }

    /// The output metadata; each attempt starts without any.
    #[inline]
    pub(crate) fn output_metadata(&self) -> &OutputMetadataTracker {
        self.output_metadata.get_or_init(OutputMetadataTracker::new)
    }

    /// The output metadata, if the task has attached any.
    #[inline]
    pub(crate) fn said_about_outputs(&self) -> Option<&OutputMetadataTracker> {
        self.output_metadata.get()
    }

    #[inline]
    pub(super) fn parameters(&self) -> &ExecutionParameters {
        self.parameters
            .get_or_init(|| self.of.source.parameters(&self.of))
    }
}

// A copy belongs to the same attempt as the original, so shared state, such as the directory, is created before the
// copy.
impl Clone for Attempt {
    fn clone(&self) -> Self {
        Self {
            of: self.of.clone(),
            parameters: OnceLock::from(self.parameters().clone()),
            output_metadata: OnceLock::from(self.output_metadata().clone()),
        }
    }
}
