//! The current context and how to change it for a while.

use std::{panic::Location, sync::Arc};

use super::{
    ContextGuard, FlyteContext, FlyteContextBuilder, SignalHandlerError, current, signals,
};

/// The current context and how to change it for a while.
///
/// The stack of contexts belongs to the thread, or to the async [`Scope`](super::Scope), that runs the code: code on
/// another thread, or in another scope under the same `join!`, never sees it. Corresponds to flytekit's
/// `FlyteContextManager`, which is one list for the whole process and documented as not thread-safe.
///
/// ```
/// use flyte_runtime::{compat::FlyteContextManager, context::FlyteContext};
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

/// The context was left before: with one around it, by `initialize`, or on another stack. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the context was left before and cannot be popped; pop what was pushed in reverse order, or use `with_context`, \
     which \
     cannot get it wrong"
)]
pub struct PopContextError;

impl FlyteContextManager {
    /// Forgets all contexts of this thread and starts again from a default one of level 1.
    ///
    /// In a task or an async [`Scope`](super::Scope) it forgets what was entered there, and starts again from the
    /// context of the task or scope: what runs stays a task, and the thread's own contexts belong to others. Touches
    /// nothing else: flytekit's also installs a signal handler and makes two directories.
    pub fn initialize() {
        current::reset();
    }

    /// The innermost context.
    pub fn current_context() -> Arc<FlyteContext> {
        current::current()
    }

    /// Runs `inside` in the context that `builder` makes, and restores the previous one afterwards, also on a panic.
    #[track_caller]
    pub fn with_context<R>(
        builder: FlyteContextBuilder,
        inside: impl FnOnce(&FlyteContext) -> R,
    ) -> R {
        let context = current::enter(builder.build().at(Location::caller()));
        inside(&context)
    }

    /// Enters the context that `builder` makes until the guard is dropped.
    #[track_caller]
    pub fn enter(builder: FlyteContextBuilder) -> ContextGuard {
        current::enter(builder.build().at(Location::caller()))
    }

    /// Makes `context` the current one until what this gives is handed to [`pop_context`](Self::pop_context), or
    /// dropped.
    ///
    /// The stack is the thread's, so a future that is pushed in and not yet popped when it awaits cannot be spawned; it
    /// needs a [`Scope`](super::Scope).
    ///
    /// ```compile_fail
    /// # use flyte_runtime::{compat::FlyteContextManager, context::FlyteContext};
    /// tokio::spawn(async {
    ///     let pushed = FlyteContextManager::push_context(FlyteContext::current().with_group("g").build());
    ///     tokio::task::yield_now().await; // the thread may be another one now
    ///     FlyteContextManager::pop_context(pushed).unwrap();
    /// });
    /// ```
    #[track_caller]
    pub fn push_context(context: FlyteContext) -> ContextGuard {
        current::enter(context.at(Location::caller()))
    }

    /// Leaves a context that was pushed, with everything pushed after it, and gives it back.
    ///
    /// Only what was pushed can be popped, so the context that a task, scope or thread stands on cannot. flytekit's
    /// removes that one, too, and then complains.
    ///
    /// # Errors
    ///
    /// When the context was left before. Nothing is lost then.
    pub fn pop_context(pushed: ContextGuard) -> Result<Arc<FlyteContext>, PopContextError> {
        pushed.leave().ok_or(PopContextError)
    }

    /// How many contexts there are; 1 outside of everything.
    pub fn size() -> usize {
        current::size()
    }

    /// Calls `handler` when the program is interrupted (Ctrl-C), before it ends with the exit code 130.
    ///
    /// Until the first call Ctrl-C is what it was: flytekit takes it over when it is imported. Handlers are called in
    /// the order in which they were added.
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
        current::with_current(|context| context.and_then(FlyteContext::origin_stackframe))
            .unwrap_or(here)
    }
}
