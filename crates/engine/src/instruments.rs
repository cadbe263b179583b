//! Settings that a context passes to the runs started in it.

use std::{fmt, sync::Arc};

use tracing::{Dispatch, dispatcher};

use crate::{cache::CacheChoice, clock::Clock, launcher::Launcher};
use flyte_context::{
    context::{FlyteContext, FlyteContextBuilder},
    deck::SharedSink,
};
use flyte_core::{
    error::BoxError,
    graph::entity::{EntityDescriptor, TaskInputs},
    types::Value,
};
use flyte_events::events::SharedObserver;

/// A function that runs in place of an entity.
pub type Mock = Arc<dyn Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError> + Send + Sync>;

/// Settings that a context passes to the runs started in it. Most contexts set nothing and have none.
#[derive(Clone, Default)]
pub struct Instruments {
    /// Converts values to literals and back at the inputs and outputs of each task.
    pub(crate) strict: bool,
    /// Checks the graphs that dynamic tasks build as a cluster does.
    pub(crate) asks_rules: bool,
    /// The clock of the runs.
    pub(crate) clock: Clock,
    /// The seed of their random numbers.
    pub(crate) seed: Option<u64>,
    /// Each attempt runs in a process of its own.
    pub(crate) isolated: bool,
    /// The subscriber that receives spans and events from every thread of the run.
    pub(crate) logs: Option<Dispatch>,
    /// Whether and where results are cached.
    pub(crate) cache: CacheChoice,
    /// The observers of events.
    pub(crate) observers: Vec<SharedObserver>,
    /// What runs the tasks instead of this process.
    pub launcher: Option<Arc<dyn Launcher>>,
    /// Where the pages of tasks are written.
    pub deck_sink: Option<SharedSink>,
    /// The last entry for an entity counts.
    mocks: Vec<(&'static EntityDescriptor, Mock)>,
}

impl Instruments {
    /// The settings of a test that receives all spans and events.
    pub(crate) fn of_test(logs: Dispatch) -> Self {
        Self {
            strict: true,
            logs: Some(logs),
            cache: CacheChoice::OFF,
            // A test skips the waits that only a cluster needs.
            clock: Clock::Impatient,
            ..Self::default()
        }
    }

    pub(crate) fn mock(&mut self, entity: &'static EntityDescriptor, mock: Mock) {
        self.mocks.push((entity, mock));
    }

    /// The function that replaces an entity, if any.
    pub(crate) fn mock_of(&self, entity: &EntityDescriptor) -> Option<Mock> {
        let mut mocks = self.mocks.iter().rev();
        let (_, mock) = mocks.find(|(mocked, _)| std::ptr::eq(*mocked, entity))?;
        Some(Arc::clone(mock))
    }

    /// Adds the mocks of the outer context for entities that have none here.
    pub(crate) fn mock_as(&mut self, around: &Self) {
        self.mocks.splice(..0, around.mocks.iter().cloned());
    }
}

/// Gives access to the instruments of a context.
pub trait ContextInstruments {
    /// The instruments for runs started in this context.
    fn instruments(&self) -> Option<&Arc<Instruments>>;
}

impl ContextInstruments for FlyteContext {
    fn instruments(&self) -> Option<&Arc<Instruments>> {
        self.carried().get()
    }
}

/// Changes the instruments of a context under construction.
pub trait WithInstruments {
    /// Changes the instruments, which are created if there are none.
    fn with_instruments(self, change: impl FnOnce(&mut Instruments)) -> Self;
}

impl WithInstruments for FlyteContextBuilder {
    fn with_instruments(mut self, change: impl FnOnce(&mut Instruments)) -> Self {
        let carried = self.carried();
        match carried.get_mut::<Arc<Instruments>>() {
            Some(instruments) => change(Arc::make_mut(instruments)),
            None => {
                let mut instruments = carried
                    .get::<Arc<Instruments>>()
                    .cloned()
                    .unwrap_or_default();
                change(Arc::make_mut(&mut instruments));
                *carried = carried.with(instruments);
            }
        }
        self
    }
}

impl fmt::Debug for Instruments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mocked: Vec<_> = self.mocks.iter().map(|(entity, _)| entity.name()).collect();
        f.debug_struct("Instruments")
            .field("strict", &self.strict)
            .field("clock", &self.clock)
            .field("mocked", &mocked)
            .finish_non_exhaustive()
    }
}

impl Instruments {
    /// Calls a function with the test's subscriber set.
    pub(crate) fn logged<R>(&self, work: impl FnOnce() -> R) -> R {
        match &self.logs {
            Some(subscriber) => dispatcher::with_default(subscriber, work),
            None => work(),
        }
    }
}
