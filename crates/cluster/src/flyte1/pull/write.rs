//! Records what has happened on a cluster as the events of a run.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::SystemTime,
};

use super::{
    data::{self, Data},
    place::{Placed, Places},
};
use crate::flyte1::{
    fetch::{ExecutionRecord, Status},
    watch::{NodeRun, state_of},
};
use flyte_core::{
    graph::{entity::EntityDescriptor, gate::GateCondition},
    text,
};
use flyte_events::{
    events::{Event, EventKind, NodeKind, NodeState, Recalled, RunInfo, RunState, Values},
    history::Recording,
};

pub(super) struct Writer<'w> {
    recording: &'w Recording,
    run: Arc<RunInfo>,
    data: &'w HashMap<String, Data>,
    notices: &'w mut BTreeSet<String>,
    nodes: usize,
}

/// When something began and ended, and how.
#[derive(Clone, Copy)]
struct Span {
    started: SystemTime,
    ended: SystemTime,
    status: Status,
}

impl<'w> Writer<'w> {
    pub(super) fn new(
        recording: &'w Recording,
        run: Arc<RunInfo>,
        data: &'w HashMap<String, Data>,
        notices: &'w mut BTreeSet<String>,
    ) -> Self {
        Self {
            recording,
            run,
            data,
            notices,
            nodes: 0,
        }
    }

    fn tell(&self, at: SystemTime, kind: EventKind) {
        let mut event = Event::now(&self.run, kind);
        event.at = at;
        self.recording.event(&event);
    }

    pub(super) fn begin(&self, inputs: Values) {
        let kind = EventKind::RunStarted { inputs, tasks: 0 };
        self.tell(self.run.started, kind);
    }

    /// Records all nodes, and says how many there are.
    pub(super) fn nodes(&mut self, places: &Places<'_>, record: &ExecutionRecord) -> usize {
        let span = self.span(record);
        for placed in &places.0 {
            self.node(placed, span);
        }
        self.nodes
    }

    fn span(&self, record: &ExecutionRecord) -> Span {
        let started = self.run.started;
        let ended = record.took.and_then(|took| started.checked_add(took));
        Span {
            started,
            ended: ended.unwrap_or(started),
            status: record.status,
        }
    }

    pub(super) fn end(
        &mut self,
        entity: &'static EntityDescriptor,
        record: &ExecutionRecord,
        whole: &Data,
    ) {
        let span = self.span(record);
        let mut state = match record.status {
            status if status.is_success() => RunState::Succeeded,
            Status::Aborted => RunState::Cancelled,
            _ => RunState::Failed,
        };
        let mut error = record.error.clone();
        let mut outputs = Values::none();
        if state == RunState::Succeeded {
            match data::outputs(entity, whole) {
                Ok(all) => outputs = all,
                Err(problem) => {
                    // A run that has succeeded has its outputs: this one has to make them again.
                    self.notices.insert(problem.clone());
                    (state, error) = (RunState::Failed, Some(problem));
                }
            }
        }
        let kind = EventKind::RunEnded {
            state,
            took: span.ended.duration_since(span.started).unwrap_or_default(),
            outputs,
            error: error.map(Into::into),
        };
        self.tell(span.ended, kind);
    }

    /// A node, within what is around it.
    fn node(&mut self, placed: &Placed<'_>, around: Span) {
        self.nodes += 1;
        let span = match placed.run {
            None => around,
            Some(run) => {
                let started = run.started.unwrap_or(around.started);
                let ended = run.took.and_then(|took| started.checked_add(took));
                Span {
                    started,
                    ended: ended.unwrap_or_else(|| around.ended.max(started)),
                    status: run.status,
                }
            }
        };
        match span.status {
            // It never came to it.
            Status::Queued => self.nodes -= 1,
            Status::Skipped => self.ended(placed, span, Values::none()),
            _ => self.ran(placed, span),
        }
    }

    fn ran(&mut self, placed: &Placed<'_>, mut span: Span) {
        let info = &placed.info;
        let inputs = self.values(placed, data::inputs, true);
        let outputs = self.values(placed, data::outputs, span.status.is_success());
        let started = EventKind::NodeStarted {
            node: Arc::clone(info),
            inputs: inputs.clone().unwrap_or_default(),
            tasks: 0,
        };
        self.tell(span.started, started);
        let outputs = match (outputs, placed.entity.and_then(EntityDescriptor::gate)) {
            (Some(outputs), _) => Some(outputs),
            // An approval passes on what it was given.
            (None, Some(gate)) if matches!(gate.condition(), GateCondition::Approve) => inputs
                .filter(|_| span.status.is_success())
                .and_then(|inputs| passed_on(placed.entity?, &inputs)),
            (None, _) => None,
        };
        if let Some(run) = placed.run.filter(|_| info.kind == NodeKind::Task) {
            self.attempts(placed, run, span, outputs.as_ref());
        }
        for inner in &placed.inside {
            self.node(inner, span);
        }
        let needs_outputs = matches!(info.kind, NodeKind::Task | NodeKind::Gate);
        if needs_outputs && span.status.is_success() && outputs.is_none() {
            // Without its outputs it is not known here that it has succeeded, and it runs again.
            self.notices.insert(format!(
                "node {}: what it has returned is not there; a run that is resumed here runs it again",
                info.path
            ));
            span.status = Status::Aborted;
        }
        self.ended(placed, span, outputs.unwrap_or_default());
    }

    fn attempts(&self, placed: &Placed<'_>, run: &NodeRun, span: Span, outputs: Option<&Values>) {
        let mut next = span.started;
        for attempt in &run.attempts {
            let started = attempt.started.unwrap_or(next);
            let took = attempt.took.unwrap_or_default();
            next = started.checked_add(took).unwrap_or(started);
            self.tell(
                started,
                EventKind::AttemptStarted {
                    node: Arc::clone(&placed.info),
                    attempt: attempt.number,
                    inputs: Values::none(),
                },
            );
            let error = match attempt.status {
                Status::Failed => Some(attempt.error.as_deref().unwrap_or("it failed")),
                Status::Succeeded | Status::Cached | Status::Recovered => None,
                // It was stopped.
                _ => continue,
            };
            self.tell(
                next,
                EventKind::AttemptEnded {
                    node: Arc::clone(&placed.info),
                    attempt: attempt.number,
                    took,
                    outputs: outputs.filter(|_| error.is_none()).cloned(),
                    error: error.map(|error| text::record(error).into()),
                    causes: Arc::new([]),
                    next: None,
                },
            );
        }
    }

    fn ended(&self, placed: &Placed<'_>, span: Span, outputs: Values) {
        let run = placed.run;
        let error = run.and_then(|run| run.error.as_deref());
        let attempts = run.map_or(0, |run| run.attempts.len());
        let kind = EventKind::NodeEnded {
            node: Arc::clone(&placed.info),
            state: match state_of(span.status) {
                // That it was recovered there is another run's history.
                NodeState::Recalled(Recalled::Resumed) => NodeState::Succeeded,
                state => state,
            },
            took: span.ended.duration_since(span.started).ok(),
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            outputs,
            error: error
                .filter(|_| !span.status.is_success())
                .map(|error| text::record(error).into()),
            is_tolerated: false,
        };
        self.tell(span.ended, kind);
    }

    /// The inputs or outputs of a node, if it has an entity here and they are of its types.
    fn values(
        &mut self,
        placed: &Placed<'_>,
        typed: fn(&'static EntityDescriptor, &Data) -> Result<Values, String>,
        are_wanted: bool,
    ) -> Option<Values> {
        let entity = placed.entity.filter(|_| are_wanted)?;
        let none = Data::default();
        let data = self.data.get(&placed.info.path).unwrap_or(&none);
        match typed(entity, data) {
            Ok(values) => Some(values),
            Err(problem) => {
                // Composite nodes are walked again, and need no values.
                if matches!(placed.info.kind, NodeKind::Task) {
                    let path = &placed.info.path;
                    self.notices.insert(format!("node {path}: {problem}"));
                }
                None
            }
        }
    }
}

/// The inputs of a gate as its outputs.
fn passed_on(entity: &'static EntityDescriptor, inputs: &Values) -> Option<Values> {
    let values: Vec<_> = inputs.iter().map(|(_, _, value)| value.clone()).collect();
    let fits = values.len() == entity.outputs().len();
    fits.then(|| Values::outputs(entity.outputs(), &values))
}
