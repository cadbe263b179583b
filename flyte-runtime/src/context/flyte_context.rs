//! One context: an immutable answer to "where am I".

use std::sync::Arc;

use super::{CompilationState, ExecutionState, FlyteContextManager};

/// Where the current code runs. Immutable; a changed context is a new one, made with a builder.
///
/// Corresponds to flytekit's `FlyteContext`.
#[derive(Clone, Debug, Default)]
pub struct FlyteContext {
    level: usize,
    compilation_state: Option<CompilationState>,
    execution_state: Option<ExecutionState>,
}

impl FlyteContext {
    /// A builder of a context that has nothing of the current one.
    pub(crate) fn new_root() -> FlyteContextBuilder {
        FlyteContextBuilder {
            context: Self::default(),
        }
    }

    /// The context the calling code runs in.
    pub fn current() -> Arc<Self> {
        FlyteContextManager::current_context()
    }

    /// A builder of a context one level deeper that differs in what is set on it.
    pub fn new_builder(&self) -> FlyteContextBuilder {
        FlyteContextBuilder {
            context: self.clone(),
        }
    }

    /// How many contexts lie below this one; the outermost has level 1.
    pub fn level(&self) -> usize {
        self.level
    }

    /// The graph being built, while a workflow's body is compiled.
    pub fn compilation_state(&self) -> Option<&CompilationState> {
        self.compilation_state.as_ref()
    }

    /// The execution, while a workflow or task runs.
    pub fn execution_state(&self) -> Option<&ExecutionState> {
        self.execution_state.as_ref()
    }
}

/// Makes a [`FlyteContext`] from another. Corresponds to flytekit's `FlyteContext.Builder`.
#[derive(Clone, Debug)]
#[must_use]
pub struct FlyteContextBuilder {
    context: FlyteContext,
}

impl FlyteContextBuilder {
    /// Sets the graph being built.
    pub fn with_compilation_state(mut self, state: CompilationState) -> Self {
        self.context.compilation_state = Some(state);
        self
    }

    /// Sets the execution.
    pub fn with_execution_state(mut self, state: ExecutionState) -> Self {
        self.context.execution_state = Some(state);
        self
    }

    /// The context, one level deeper than the one the builder came from.
    pub fn build(mut self) -> FlyteContext {
        self.context.level += 1;
        self.context
    }
}
