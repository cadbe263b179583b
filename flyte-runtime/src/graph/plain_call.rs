//! Plain calls of tasks while a graph is built, which are refused.
//!
//! A call that a workflow's body hides from the macro, in a helper function or behind a function's name, would run the task while
//! the graph is built, and there would be no node. So the functions of tasks ask here before they do anything.

use std::cell::Cell;

use super::CompileProblem;
use crate::{context, entity::Location};

thread_local! {
    /// Whether the body of a workflow is somewhere on this thread's stack. Whether it is the innermost thing there is known to the
    /// context, which is asked only then: a plain call costs no more than a look at this.
    static BUILDING: Cell<bool> = const { Cell::new(false) };
    /// The statement of the innermost body that runs.
    static STATEMENT: Cell<Option<Location>> = const { Cell::new(None) };
}

/// The statement that runs, for another thread that goes on with it.
pub(crate) fn current_statement() -> Option<Location> {
    STATEMENT.get()
}

/// Runs what builds the graph of a workflow, where `statement` is the one that does it.
pub(crate) fn refused_in<R>(statement: Option<Location>, build: impl FnOnce() -> R) -> R {
    struct Restore(bool, Option<Location>);
    impl Drop for Restore {
        fn drop(&mut self) {
            BUILDING.set(self.0);
            STATEMENT.set(self.1);
        }
    }
    let _restore = Restore(BUILDING.replace(true), STATEMENT.replace(statement));
    build()
}

/// Notes that the statement of a body begins in which this call stands.
#[track_caller]
pub fn statement() {
    STATEMENT.set(Some(Location::caller()));
}

/// Refuses to go on where a workflow's body runs and no task: the first thing that the function of a task does.
///
/// # Panics
///
/// In a workflow's body, whose graph then is an error that says the same.
#[inline]
pub fn refuse_in_graph(module: &'static str, function: &'static str) {
    if BUILDING.get() {
        refuse(module, function);
    }
}

#[cold]
#[inline(never)]
fn refuse(module: &str, function: &str) {
    let state = context::with_current(|context| context?.compilation_state().cloned());
    let Some(state) = state.filter(context::CompilationState::is_of_workflow) else {
        // A task that the engine runs on this thread, because the body has started a run.
        return;
    };
    let problem = CompileProblem::PlainCall {
        task: format!("{module}::{function}"),
        function: function.to_owned(),
        at: STATEMENT.get(),
    };
    let message = problem.to_string();
    // Kept here, so that a body that catches the panic is no graph either.
    state.with_nodes(|list| list.problems.push(problem));
    panic!("{message}");
}
