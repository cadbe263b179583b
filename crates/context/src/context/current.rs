//! The context of the code that is running.
//!
//! What is entered may be of a layer below, such as the graph that a workflow's body builds; it has a context of its
//! own, made when it is asked for.

use std::{
    any::{Any, TypeId},
    cell::RefCell,
    ops::Deref,
    sync::Arc,
};

use super::{ExecutionState, FlyteContext};
use crate::storage::blob_store;
use flyte_core::{
    graph::{compilation::CompilationState, entity::EntityDescriptor},
    types::SharedBlobStore,
};
use flyte_scope as scope;
use flyte_scope::{Entry, Guard, View};

impl Entry for FlyteContext {
    fn find(&self, wanted: TypeId) -> Option<&dyn Any> {
        let is = |of: TypeId| wanted == of;
        if is(TypeId::of::<CompilationState>()) {
            self.compilation_state().map(|state| state as _)
        } else if is(TypeId::of::<EntityDescriptor>()) {
            let task = self.execution_state().and_then(ExecutionState::task);
            task.map(|task| task as _)
        } else if is(TypeId::of::<SharedBlobStore>()) {
            Some(blob_store())
        } else {
            None
        }
    }
}

thread_local! {
    /// The default context of this thread, which lies below all that is entered and is made only when code asks for
    /// it; replaced by `initialize`.
    static OUTERMOST: RefCell<Option<Arc<FlyteContext>>> = const { RefCell::new(None) };
}

/// The innermost context.
pub(crate) fn current() -> Arc<FlyteContext> {
    match scope::current() {
        Some(entry) => scope::own(entry).unwrap_or_else(of_current_entry),
        None => outermost(),
    }
}

#[cold]
fn of_current_entry() -> Arc<FlyteContext> {
    scope::with_current(|entry| entry.map(view)).unwrap_or_else(outermost)
}

/// The context of a scope entry that is not a context itself.
#[cold]
fn view(entry: &dyn Entry) -> Arc<FlyteContext> {
    let make = || {
        let state = entry.find(TypeId::of::<CompilationState>());
        let state = state.and_then(|state| state.downcast_ref::<CompilationState>());
        let builder = FlyteContext::new_root();
        match state {
            Some(state) => builder.with_compilation_state(state.clone()).build(),
            None => builder.build(),
        }
    };
    let view = entry.find(TypeId::of::<View>());
    match view.and_then(|view| view.downcast_ref::<View>()) {
        Some(view) => view.get_or_make(make),
        None => Arc::new(make()),
    }
}

fn with_context_of<R>(
    entry: Option<&dyn Entry>,
    read: impl FnOnce(Option<&FlyteContext>) -> R,
) -> R {
    let Some(entry) = entry else {
        return read(None);
    };
    let any: &dyn Any = entry;
    match any.downcast_ref() {
        Some(context) => read(Some(context)),
        None => read(Some(&view(entry))),
    }
}

/// The default context of this thread.
pub(crate) fn outermost() -> Arc<FlyteContext> {
    match OUTERMOST.try_with(|outermost| outermost.borrow().clone()) {
        Ok(Some(context)) => context,
        _ => make_outermost(),
    }
}

#[cold]
#[inline(never)]
fn make_outermost() -> Arc<FlyteContext> {
    let known = OUTERMOST.try_with(|outermost| {
        Arc::clone(
            outermost
                .borrow_mut()
                .get_or_insert_with(|| Arc::new(FlyteContext::outermost())),
        )
    });
    known.unwrap_or_else(|_| Arc::new(FlyteContext::outermost()))
}

/// Calls `read` with the innermost entered context, without touching its reference count. `read` may enter contexts.
#[inline]
pub fn with_current<R>(read: impl FnOnce(Option<&FlyteContext>) -> R) -> R {
    scope::with_current(|entry| with_context_of(entry, read))
}

/// As [`with_current`], for code that does not enter contexts or run user code.
#[inline]
pub fn look_at_current<R>(look: impl FnOnce(Option<&FlyteContext>) -> R) -> R {
    scope::look_at_current(|entry| with_context_of(entry, look))
}

/// The number of contexts, including the outermost.
pub(crate) fn size() -> usize {
    scope::size() + 1
}

/// Drops every context that the running code has entered; outside of a task and a scope, also the outermost.
pub(crate) fn reset() {
    scope::reset();
    if !scope::is_based() {
        let _outermost = OUTERMOST.try_with(RefCell::take);
    }
}

/// Enters a context until the guard is dropped.
pub(crate) fn enter(context: FlyteContext) -> ContextGuard {
    ContextGuard(scope::enter(Arc::new(context)))
}

/// An entered context; dropping the guard leaves it, together with contexts that were entered inside and not left.
///
/// The stack belongs to the thread, so a guard stays on its thread. Across an `.await` use a [`Scope`](super::Scope).
#[derive(Debug)]
#[must_use = "the context is left when the guard is dropped"]
pub struct ContextGuard(Guard<FlyteContext>);

impl ContextGuard {
    /// Leaves the context; `None` if it was already left.
    pub(super) fn leave(self) -> Option<Arc<FlyteContext>> {
        self.0.leave()
    }
}

impl Deref for ContextGuard {
    type Target = FlyteContext;

    fn deref(&self) -> &FlyteContext {
        &self.0
    }
}
