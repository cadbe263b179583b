//! What a context asks of the runs that are started in it.

use std::{fmt, sync::Arc};

use tracing::{Dispatch, dispatcher};

use crate::{cache::CacheChoice, clock::Clock};
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

/// What runs in place of an entity.
pub type Mock = Arc<dyn Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError> + Send + Sync>;

/// What a context asks of the runs that are started in it. Most ask for nothing, and have none.
#[derive(Clone, Default)]
pub struct Instruments {
    /// Values go through their literals at every boundary of a task.
    pub(crate) strict: bool,
    /// What a dynamic task builds is looked at as a cluster does.
    pub(crate) asks_rules: bool,
    /// What runs tell the time by.
    pub(crate) clock: Clock,
    /// What their randomness begins with.
    pub(crate) seed: Option<u64>,
    /// Attempts have processes of their own.
    pub(crate) isolated: bool,
    /// Who is told of spans and events, on whatever thread they happen.
    pub(crate) logs: Option<Dispatch>,
    /// Whether and where results are kept.
    pub(crate) cache: CacheChoice,
    /// Who is told what happens.
    pub(crate) observers: Vec<SharedObserver>,
    /// Where the pages of tasks go.
    pub deck_sink: Option<SharedSink>,
    /// The last that was said of an entity stands.
    mocks: Vec<(&'static EntityDescriptor, Mock)>,
}

impl Instruments {
    /// Those of a test that is told of everything.
    pub(crate) fn of_test(logs: Dispatch) -> Self {
        Self {
            strict: true,
            logs: Some(logs),
            cache: CacheChoice::OFF,
            // A test does not wait for what only a cluster has a reason to wait for.
            clock: Clock::Impatient,
            ..Self::default()
        }
    }

    pub(crate) fn mock(&mut self, entity: &'static EntityDescriptor, mock: Mock) {
        self.mocks.push((entity, mock));
    }

    /// What runs in place of an entity, if anything does.
    pub(crate) fn mock_of(&self, entity: &EntityDescriptor) -> Option<Mock> {
        let mut mocks = self.mocks.iter().rev();
        let (_, mock) = mocks.find(|(mocked, _)| std::ptr::eq(*mocked, entity))?;
        Some(Arc::clone(mock))
    }

    /// Takes over what the context around has replaced, as far as it is not replaced here.
    pub(crate) fn mock_as(&mut self, around: &Self) {
        self.mocks.splice(..0, around.mocks.iter().cloned());
    }
}

/// Where contexts carry the instruments.
pub trait ContextInstruments {
    /// What runs that are started here are to do around attempts besides making them.
    fn instruments(&self) -> Option<&Arc<Instruments>>;
}

impl ContextInstruments for FlyteContext {
    fn instruments(&self) -> Option<&Arc<Instruments>> {
        self.carried().get()
    }
}

/// How a context gets others.
pub trait WithInstruments {
    /// Changes the instruments, or new ones.
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
    /// Does something that the subscriber of a test is to be told of.
    pub(crate) fn logged<R>(&self, work: impl FnOnce() -> R) -> R {
        match &self.logs {
            Some(subscriber) => dispatcher::with_default(subscriber, work),
            None => work(),
        }
    }
}
