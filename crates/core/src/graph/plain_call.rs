//! Plain calls of tasks where they are refused: while a graph is built, in a default, and in the body of an eager task.
//!
//! A call that a workflow's body hides from the macro, in a helper function or behind a function's name, would run the
//! task while the graph is built, and there would be no node. In the body of an eager task it would go past the engine,
//! which keeps the options of the task. So the functions of tasks ask here before they do anything.

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
/// It is about to begin: its own function is the next that asks.
const BEGINNING: u8 = 8;

thread_local! {
    /// Where a plain call may have to be refused. Whether that is the innermost thing on the stack is known to the
    /// scope, which is asked only then: a plain call costs no more than a look at this.
    static GUARDS: Cell<u8> = const { Cell::new(0) };
    /// The statement of the innermost body that runs.
    static STATEMENT: Cell<Option<Location>> = const { Cell::new(None) };
    /// What is current where the innermost default is made.
    static DEFAULT_IN: Cell<*const ()> = const { Cell::new(ptr::null()) };
    /// What the last call in an eager task was refused with.
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

/// The statement that runs, for another thread that goes on with it.
pub fn current_statement() -> Option<Location> {
    STATEMENT.get()
}

/// Runs what builds the graph of a workflow, where `statement` is the one that does it.
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

/// Makes a default, for which no task runs.
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

/// Whether a future, or the work of another thread, belongs to the body of an eager task.
#[derive(Clone, Copy, Debug)]
pub struct InEager(u8);

impl InEager {
    /// What the code that is running starts belongs to what the code itself belongs to.
    pub fn inherited() -> Self {
        Self(GUARDS.get() & EAGER)
    }

    /// An attempt of a task, which belongs to itself.
    pub fn of_attempt(entity: &EntityDescriptor) -> Self {
        Self(if is_eager(entity) {
            EAGER | BEGINNING
        } else {
            0
        })
    }

    /// Exchanges this and what is so on this thread; used around every poll.
    pub fn swap(&mut self) {
        let guards = GUARDS.get();
        GUARDS.set((guards & !(EAGER | BEGINNING)) | self.0);
        self.0 = guards & (EAGER | BEGINNING);
    }

    /// Does work that belongs where this was inherited.
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _restore = Restore::after_adding(self.0);
        work()
    }
}

fn is_eager(entity: &EntityDescriptor) -> bool {
    entity.execution_behavior() == Some(ExecutionBehavior::Eager)
}

/// Notes that the statement of a body begins in which this call stands.
#[track_caller]
pub fn statement() {
    STATEMENT.set(Some(Location::caller()));
}

/// Refuses to go on where a workflow's body runs, or a default is made, and no task: the first thing that the function
/// of a task does.
///
/// # Panics
///
/// In a workflow's body, whose graph then is an error that says the same, and in a default.
#[inline]
pub fn refuse_in_graph(module: &'static str, function: &'static str) {
    if GUARDS.get() & (BUILDING | DEFAULT) != 0 {
        refuse(module, function);
    }
}

/// The same for the function of a task with options, which is not called plainly in an eager task either.
///
/// # Panics
///
/// As [`refuse_in_graph`], and in the body of an eager task, whose attempt then fails with what this says. `entity` is
/// the name of the type beside the function.
#[inline]
pub fn refuse_without_options(module: &'static str, function: &'static str, entity: &'static str) {
    if GUARDS.get() != 0 {
        refuse(module, function);
        refuse_in_eager(module, function, entity);
    }
}

/// The same for the function of an eager task, which itself is in an eager task from here on.
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
    // A default that has started a run is not the innermost while the engine runs a task on this thread.
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
        // A task that the engine runs on this thread, because the body has started a run.
        return;
    };
    let problem = CompileProblem::PlainCall {
        task,
        function: function.to_owned(),
        at: STATEMENT.get(),
    };
    let message = problem.to_string();
    // Kept here, so that a body that catches the panic is no graph either.
    state.with_nodes(|list| list.problems.push(problem));
    panic!("{message}");
}

#[cold]
#[inline(never)]
fn refuse_in_eager(module: &str, function: &str, entity: &str) {
    if GUARDS.get() & EAGER == 0 {
        return;
    }
    // Another task than the eager one, if the engine runs it on this thread.
    let message = scope::find(|task: Option<&EntityDescriptor>| {
        let eager = task.filter(|task| is_eager(task))?;
        Some(format!(
            "`{module}::{function}` has options, which the engine keeps, and a plain call in the eager task `{}` at {} \
             goes past \
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
