//! What is done around the attempts of a run besides making them: spans, strictness, and what tests ask for.

use std::{fmt, sync::Arc};

use tracing::{Dispatch, Span, dispatcher};

use super::{attempts::EngineAttempt, broadcast::Broadcast, frame::Frame, run::Run};
use crate::{
    cache::CacheChoice,
    clock::Clock,
    cluster::check::{Check, Finding, Refused},
    context::{Attempt, FlyteContext, FlyteContextBuilder, look_at_current},
    deck::SharedSink,
    entity::{EntityDescriptor, Input, TaskInputs},
    error::{BoxError, FailureCause},
    events::SharedObserver,
    graph::Graph,
    types::{TypeError, TypeInfo, Value},
};

/// What runs in place of an entity.
pub(crate) type Mock =
    Arc<dyn Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError> + Send + Sync>;

/// What a context asks of the runs that are started in it. Most ask for nothing, and have none.
#[derive(Clone, Default)]
pub(crate) struct Instruments {
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
    pub(crate) deck_sink: Option<SharedSink>,
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

    /// Takes over what the context around has replaced, as far as it is not replaced here.
    pub(crate) fn mock_as(&mut self, around: &Self) {
        self.mocks.splice(..0, around.mocks.iter().cloned());
    }
}

/// Where contexts carry the instruments.
pub(crate) trait ContextInstruments {
    /// What runs that are started here are to do around attempts besides making them.
    fn instruments(&self) -> Option<&Arc<Instruments>>;
}

impl ContextInstruments for FlyteContext {
    fn instruments(&self) -> Option<&Arc<Instruments>> {
        self.carried().get()
    }
}

/// How a context gets others.
pub(crate) trait WithInstruments {
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

/// A value cannot pass the boundary of a task as it would on a cluster.
#[derive(Debug, thiserror::Error)]
#[error(
    "{what} `{name}` cannot leave the process: {error}; a strict run sends every value through its literal, as a cluster does"
)]
struct StrictError {
    what: &'static str,
    name: String,
    error: TypeError,
}

/// The instruments of one run, and its span. A run without either has none: it costs others a look.
#[derive(Debug)]
pub(crate) struct Watch {
    instruments: Arc<Instruments>,
    span: Span,
    broadcast: Option<Broadcast>,
}

impl Watch {
    pub(super) fn of(
        entity: &EntityDescriptor,
        around: &FlyteContext,
        broadcast: Option<Broadcast>,
    ) -> Option<Box<Self>> {
        let instruments = around.instruments();
        let make = || tracing::info_span!("run", entity = entity.name());
        let span = match instruments {
            Some(instruments) => instruments.logged(make),
            None => make(),
        };
        if instruments.is_none() && span.is_disabled() && broadcast.is_none() {
            return None;
        }
        let instruments = instruments.cloned().unwrap_or_default();
        Some(Box::new(Self {
            instruments,
            span,
            broadcast,
        }))
    }

    pub(super) fn broadcast(&self) -> Option<&Broadcast> {
        self.broadcast.as_ref()
    }

    pub(super) fn seed(&self) -> Option<u64> {
        self.instruments.seed
    }

    pub(super) fn deck_sink(&self) -> Option<SharedSink> {
        self.instruments.deck_sink.clone()
    }

    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// Whether attempts have processes of their own.
    pub(super) fn isolates(&self) -> bool {
        self.instruments.isolated
    }

    /// Says something about the run as a whole.
    pub(super) fn say(&self, say: impl FnOnce()) {
        self.within(&self.span, say);
    }

    /// What runs in place of an entity, if anything does.
    pub(super) fn mock(&self, entity: &EntityDescriptor) -> Option<Mock> {
        let mut mocks = self.instruments.mocks.iter().rev();
        let (_, mock) = mocks.find(|(mocked, _)| std::ptr::eq(*mocked, entity))?;
        Some(Arc::clone(mock))
    }

    /// The span of a node, inside that of its graph.
    fn node_span(&self, frame: &Frame, node: u32) -> Span {
        let task = frame.node(node).entity.name();
        self.instruments.logged(
            || tracing::info_span!(parent: frame.span(), "node", id = frame.path(node), task),
        )
    }

    /// The span of an attempt of the node that `node` is the span of.
    fn attempt_span(&self, node: &Span, number: u32) -> Span {
        self.instruments
            .logged(|| tracing::info_span!(parent: node, "attempt", number))
    }

    fn within<R>(&self, span: &Span, work: impl FnOnce() -> R) -> R {
        self.instruments.logged(|| span.in_scope(work))
    }

    /// Runs a task, with its inputs and outputs sent through their literals if the run is strict.
    #[cold]
    pub(super) fn check(
        &self,
        entity: &EntityDescriptor,
        inputs: &mut TaskInputs,
        outputs: &mut Vec<Value>,
        task: impl Fn(&mut TaskInputs, &mut Vec<Value>) -> Result<(), BoxError>,
    ) -> Result<(), BoxError> {
        self.check_inputs(entity, inputs)?;
        task(inputs, outputs)?;
        self.check_outputs(entity, outputs)
    }

    /// Looks at what a dynamic task has built as a cluster does, if the run was asked to.
    pub(super) fn ask_rules(&self, graph: &Graph) -> Result<(), FailureCause> {
        if !self.instruments.asks_rules {
            return Ok(());
        }
        let findings = Check::new().built(graph);
        match findings.iter().any(Finding::is_error) {
            true => Err(FailureCause::error(Refused { findings })),
            false => Ok(()),
        }
    }

    /// Sends inputs through their literals, if the run is strict.
    pub(super) fn check_inputs(
        &self,
        entity: &EntityDescriptor,
        inputs: &mut TaskInputs,
    ) -> Result<(), BoxError> {
        if !self.instruments.strict {
            return Ok(());
        }
        for (input, value) in entity.inputs().iter().zip(&mut inputs.values) {
            if let Input::Present(value) = value {
                through_literal(input.info, value).map_err(|error| StrictError {
                    what: "input",
                    name: input.name.to_owned(),
                    error,
                })?;
            }
        }
        Ok(())
    }

    /// Sends outputs through their literals, if the run is strict.
    pub(super) fn check_outputs(
        &self,
        entity: &EntityDescriptor,
        outputs: &mut [Value],
    ) -> Result<(), BoxError> {
        if !self.instruments.strict {
            return Ok(());
        }
        for (output, value) in entity.outputs().iter().zip(outputs) {
            through_literal(output.info, value).map_err(|error| StrictError {
                what: "output",
                name: output.name.to_owned(),
                error,
            })?;
        }
        Ok(())
    }
}

fn through_literal(info: TypeInfo, value: &mut Value) -> Result<(), TypeError> {
    *value = info.from_literal(info.to_literal(value)?)?;
    Ok(())
}

/// Runs code that is told of a run, and is not in it: what it starts is no part of any run that the thread is in, and
/// is not told to it.
pub(super) fn outside_of_runs<R>(work: impl FnOnce() -> R) -> R {
    fn attempt(context: &FlyteContext) -> Option<&Attempt> {
        context.execution_state()?.attempt()
    }
    /// The context in which the outermost run was started, without what watches that.
    #[cold]
    fn outermost(mut context: &FlyteContext) -> Arc<FlyteContext> {
        while let Some(attempt) = attempt(context) {
            context = &attempt.of().run().around;
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

impl Instruments {
    /// Does something that the subscriber of a test is to be told of.
    pub(crate) fn logged<R>(&self, work: impl FnOnce() -> R) -> R {
        match &self.logs {
            Some(subscriber) => dispatcher::with_default(subscriber, work),
            None => work(),
        }
    }
}

/// The spans of a node and of its attempt at hand.
#[derive(Debug)]
pub(super) struct Spans {
    /// `None` in a run that nobody watches.
    node_and_attempt: Option<Box<(Span, Span)>>,
}

impl Spans {
    /// Those of the first attempt.
    pub(super) fn of(frame: &Frame, node: u32) -> Self {
        let spans = frame.run.watch.as_ref().map(|watch| {
            let node = watch.node_span(frame, node);
            let attempt = watch.attempt_span(&node, 0);
            Box::new((node, attempt))
        });
        Self {
            node_and_attempt: spans,
        }
    }

    /// Goes on to another attempt.
    pub(super) fn next(&mut self, run: &Run, number: u32) {
        if let (Some(watch), Some(spans)) = (&run.watch, &mut self.node_and_attempt) {
            spans.1 = watch.attempt_span(&spans.0, number);
        }
    }

    /// Does something in the attempt at hand.
    pub(super) fn within<R>(&self, run: &Run, work: impl FnOnce() -> R) -> R {
        match (&run.watch, &self.node_and_attempt) {
            (Some(watch), Some(spans)) => watch.within(&spans.1, work),
            _ => work(),
        }
    }

    /// The span of the attempt at hand, to be entered where these spans cannot be borrowed.
    pub(super) fn attempt(&self) -> Option<Span> {
        self.node_and_attempt.as_ref().map(|spans| spans.1.clone())
    }
}

/// The span of the nodes of a graph: that of the run, or of the node that the graph runs for.
pub(super) fn graph_span(run: &Run, parent: Option<&(Arc<Frame>, u32)>) -> Span {
    match (&run.watch, parent) {
        (None, _) => Span::none(),
        (Some(watch), None) => watch.span().clone(),
        (Some(watch), Some((parent, node))) => watch.node_span(parent, *node),
    }
}

/// Does something in a span that an attempt has given out.
pub(super) fn within<R>(run: &Run, span: Option<&Span>, work: impl FnOnce() -> R) -> R {
    match (&run.watch, span) {
        (Some(watch), Some(span)) => watch.within(span, work),
        _ => work(),
    }
}
