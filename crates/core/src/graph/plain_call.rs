//! Refuses plain calls of tasks where they would be a mistake: while a graph is built, in a default, and in an eager
//! task.
//!
//! The macro cannot see a call in a helper function or behind a function's name. Such a call would run the task while
//! the graph is built, and no node would be made. In the body of an eager task it would bypass the engine, which
//! applies the options of the task. So the functions of tasks check here before they do anything.

use std::{
    cell::{Cell, RefCell},
    mem, ptr,
};

use super::CompileProblem;
use crate::graph::{
    compilation::CompilationState,
    entity::{EntityDescriptor, ExecutionBehavior, Location},
};
use flyte_scope as scope;

/// The body of a workflow is somewhere on this thread's stack.
const BUILDING: u8 = 1;
/// A default is being made somewhere on this thread's stack.
const DEFAULT: u8 = 2;
/// The body of an eager task is being polled.
const EAGER: u8 = 4;
/// The body of an eager task is about to begin: its own function is the next to check.
const BEGINNING: u8 = 8;

thread_local! {
    /// Reasons to refuse a plain call on this thread. Only the scope knows whether one of them is innermost on the
    /// stack, and it is asked only if a reason is set, so an ordinary plain call costs one read of this cell.
    static GUARDS: Cell<u8> = const { Cell::new(0) };
    /// The current statement of the innermost running body.
    static STATEMENT: Cell<Option<Location>> = const { Cell::new(None) };
    /// The scope in which the innermost default is made.
    static DEFAULT_IN: Cell<*const ()> = const { Cell::new(ptr::null()) };
    /// The message with which the last call in an eager task was refused.
    static REFUSED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Puts the guards back as they were.
struct Restore(u8);

impl Restore {
    fn after_adding(guard: u8) -> Self {
        let before = GUARDS.get();
        GUARDS.set(before | guard);
        Self(before)
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        GUARDS.set(self.0);
    }
}

/// The current statement, for another thread that continues it.
pub fn current_statement() -> Option<Location> {
    STATEMENT.get()
}

/// Builds the graph of a workflow with plain calls refused; `statement` is the statement that builds it.
pub fn refused_in<R>(statement: Option<Location>, build: impl FnOnce() -> R) -> R {
    struct Statement(Option<Location>);
    impl Drop for Statement {
        fn drop(&mut self) {
            STATEMENT.set(self.0);
        }
    }
    let _restore = Restore::after_adding(BUILDING);
    let _statement = Statement(STATEMENT.replace(statement));
    build()
}

/// Makes a default with plain calls refused, because no task runs for a default.
pub(crate) fn refused_in_default<R>(make: impl FnOnce() -> R) -> R {
    struct Around(*const ());
    impl Drop for Around {
        fn drop(&mut self) {
            DEFAULT_IN.set(self.0);
        }
    }
    let _restore = Restore::after_adding(DEFAULT);
    let _around = Around(DEFAULT_IN.replace(scope::identity()));
    make()
}

/// Whether a future, or work on another thread, belongs to the body of an eager task.
#[derive(Clone, Copy, Debug)]
pub struct InEager(u8);

impl InEager {
    /// New work belongs to the same body as the code that starts it.
    pub fn inherited() -> Self {
        Self(GUARDS.get() & EAGER)
    }

    /// A new attempt of a task, which does not belong to another body.
    pub fn of_attempt(entity: &EntityDescriptor) -> Self {
        Self(if is_eager(entity) {
            EAGER | BEGINNING
        } else {
            0
        })
    }

    /// Swaps this with the state of the thread; called around every poll.
    pub fn swap(&mut self) {
        let guards = GUARDS.get();
        GUARDS.set((guards & !(EAGER | BEGINNING)) | self.0);
        self.0 = guards & (EAGER | BEGINNING);
    }

    /// Runs work as part of the body from which this was inherited.
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _restore = Restore::after_adding(self.0);
        work()
    }
}

fn is_eager(entity: &EntityDescriptor) -> bool {
    entity.execution_behavior() == Some(ExecutionBehavior::Eager)
}

/// Records that the statement with this call begins.
#[track_caller]
pub fn statement() {
    STATEMENT.set(Some(Location::caller()));
}

/// Panics if a workflow's body runs or a default is made, and not a task. The function of a task calls this first.
///
/// # Panics
///
/// In a workflow's body, whose compilation then fails with the same message, and in a default.
#[inline]
pub fn refuse_in_graph(module: &'static str, function: &'static str) {
    if GUARDS.get() & (BUILDING | DEFAULT) != 0 {
        refuse(module, function);
    }
}

/// As [`refuse_in_graph`], for the function of a task with options, which an eager task may not call plainly either.
///
/// # Panics
///
/// As [`refuse_in_graph`], and in the body of an eager task, whose attempt then fails with the message. `entity` is the
/// name of the type beside the function.
#[inline]
pub fn refuse_without_options(module: &'static str, function: &'static str, entity: &'static str) {
    if GUARDS.get() != 0 {
        refuse(module, function);
        refuse_in_eager(module, function, entity);
    }
}

/// As [`refuse_in_graph`], for the function of an eager task; from here on the thread is in its body.
///
/// # Panics
///
/// As [`refuse_in_graph`], and as [`refuse_without_options`] if it has options.
#[inline]
pub fn begin_eager(
    module: &'static str,
    function: &'static str,
    entity: &'static str,
    has_options: bool,
) {
    let guards = GUARDS.get();
    if guards & BEGINNING != 0 {
        GUARDS.set(guards & !BEGINNING);
    } else if guards != 0 {
        refuse(module, function);
        if has_options {
            refuse_in_eager(module, function, entity);
        }
    }
}

#[cold]
#[inline(never)]
fn refuse(module: &str, function: &str) {
    let task = format!("{module}::{function}");
    // If the default started a run and the engine runs a task on this thread, the default is not innermost.
    assert!(
        GUARDS.get() & DEFAULT == 0 || DEFAULT_IN.get() != scope::identity(),
        "`{task}` would run to make a default: a default is a value that is made whenever it is needed, also for \
         `--help`; \
         remove it, and call `{function}(..)` in the body, or write an ordinary function that makes the value"
    );
    if GUARDS.get() & BUILDING == 0 {
        return;
    }
    let state = scope::find(|state: Option<&CompilationState>| state.cloned());
    let Some(state) = state.filter(CompilationState::is_of_workflow) else {
        // The body started a run, and the engine runs a task of it on this thread.
        return;
    };
    let problem = CompileProblem::PlainCall {
        task,
        function: function.to_owned(),
        at: STATEMENT.get(),
    };
    let message = problem.to_string();
    // Recorded here, so that compilation fails even if the body catches the panic.
    state.with_nodes(|list| list.problems.push(problem));
    panic!("{message}");
}

#[cold]
#[inline(never)]
fn refuse_in_eager(module: &str, function: &str, entity: &str) {
    if GUARDS.get() & EAGER == 0 {
        return;
    }
    // The engine may run another task than the eager one on this thread.
    let message = scope::find(|task: Option<&EntityDescriptor>| {
        let eager = task.filter(|task| is_eager(task))?;
        Some(format!(
            "`{module}::{function}` has options, which the engine applies, and a plain call in the eager task `{}` at \
             {} goes past \
             the engine: write `{entity}::call(..).await`",
            eager.name(),
            eager.location(),
        ))
    });
    let Some(message) = message else {
        return;
    };
    REFUSED.set(Some(message.clone()));
    panic!("{message}");
}

/// Whether a call in an eager task was refused with this message since the last time that the engine has asked. Another
/// attempt would be refused again.
pub fn was_refused(message: &str) -> bool {
    let refused = REFUSED.with_borrow_mut(mem::take);
    refused.is_some_and(|refused| refused == message)
}
