//! The current context, and temporary changes of it.

use std::{panic::Location, sync::Arc};

use super::{
    ContextGuard, FlyteContext, FlyteContextBuilder, SignalHandlerError, current, signals,
};

/// Access to the current context, and temporary changes of it.
///
/// The stack of contexts belongs to the thread, or to the async [`Scope`](super::Scope), that runs the code. Code on
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

/// The context was already left: with an outer one, by `initialize`, or on another stack. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the context was left before and cannot be popped; pop what was pushed in reverse order, or use `with_context`, \
     which \
     cannot get it wrong"
)]
pub struct PopContextError;

impl FlyteContextManager {
    /// Drops all contexts of this thread and starts again with a default one of level 1.
    ///
    /// In a task or an async [`Scope`](super::Scope) it drops only what was entered there, and starts again from the
    /// context of the task or scope: the code still runs in the task, and the thread's other contexts are not its own.
    /// It has no other effect: flytekit's also installs a signal handler and makes two directories.
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

    /// Makes `context` the current one until the returned guard is dropped or passed to
    /// [`pop_context`](Self::pop_context).
    ///
    /// The stack belongs to the thread, so a future that holds a pushed context across an await cannot be spawned; use
    /// a [`Scope`](super::Scope) instead.
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

    /// Leaves a pushed context, with everything pushed after it, and returns it.
    ///
    /// Only pushed contexts can be popped, not the base context of a task, scope or thread. flytekit's method removes
    /// that one, too, and then fails.
    ///
    /// # Errors
    ///
    /// When the context was already left. Nothing changes then.
    pub fn pop_context(pushed: ContextGuard) -> Result<Arc<FlyteContext>, PopContextError> {
        pushed.leave().ok_or(PopContextError)
    }

    /// The number of contexts; 1 outside of everything.
    pub fn size() -> usize {
        current::size()
    }

    /// Calls `handler` when the program is interrupted (Ctrl-C), before it ends with the exit code 130.
    ///
    /// Before the first call, Ctrl-C keeps its default behaviour; flytekit changes it on import. Handlers are called in
    /// the order in which they were added.
    ///
    /// # Errors
    ///
    /// When the program has its own handler, which stays in place.
    pub fn add_signal_handler(
        handler: impl Fn() + Send + Sync + 'static,
    ) -> Result<(), SignalHandlerError> {
        signals::add(Arc::new(handler))
    }

    /// Where the current context was entered; the location of this call if none was entered.
    #[track_caller]
    pub fn get_origin_stackframe() -> &'static Location<'static> {
        let here = Location::caller();
        current::with_current(|context| context.and_then(FlyteContext::origin_stackframe))
            .unwrap_or(here)
    }
}
