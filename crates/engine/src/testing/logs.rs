//! A subscriber that records events and spans for tests.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, LazyLock, Mutex, MutexGuard},
    thread::{self, ThreadId},
};

use flyte_core::lock::lock;
use tracing::{
    Dispatch, Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span::{Attributes, Id, Record},
};

/// An event of `tracing`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// Its level.
    pub level: Level,
    /// The module that emitted it, unless it sets another target.
    pub target: String,
    /// Its text.
    pub message: String,
    /// Its other fields.
    pub fields: Vec<(String, String)>,
    /// The enclosing spans, outermost first, as `name{field=value}`.
    pub spans: Vec<String>,
}

/// The level, the spans, the text and the fields, in one line.
impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.level)?;
        if !self.spans.is_empty() {
            write!(f, "{}: ", self.spans.join(":"))?;
        }
        f.write_str(&self.message)?;
        for (name, value) in &self.fields {
            write!(f, " {name}={value}")?;
        }
        Ok(())
    }
}

/// A `tracing` subscriber that records everything. Clones share the record.
///
/// `{}` and `{:?}` show the lines.
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    lines: Vec<LogLine>,
    /// The span with the id `n` is at `n - 1`. Spans are never removed.
    spans: Vec<SpanData>,
    entered: HashMap<ThreadId, Vec<u64>>,
}

#[derive(Debug)]
struct SpanData {
    metadata: &'static Metadata<'static>,
    fields: Vec<(String, String)>,
    parent: Option<u64>,
}

impl Logs {
    /// The subscriber for the code whose logs are recorded.
    pub(super) fn dispatch(&self) -> Dispatch {
        LazyLock::force(&SECOND_DISPATCH);
        Dispatch::new(self.clone())
    }

    /// Every event, in order.
    pub fn lines(&self) -> Vec<LogLine> {
        self.state().lines.clone()
    }

    /// Every span in the order of creation: the spans around it, outermost first, and itself, as `name{field=value}`.
    pub fn spans(&self) -> Vec<Vec<String>> {
        let state = self.state();
        let ids = 1..=state.spans.len() as u64;
        ids.map(|id| state.path(Some(id))).collect()
    }

    /// Whether the line of any event contains a text.
    pub fn contains(&self, text: &str) -> bool {
        let state = self.state();
        let mut lines = state.lines.iter();
        lines.any(|line| line.to_string().contains(text))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// Every event, one per line.
impl fmt::Display for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        f.debug_list()
            .entries(lines.iter().map(ToString::to_string))
            .finish()
    }
}

/// While there is only one dispatch, `tracing` asks just the thread that first reaches a line whether anything listens
/// to it, and caches the answer. With a second dispatch it asks all dispatches.
static SECOND_DISPATCH: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Deaf));

/// A subscriber that listens to nothing.
struct Deaf;

impl Subscriber for Deaf {
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::OFF)
    }

    fn enabled(&self, _: &Metadata<'_>) -> bool {
        false
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // It is never a thread's default, and enables no spans.
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl State {
    fn current(&self) -> Option<u64> {
        let entered = self.entered.get(&thread::current().id())?;
        entered.last().copied()
    }

    fn span(&mut self, id: u64) -> Option<&mut SpanData> {
        self.spans
            .get_mut(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// A span and those around it, outermost first.
    fn path(&self, mut next: Option<u64>) -> Vec<String> {
        let mut path = Vec::new();
        while let Some(span) = next.and_then(|id| self.spans.get(usize::try_from(id).ok()? - 1)) {
            let fields = span.fields.iter();
            let fields: Vec<_> = fields
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            path.push(format!("{}{{{}}}", span.metadata.name(), fields.join(" ")));
            next = span.parent;
        }
        path.reverse();
        path
    }
}

/// The fields of a span or an event as text.
#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push((field.name().to_owned(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name().to_owned(), value.to_owned()));
    }
}

impl Subscriber for Logs {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let mut state = self.state();
        let parent = match attributes.parent() {
            Some(parent) => Some(parent.into_u64()),
            None if attributes.is_contextual() => state.current(),
            None => None,
        };
        state.spans.push(SpanData {
            metadata: attributes.metadata(),
            fields: fields.0,
            parent,
        });
        Id::from_u64(state.spans.len() as u64)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = self.state().span(span.into_u64()) {
            span.fields.extend(fields.0);
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (message, fields): (Vec<_>, Vec<_>) =
            (fields.0.into_iter()).partition(|(name, _)| name == "message");
        let mut state = self.state();
        let span = match event.parent() {
            Some(parent) => Some(parent.into_u64()),
            None if event.is_contextual() => state.current(),
            None => None,
        };
        let line = LogLine {
            level: *event.metadata().level(),
            target: event.metadata().target().to_owned(),
            message: message.into_iter().map(|(_, text)| text).collect(),
            fields,
            spans: state.path(span),
        };
        state.lines.push(line);
    }

    fn enter(&self, span: &Id) {
        let mut state = self.state();
        let entered = state.entered.entry(thread::current().id()).or_default();
        entered.push(span.into_u64());
    }

    fn exit(&self, span: &Id) {
        let mut state = self.state();
        let entered = state.entered.entry(thread::current().id()).or_default();
        if let Some(last) = entered.iter().rposition(|id| *id == span.into_u64()) {
            entered.remove(last);
        }
    }
}
