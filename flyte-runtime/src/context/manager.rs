//! The stack of contexts of a thread or of an async task.

use std::{
    cell::RefCell,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::{FlyteContext, FlyteContextBuilder};
use crate::graph::NodeList;

thread_local! {
    /// The contexts that were entered on this thread; the outermost, default one is implied and never stored.
    static STACK: RefCell<Vec<Arc<FlyteContext>>> = const { RefCell::new(Vec::new()) };
}

/// The current context and how to change it for a while.
///
/// The stack belongs to the thread, or to the async task, that runs the code. Corresponds to flytekit's
/// `FlyteContextManager`, which is one list for the whole process.
#[derive(Debug)]
pub struct FlyteContextManager;

impl FlyteContextManager {
    /// The innermost context.
    pub fn current_context() -> Arc<FlyteContext> {
        STACK
            .with_borrow(|stack| stack.last().cloned())
            .unwrap_or_else(outermost)
    }

    /// Runs `inside` in the context that `builder` makes, and restores the previous one afterwards, also on a panic.
    pub fn with_context<R>(
        builder: FlyteContextBuilder,
        inside: impl FnOnce(&FlyteContext) -> R,
    ) -> R {
        let context = Arc::new(builder.build());
        let _guard = push(Arc::clone(&context));
        inside(&context)
    }

    /// How many contexts there are; 1 outside of everything.
    pub fn size() -> usize {
        STACK.with_borrow(Vec::len) + 1
    }

    /// Enters a context until the guard is dropped.
    pub fn enter(context: FlyteContext) -> ContextGuard {
        push(Arc::new(context))
    }
}

fn outermost() -> Arc<FlyteContext> {
    thread_local! {
        static OUTERMOST: Arc<FlyteContext> = Arc::new(FlyteContext::new_root().build());
    }
    OUTERMOST.with(Arc::clone)
}

fn push(context: Arc<FlyteContext>) -> ContextGuard {
    let depth = STACK.with_borrow_mut(|stack| {
        stack.push(context);
        stack.len()
    });
    ContextGuard {
        depth,
        not_send: PhantomData,
    }
}

/// Leaves a context when dropped.
#[derive(Debug)]
#[must_use = "the context is left when the guard is dropped"]
pub struct ContextGuard {
    depth: usize,
    /// The stack is the thread's, so the guard must stay on it.
    not_send: PhantomData<*const ()>,
}

impl Drop for ContextGuard {
    fn drop(&mut self) {
        // What was entered inside and not left is left with it.
        STACK.with_borrow_mut(|stack| stack.truncate(self.depth - 1));
    }
}

/// Reads the current context without touching its reference count.
pub(crate) fn with_current<R>(read: impl FnOnce(Option<&FlyteContext>) -> R) -> R {
    STACK.with_borrow(|stack| read(stack.last().map(|context| &**context)))
}

/// Gives access to the graph being built, if one is.
pub(crate) fn with_node_list<R>(with: impl FnOnce(Option<&mut NodeList>) -> R) -> R {
    // Cloned, so that user code called from `with` may use the context itself.
    let state =
        with_current(|context| context.and_then(|context| context.compilation_state().cloned()));
    match state {
        Some(state) => state.with_nodes(|list| with(Some(list))),
        None => with(None),
    }
}

/// A future that runs in a context of its own wherever it is polled.
#[derive(Debug)]
pub(crate) struct Scoped<F> {
    stack: Vec<Arc<FlyteContext>>,
    future: F,
}

impl<F: Future + Unpin> Scoped<F> {
    pub(crate) fn new(context: FlyteContext, future: F) -> Self {
        Self {
            stack: vec![Arc::new(context)],
            future,
        }
    }
}

impl<F: Future + Unpin> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        /// Puts the thread's own stack back, also when the future panics.
        struct Restore<'a>(&'a mut Vec<Arc<FlyteContext>>);
        impl Drop for Restore<'_> {
            fn drop(&mut self) {
                STACK.with_borrow_mut(|stack| std::mem::swap(stack, self.0));
            }
        }
        let this = &mut *self;
        STACK.with_borrow_mut(|stack| std::mem::swap(stack, &mut this.stack));
        let _restore = Restore(&mut this.stack);
        Pin::new(&mut this.future).poll(cx)
    }
}
