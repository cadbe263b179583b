//! Runs the code of observers and sinks.

use std::sync::Arc;

use crate::{
    instruments::{ContextInstruments as _, Instruments, WithInstruments as _},
    run::execution::contexts::EngineAttempt as _,
};
use flyte_context::context::{Attempt, FlyteContext, look_at_current};

/// Runs code that listens to a run but is not part of it. Runs that it starts are not part of any run on this thread,
/// and are not reported to it.
pub(crate) fn outside_of_runs<R>(work: impl FnOnce() -> R) -> R {
    fn attempt(context: &FlyteContext) -> Option<&Attempt> {
        context.execution_state()?.attempt()
    }
    /// The context in which the outermost run was started, without its observers and sinks.
    #[cold]
    fn outermost(mut context: &FlyteContext) -> Arc<FlyteContext> {
        while let Some(attempt) = attempt(context) {
            context = &attempt.of().run().services.around;
        }
        let outside = context.new_builder().with_instruments(|around| {
            around.observers.clear();
            around.deck_sink = None;
        });
        Arc::new(outside.build())
    }
    let around = look_at_current(|context| {
        let context = context?;
        let observes = |around: &Arc<Instruments>| !around.observers.is_empty();
        let is_inside = attempt(context).is_some() || context.instruments().is_some_and(observes);
        is_inside.then(|| outermost(context))
    });
    match around {
        None => work(),
        Some(around) => FlyteContext::run_in(around, work),
    }
}
