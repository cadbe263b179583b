//! What observers and sinks run.

use std::sync::Arc;

use crate::{
    instruments::{ContextInstruments as _, Instruments, WithInstruments as _},
    run::execution::contexts::EngineAttempt as _,
};
use flyte_context::context::{Attempt, FlyteContext, look_at_current};

/// Runs code that is told of a run, and is not in it: what it starts is no part of any run that the thread is in, and
/// is not told to it.
pub(crate) fn outside_of_runs<R>(work: impl FnOnce() -> R) -> R {
    fn attempt(context: &FlyteContext) -> Option<&Attempt> {
        context.execution_state()?.attempt()
    }
    /// The context in which the outermost run was started, without what watches that.
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
