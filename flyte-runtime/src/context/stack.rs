//! The stack of contexts of the code that is running.

use std::{cell::RefCell, marker::PhantomData, mem, ops::Deref, rc::Rc, sync::Arc};

use super::FlyteContext;

/// The contexts that were entered, innermost last.
#[derive(Clone, Debug, Default)]
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
    ///
    /// Counted, so that somebody who reads a context keeps it while others are entered: those go to a copy then.
    static STACK: RefCell<Rc<Stack>> = RefCell::default();
    /// The outermost context of this thread; replaced by `initialize`.
    static OUTERMOST: RefCell<Option<Arc<FlyteContext>>> = const { RefCell::new(None) };
}

// At the end of a thread its contexts are gone before destructors that may still ask for one. They find none entered, and
// what they enter is nowhere.

fn read<R>(read: impl FnOnce(&Stack) -> R) -> R {
    let mut read = Some(read);
    let seen = STACK.try_with(|stack| {
        let stack = stack.borrow();
        read.take().map(|read| read(&stack))
    });
    match (seen, read) {
        (Ok(Some(seen)), _) => seen,
        (_, Some(read)) => read(&Stack::default()),
        (_, None) => unreachable!("`read` is taken only together with a result"),
    }
}

fn change<R>(change: impl FnOnce(&mut Stack) -> R) -> Option<R> {
    STACK
        .try_with(|stack| change(Rc::make_mut(&mut stack.borrow_mut())))
        .ok()
}

/// The innermost context.
pub(crate) fn current() -> Arc<FlyteContext> {
    read(|stack| stack.contexts.last().cloned()).unwrap_or_else(outermost)
}

/// The default context of this thread.
pub(crate) fn outermost() -> Arc<FlyteContext> {
    let known = OUTERMOST.try_with(|outermost| {
        Arc::clone(
            outermost
                .borrow_mut()
                .get_or_insert_with(|| Arc::new(FlyteContext::outermost())),
        )
    });
    known.unwrap_or_else(|_| Arc::new(FlyteContext::outermost()))
}

/// Reads the innermost context that was entered, without touching its reference count. Others may be entered meanwhile.
pub(crate) fn with_current<R>(read: impl FnOnce(Option<&FlyteContext>) -> R) -> R {
    let stack = STACK.try_with(|stack| Rc::clone(&stack.borrow()));
    let innermost = stack.as_ref().ok().and_then(|stack| stack.contexts.last());
    read(innermost.map(|context| &**context))
}

/// The same for code that enters no context and runs nothing of the user's.
pub(crate) fn look_at_current<R>(look: impl FnOnce(Option<&FlyteContext>) -> R) -> R {
    read(|stack| look(stack.contexts.last().map(|context| &**context)))
}

/// How many contexts there are, the outermost included.
pub(crate) fn size() -> usize {
    read(|stack| stack.contexts.len()) + 1
}

/// Whether the code that is running stands on a context that it cannot leave: that of a task or an async scope.
fn is_based() -> bool {
    read(|stack| stack.base > 0)
}

/// Forgets every context the running code has entered; outside of a task and a scope, the outermost too.
pub(crate) fn reset() {
    // Dropped outside of the borrow: what a context holds may be the user's.
    let _left = change(|stack| {
        let base = stack.base;
        stack.contexts.split_off(base)
    });
    if !is_based() {
        let _outermost = OUTERMOST.try_with(RefCell::take);
    }
}

/// Exchanges this thread's stack and another; used around every poll of an async scope.
pub(crate) fn swap(other: &mut Stack) {
    change(|stack| mem::swap(stack, other));
}

/// Enters a context until the guard is dropped.
pub(crate) fn enter(context: FlyteContext) -> ContextGuard {
    let context = Arc::new(context);
    let depth = change(|stack| {
        stack.contexts.push(Arc::clone(&context));
        stack.contexts.len()
    });
    ContextGuard {
        context,
        depth: depth.unwrap_or_default(),
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
            let (context, _inside) = change(|stack| {
                let own = self.depth + 1;
                let inside = (stack.contexts.len() > own).then(|| stack.contexts.split_off(own));
                stack.base = self.base;
                (stack.contexts.pop(), inside)
            })?;
            context
        }
    }
    impl Drop for Leave {
        fn drop(&mut self) {
            self.leave();
        }
    }
    let leave = change(|stack| {
        let leave = Leave {
            depth: stack.contexts.len(),
            base: stack.base,
        };
        stack.contexts.push(context);
        stack.base = stack.contexts.len();
        leave
    });
    let result = work();
    let Some(leave) = leave else {
        return (result, None);
    };
    let context = leave.leave();
    mem::forget(leave);
    (result, context)
}

/// A context that was entered; dropping the guard leaves it, together with everything entered inside and not left.
///
/// The stack is the thread's, so a guard stays on its thread. Across an `.await` use a [`Scope`](super::Scope).
#[derive(Debug)]
#[must_use = "the context is left when the guard is dropped"]
pub struct ContextGuard {
    context: Arc<FlyteContext>,
    /// From 1; zero once the context was left.
    depth: usize,
    not_send: PhantomData<*const ()>,
}

impl ContextGuard {
    /// Leaves the context; `None` when it was left already.
    pub(super) fn leave(mut self) -> Option<Arc<FlyteContext>> {
        self.leave_now().then(|| Arc::clone(&self.context))
    }

    fn leave_now(&mut self) -> bool {
        let depth = mem::take(&mut self.depth);
        // Dropped outside of the borrow: what a context holds may be the user's.
        let left = change(|stack| {
            // A guard that outlived its place, such as one kept across an await, takes nothing from anybody else.
            let in_place = depth > stack.base
                && stack
                    .contexts
                    .get(depth - 1)
                    .is_some_and(|context| Arc::ptr_eq(context, &self.context));
            in_place.then(|| stack.contexts.split_off(depth - 1))
        });
        left.flatten().is_some()
    }
}

impl Deref for ContextGuard {
    type Target = FlyteContext;

    fn deref(&self) -> &FlyteContext {
        &self.context
    }
}

impl Drop for ContextGuard {
    fn drop(&mut self) {
        self.leave_now();
    }
}
