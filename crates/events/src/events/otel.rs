//! Events as spans of OpenTelemetry.

use std::{collections::HashMap, fmt, sync::Mutex, time::SystemTime};

use opentelemetry::{
    Context, KeyValue, global,
    global::BoxedTracer,
    trace::{SpanBuilder, Status, TraceContextExt as _, Tracer},
};

use super::{Event, EventKind, NodeInfo, NodeState, Observer, RunState};
use flyte_core::lock::lock;

/// Makes nested spans of each run, node and attempt, with their times and errors; only with the feature `otel`.
///
/// Spans go to the given tracer, so the program chooses the exporter, OTLP or another: it sets up a provider, as the
/// crates `opentelemetry_sdk` and `opentelemetry-otlp` describe, and passes one of its tracers. The span of a run is
/// inside the current span where the run is started. No global state is changed.
///
/// ```
/// use flyte_runtime::{events::OpenTelemetry, prelude::*};
/// use opentelemetry::{global, trace::TracerProvider as _};
///
/// #[task]
/// fn square(x: i64) -> i64 {
///     x * x
/// }
///
/// // With `opentelemetry-otlp`:
/// // let exporter = SpanExporter::builder().with_http().build()?;
/// // let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
/// let provider = global::tracer_provider();
/// let observer = OpenTelemetry::new(provider.tracer("my_pipelines"));
/// assert_eq!(Runner::local().observe(observer).run(square::call(3))?, 9);
/// # Ok::<(), RunError>(())
/// ```
///
/// | Span | Attributes |
/// |---|---|
/// | `run ENTITY` | `flyte.run.id`, `flyte.run.resumed`, `flyte.entity`, `flyte.state` |
/// | `ENTITY` | `flyte.node.path`, `flyte.node.kind`, `flyte.entity`, `flyte.workflow`, `flyte.state`, `flyte.attempts` |
/// | `attempt` | `flyte.attempt` |
///
/// Failed spans have the status `Error` with the message. Delays before retries, waits, and notices, are
/// events of the enclosing span. Values are not included, except through the texts of errors.
pub struct OpenTelemetry<T: Tracer = BoxedTracer> {
    tracer: T,
    /// The open spans: of nodes by run and path, and of attempts.
    open: Mutex<HashMap<Key, Context>>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    run: String,
    /// Empty for the run itself.
    path: String,
    is_attempt: bool,
}

impl Key {
    fn of(event: &Event, path: &str) -> Self {
        Self {
            run: event.run.id.clone(),
            path: path.to_owned(),
            is_attempt: false,
        }
    }

    fn of_attempt(event: &Event, node: &NodeInfo) -> Self {
        Self {
            is_attempt: true,
            ..Self::of(event, &node.path)
        }
    }
}

impl OpenTelemetry {
    /// Uses a tracer of the program's global provider.
    pub fn global() -> Self {
        Self::new(global::tracer("flyte"))
    }
}

impl<T: Tracer> OpenTelemetry<T> {
    /// Uses this tracer.
    pub fn new(tracer: T) -> Self {
        Self {
            tracer,
            open: Mutex::default(),
        }
    }

    fn get(&self, key: &Key) -> Option<Context> {
        let open = lock(&self.open);
        open.get(key).cloned()
    }

    fn take(&self, key: &Key) -> Option<Context> {
        let mut open = lock(&self.open);
        open.remove(key)
    }
}

impl<T: Tracer> OpenTelemetry<T>
where
    T::Span: Send + Sync + 'static,
{
    fn start(
        &self,
        name: String,
        at: SystemTime,
        around: &Context,
        attributes: Vec<KeyValue>,
    ) -> Context {
        let span = SpanBuilder::from_name(name)
            .with_start_time(at)
            .with_attributes(attributes);
        around.with_span(self.tracer.build_with_context(span, around))
    }

    fn open(&self, key: Key, span: Context) {
        let mut open = lock(&self.open);
        open.insert(key, span);
    }

    /// The span of the node that encloses a node, or of the run.
    fn around(&self, event: &Event, node: &NodeInfo) -> Context {
        let parent = node.parent();
        parent
            .and_then(|parent| self.get(&Key::of(event, parent)))
            .or_else(|| self.get(&Key::of(event, "")))
            .unwrap_or_default()
    }

    fn start_node(&self, event: &Event, node: &NodeInfo) -> Context {
        let attributes = vec![
            KeyValue::new("flyte.node.path", node.path.clone()),
            KeyValue::new("flyte.node.kind", node.kind.to_string()),
            KeyValue::new("flyte.entity", node.entity.clone()),
            KeyValue::new("flyte.workflow", node.workflow.clone()),
        ];
        let around = self.around(event, node);
        self.start(node.entity.clone(), event.at, &around, attributes)
    }

    /// Ends a span.
    fn end(&self, span: &Context, at: SystemTime, error: Option<&str>) {
        let span = span.span();
        if let Some(error) = error {
            span.set_status(Status::error(error.to_owned()));
        }
        span.end_with_timestamp(at);
    }
}

impl<T: Tracer + Send + Sync + 'static> Observer for OpenTelemetry<T>
where
    T::Span: Send + Sync + 'static,
{
    fn event(&self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted { .. } => {
                let run = &event.run;
                let attributes = vec![
                    KeyValue::new("flyte.run.id", run.id.clone()),
                    KeyValue::new("flyte.run.resumed", run.resumed),
                    KeyValue::new("flyte.entity", run.entity.clone()),
                ];
                let name = format!("run {}", run.entity);
                let span = self.start(name, event.at, &Context::current(), attributes);
                self.open(Key::of(event, ""), span);
            }
            EventKind::NodeStarted { node, .. } => {
                let span = self.start_node(event, node);
                self.open(Key::of(event, &node.path), span);
            }
            EventKind::AttemptStarted { node, attempt, .. } => {
                let around = self.get(&Key::of(event, &node.path)).unwrap_or_default();
                let number = vec![KeyValue::new("flyte.attempt", i64::from(*attempt))];
                let span = self.start("attempt".to_owned(), event.at, &around, number);
                self.open(Key::of_attempt(event, node), span);
            }
            EventKind::AttemptEnded { node, error, .. } => {
                if let Some(span) = self.take(&Key::of_attempt(event, node)) {
                    self.end(&span, event.at, error.as_deref());
                }
            }
            EventKind::WaitStarted { node, reason } => {
                // A node that has not started has no span, and its wait is not part of one.
                if let Some(span) = self.get(&Key::of(event, &node.path)) {
                    let attributes = vec![KeyValue::new("flyte.wait.reason", reason.to_string())];
                    span.span()
                        .add_event_with_timestamp("wait", event.at, attributes);
                }
            }
            EventKind::GraphBuilt { .. } => {}
            EventKind::BackoffStarted {
                node,
                attempt,
                wait,
            } => {
                if let Some(span) = self.get(&Key::of(event, &node.path)) {
                    let attributes = vec![
                        KeyValue::new("flyte.attempt", i64::from(*attempt)),
                        KeyValue::new("flyte.wait.seconds", wait.as_secs_f64()),
                    ];
                    span.span()
                        .add_event_with_timestamp("backoff", event.at, attributes);
                }
            }
            EventKind::NodeEnded {
                node,
                state,
                attempts,
                error,
                ..
            } => {
                // A cancelled node may have an attempt without an end.
                if let Some(attempt) = self.take(&Key::of_attempt(event, node)) {
                    self.end(&attempt, event.at, Some("cancelled"));
                }
                let started = self.take(&Key::of(event, &node.path));
                let span = match started {
                    Some(span) => span,
                    // A node that never started took no time.
                    None if *state == NodeState::Skipped => return,
                    None => self.start_node(event, node),
                };
                span.span().set_attributes([
                    KeyValue::new("flyte.state", state.to_string()),
                    KeyValue::new("flyte.attempts", i64::from(*attempts)),
                ]);
                let error = match (state, error) {
                    (_, Some(error)) => Some(&**error),
                    (NodeState::Cancelled, None) => Some("cancelled"),
                    _ => None,
                };
                self.end(&span, event.at, error);
            }
            EventKind::Notice { node, message } => {
                let path = node.as_ref().map_or("", |node| &*node.path);
                if let Some(span) = self.get(&Key::of(event, path)) {
                    let attributes = vec![KeyValue::new("message", message.clone())];
                    span.span()
                        .add_event_with_timestamp("notice", event.at, attributes);
                }
            }
            EventKind::RunEnded { state, error, .. } => {
                let Some(span) = self.take(&Key::of(event, "")) else {
                    return;
                };
                let ended = KeyValue::new("flyte.state", state.to_string());
                span.span().set_attribute(ended);
                let error = match (state, error) {
                    (_, Some(error)) => Some(&**error),
                    (RunState::Cancelled, None) => Some("cancelled"),
                    _ => None,
                };
                self.end(&span, event.at, error);
            }
        }
    }
}

impl<T: Tracer> fmt::Debug for OpenTelemetry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTelemetry").finish_non_exhaustive()
    }
}
