//! The current context and how to change it for a while.

use std::{panic::Location, sync::Arc};

use super::{ContextGuard, FlyteContext, FlyteContextBuilder, SignalHandlerError, signals, stack};

/// The current context and how to change it for a while.
///
/// The stack of contexts belongs to the thread, or to the async [`Scope`](super::Scope), that runs the code: code on another
/// thread, or in another scope under the same `join!`, never sees it. Corresponds to flytekit's `FlyteContextManager`, which
/// is one list for the whole process and documented as not thread-safe.
///
/// ```
/// use flyte_runtime::context::{FlyteContext, FlyteContextManager};
///
/// assert_eq!(FlyteContextManager::size(), 1);
/// let builder = FlyteContext::current().with_new_compilation_state();
/// FlyteContextManager::with_context(builder, |context| {
///     assert!(context.compilation_state().is_some());
///     assert_eq!((context.level(), FlyteContextManager::size()), (2, 2));
/// });
/// assert!(FlyteContext::current().compilation_state().is_none());
/// ```
#[derive(Debug)]
pub struct FlyteContextManager;

/// There is no context left to leave but the one the running task, scope or thread stands on; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the outermost context cannot be popped; pop only what `push_context` has pushed, or use `with_context`, which does both"
)]
pub struct LastContextError;

impl FlyteContextManager {
    /// Forgets all contexts of this thread and starts again from a default one of level 1.
    ///
    /// Touches nothing else: flytekit's also installs a signal handler and makes two directories.
    pub fn initialize() {
        stack::reset();
    }

    /// The innermost context.
    pub fn current_context() -> Arc<FlyteContext> {
        stack::current()
    }

    /// Runs `inside` in the context that `builder` makes, and restores the previous one afterwards, also on a panic.
    #[track_caller]
    pub fn with_context<R>(
        builder: FlyteContextBuilder,
        inside: impl FnOnce(&FlyteContext) -> R,
    ) -> R {
        let context = stack::enter(builder.build().at(Location::caller()));
        inside(&context)
    }

    /// Enters the context that `builder` makes until the guard is dropped.
    #[track_caller]
    pub fn enter(builder: FlyteContextBuilder) -> ContextGuard {
        stack::enter(builder.build().at(Location::caller()))
    }

    /// Makes `context` the current one; every push needs a [`pop_context`](Self::pop_context).
    ///
    /// The stack is the thread's: between a push and its pop there must be no `.await` outside of a
    /// [`Scope`](super::Scope), where other tasks on the thread would see the context.
    ///
    /// Prefer [`with_context`](Self::with_context) or [`enter`](Self::enter), which cannot forget it.
    #[track_caller]
    pub fn push_context(context: FlyteContext) -> Arc<FlyteContext> {
        let context = Arc::new(context.at(Location::caller()));
        stack::push(Arc::clone(&context));
        context
    }

    /// Leaves the current context and gives it back.
    ///
    /// # Errors
    ///
    /// When it is the one that the running task, scope or thread stands on. Nothing is lost then: flytekit removes it before it complains.
    pub fn pop_context() -> Result<Arc<FlyteContext>, LastContextError> {
        stack::pop().ok_or(LastContextError)
    }

    /// How many contexts there are; 1 outside of everything.
    pub fn size() -> usize {
        stack::size()
    }

    /// Calls `handler` when the program is interrupted (Ctrl-C), before it ends with the exit code 130.
    ///
    /// Until the first call Ctrl-C is what it was: flytekit takes it over when it is imported. Handlers are called in the
    /// order in which they were added.
    ///
    /// # Errors
    ///
    /// When the program has a handler of its own, which is left in place.
    pub fn add_signal_handler(
        handler: impl Fn() + Send + Sync + 'static,
    ) -> Result<(), SignalHandlerError> {
        signals::add(Arc::new(handler))
    }

    /// Where the current context was entered, or this call is made when nobody entered one.
    #[track_caller]
    pub fn get_origin_stackframe() -> &'static Location<'static> {
        let here = Location::caller();
        stack::with_current(|context| context.and_then(FlyteContext::origin_stackframe))
            .unwrap_or(here)
    }
}
