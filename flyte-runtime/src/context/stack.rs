//! The stack of contexts of the code that is running.

use std::{cell::RefCell, marker::PhantomData, ops::Deref, sync::Arc};

use super::FlyteContext;

/// The contexts that were entered, innermost last.
#[derive(Debug, Default)]
pub(crate) struct Stack {
    contexts: Vec<Arc<FlyteContext>>,
    /// How many of them nobody may pop: they belong to the task or scope that is running.
    base: usize,
}

impl Stack {
    /// The stack of code that runs in `context` and cannot leave it.
    pub(crate) fn based_on(context: Arc<FlyteContext>) -> Self {
        Self {
            contexts: vec![context],
            base: 1,
        }
    }
}

thread_local! {
    /// The contexts that were entered on this thread, or in the async scope that is being polled on it. The outermost,
    /// default context lies below them and is made only when somebody asks for it.
    static STACK: RefCell<Stack> = const { RefCell::new(Stack { contexts: Vec::new(), base: 0 }) };
    /// The outermost context of this thread; replaced by `initialize`.
    static OUTERMOST: RefCell<Option<Arc<FlyteContext>>> = const { RefCell::new(None) };
}

/// The innermost context.
pub(crate) fn current() -> Arc<FlyteContext> {
    STACK
        .with_borrow(|stack| stack.contexts.last().cloned())
        .unwrap_or_else(outermost)
}

/// The default context of this thread.
pub(crate) fn outermost() -> Arc<FlyteContext> {
    OUTERMOST.with_borrow_mut(|outermost| {
        Arc::clone(outermost.get_or_insert_with(|| Arc::new(FlyteContext::outermost())))
    })
}

/// Reads the innermost context that was entered, without touching its reference count.
pub(crate) fn with_current<R>(read: impl FnOnce(Option<&FlyteContext>) -> R) -> R {
    let mut read = Some(read);
    let seen = STACK.try_with(|stack| {
        let stack = stack.borrow();
        read.take()
            .map(|read| read(stack.contexts.last().map(|context| &**context)))
    });
    match (seen, read) {
        (Ok(Some(seen)), _) => seen,
        // At the end of a thread its contexts are gone, and nothing runs in one.
        (_, Some(read)) => read(None),
        (_, None) => unreachable!("`read` is taken only together with a result"),
    }
}

/// How many contexts there are, the outermost included.
pub(crate) fn size() -> usize {
    STACK.with_borrow(|stack| stack.contexts.len()) + 1
}

pub(crate) fn push(context: Arc<FlyteContext>) {
    STACK.with_borrow_mut(|stack| stack.contexts.push(context));
}

/// Takes the innermost context off, unless the code that is running stands on it.
pub(crate) fn pop() -> Option<Arc<FlyteContext>> {
    STACK.with_borrow_mut(|stack| {
        let may_pop = stack.contexts.len() > stack.base;
        if may_pop { stack.contexts.pop() } else { None }
    })
}

/// Forgets every context the running code has entered, and the outermost.
pub(crate) fn reset() {
    let _left = STACK.with_borrow_mut(|stack| {
        let base = stack.base;
        stack.contexts.split_off(base)
    });
    let _outermost = OUTERMOST.take();
}

/// Exchanges this thread's stack and another; used around every poll of an async scope.
pub(crate) fn swap(other: &mut Stack) {
    STACK.with_borrow_mut(|stack| std::mem::swap(stack, other));
}

/// Enters a context until the guard is dropped.
pub(crate) fn enter(context: FlyteContext) -> ContextGuard {
    let context = Arc::new(context);
    let depth = STACK.with_borrow_mut(|stack| {
        stack.contexts.push(Arc::clone(&context));
        stack.contexts.len()
    });
    ContextGuard {
        context,
        depth,
        not_send: PhantomData,
    }
}

/// Runs `work` with `context` as the innermost one and gives the context back; what was entered inside is left with it, also
/// on a panic.
///
/// The way of the engine into every task: cheaper than a guard by a reference count.
pub(crate) fn within<R>(
    context: Arc<FlyteContext>,
    work: impl FnOnce() -> R,
) -> (R, Option<Arc<FlyteContext>>) {
    struct Leave {
        depth: usize,
        base: usize,
    }
    impl Leave {
        fn leave(&self) -> Option<Arc<FlyteContext>> {
            // What a context holds may be the user's, whose drop may ask for the context; so outside of the borrow.
            let (context, _inside) = STACK.with_borrow_mut(|stack| {
                let inside = stack.contexts.split_off(self.depth + 1);
                stack.base = self.base;
                (stack.contexts.pop(), inside)
            });
            context
        }
    }
    impl Drop for Leave {
        fn drop(&mut self) {
            self.leave();
        }
    }
    let leave = STACK.with_borrow_mut(|stack| {
        let leave = Leave {
            depth: stack.contexts.len(),
            base: stack.base,
        };
        stack.contexts.push(context);
        stack.base = stack.contexts.len();
        leave
    });
    let result = work();
    let context = leave.leave();
    std::mem::forget(leave);
    (result, context)
}

/// A context that was entered; dropping the guard leaves it, together with everything entered inside and not left.
///
/// The stack is the thread's, so a guard stays on its thread. Across an `.await` use a [`Scope`](super::Scope).
#[derive(Debug)]
#[must_use = "the context is left when the guard is dropped"]
pub struct ContextGuard {
    context: Arc<FlyteContext>,
    depth: usize,
    not_send: PhantomData<*const ()>,
}

impl Deref for ContextGuard {
    type Target = FlyteContext;

    fn deref(&self) -> &FlyteContext {
        &self.context
    }
}

impl Drop for ContextGuard {
    fn drop(&mut self) {
        // At the end of a thread the stack may be gone before a guard that somebody has kept.
        let _left = STACK.try_with(|stack| {
            let mut stack = stack.borrow_mut();
            // A guard that outlived its place, such as one kept across an await, takes nothing from anybody else.
            let in_place = stack
                .contexts
                .get(self.depth - 1)
                .is_some_and(|context| Arc::ptr_eq(context, &self.context));
            if in_place {
                stack.contexts.split_off(self.depth - 1)
            } else {
                Vec::new()
            }
        });
    }
}
