//! Contexts of async code, and of threads and tasks that it starts.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::{FlyteContext, current};
use flyte_core::graph::{
    compilation::CompilationState,
    entity::EntityDescriptor,
    plain_call::{self, InEager},
};
use flyte_scope::Scoped;

/// A future that runs in its own context, wherever and whenever it is polled; made by
/// [`FlyteContext::scope`](super::FlyteContext::scope).
///
/// Several scopes under one `join!` each see their own contexts. Contexts entered inside stay inside.
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Scope<F> {
    /// Whether it belongs to the body of an eager task; while it is polled, this holds the thread's value.
    in_eager: InEager,
    /// `None` only while the scope is being dropped.
    future: Option<Scoped<F>>,
}

impl<F: Future> Scope<F> {
    #[inline]
    pub(crate) fn new(context: Arc<FlyteContext>, future: F) -> Self {
        Self {
            in_eager: InEager::inherited(),
            future: Some(Scoped::new(context, future)),
        }
    }

    /// The scope of an attempt of a task.
    #[inline]
    pub fn of_attempt(context: Arc<FlyteContext>, entity: &EntityDescriptor, future: F) -> Self {
        let mut scope = Self::new(context, future);
        scope.in_eager = InEager::of_attempt(entity);
        scope
    }
}

/// Restores the thread's value, also when the future panics.
struct Restore<'a>(&'a mut InEager);

impl<'a> Restore<'a> {
    #[inline]
    fn after_entering(in_eager: &'a mut InEager) -> Self {
        in_eager.swap();
        Self(in_eager)
    }
}

impl Drop for Restore<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.swap();
    }
}

impl<F: Future> Future for Scope<F> {
    type Output = F::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let _restore = Restore::after_entering(&mut this.in_eager);
        match &mut this.future {
            Some(future) => Pin::new(future).poll(cx),
            None => Poll::Pending,
        }
    }
}

// The future is dropped in its own context.
impl<F> Drop for Scope<F> {
    #[inline]
    fn drop(&mut self) {
        let _restore = Restore::after_entering(&mut self.in_eager);
        self.future = None;
    }
}

/// [`tokio::spawn`] with the current context, which the new task inherits.
///
/// # Panics
///
/// Outside of a tokio runtime, as `tokio::spawn`.
#[track_caller]
#[inline]
pub fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(Scope::new(current::current(), future))
}

/// [`tokio::task::spawn_blocking`] with the current context.
///
/// # Panics
///
/// Outside of a tokio runtime, as `tokio::task::spawn_blocking`.
#[track_caller]
#[inline]
pub fn spawn_blocking<R: Send + 'static>(
    work: impl FnOnce() -> R + Send + 'static,
) -> tokio::task::JoinHandle<R> {
    tokio::task::spawn_blocking(going_on(work))
}

/// Work that continues in the current context on another thread.
fn going_on<R>(work: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let (context, statement) = (current::current(), plain_call::current_statement());
    let in_eager = InEager::inherited();
    move || {
        let state = context.compilation_state();
        if state.is_some_and(CompilationState::is_of_workflow) {
            plain_call::refused_in(statement, || FlyteContext::run_in(context, work))
        } else {
            in_eager.run(|| FlyteContext::run_in(context, work))
        }
    }
}

/// Threads that inherit the current context.
pub mod thread {
    use super::going_on;

    /// [`std::thread::spawn`] with the current context.
    #[inline]
    pub fn spawn<R: Send + 'static>(
        work: impl FnOnce() -> R + Send + 'static,
    ) -> std::thread::JoinHandle<R> {
        std::thread::spawn(going_on(work))
    }
}

/// Runs async code on a copy of the current context, so that its changes do not affect the caller.
///
/// Like Flyte 2's `contextual_run`, but that isolates only the creation of the coroutine; changes made in its body leak
/// out.
#[inline]
pub fn contextual_run<F: Future>(make: impl FnOnce() -> F) -> Scope<F> {
    let context = current::current();
    let future = FlyteContext::run_in(Arc::clone(&context), make);
    Scope::new(context, future)
}
