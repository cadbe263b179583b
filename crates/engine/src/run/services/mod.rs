//! What is around the nodes of a run and does not change while they run: its clock, its files, its cache, and who is
//! told of it.

mod directory;
mod drain;
mod emitter;
mod outside;
mod spans;
mod strict;

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    sync::{Arc, Mutex, OnceLock},
    time::SystemTime,
};

use tokio::runtime::Handle;
use tracing::Span;

pub(crate) use emitter::{Emitter, Ending, info as node_info};
pub(crate) use spans::{Spans, graph_span, within};

use super::{Run, execution::contexts::EngineAttempt};
use crate::{
    cache::{CacheChoice, CacheKey, InUse, SomeResults},
    clock::Clock,
    container::Container,
    instruments::{ContextInstruments as _, Instruments, Mock},
    plan::Plan,
};
use flyte_context::{
    context::{ExecutionState, FlyteContext},
    deck::Pages,
    directories::run::{Left, RunDirectory},
};
use flyte_core::{graph::entity::EntityDescriptor, lock::lock, types::Value};
use flyte_events::{
    events::{self, EventKind},
    history::Recording,
};

/// What the nodes of a run and the engine ask for besides work.
pub(crate) struct Services {
    entity: &'static EntityDescriptor,
    /// The async runtime of whoever started the run; without one the engine's own is used.
    pub(crate) runtime: Option<Handle>,
    /// The context in which the run was started; its tasks run inside of it.
    pub(crate) around: Arc<FlyteContext>,
    /// What the run tells the time by.
    pub(crate) clock: Clock,
    /// When it started: what its tasks are told.
    pub(crate) started: SystemTime,
    pub(crate) directory: Arc<RunDirectory>,
    /// Set in a container of a cluster.
    pub(crate) container: Option<Container>,
    /// How many runs it is inside of.
    pub(crate) depth: u32,
    /// Whether it has any of the next three. Of most runs this check is all that they cost.
    is_watched: bool,
    /// What the context around asks for.
    asked: Option<Arc<Instruments>>,
    span: Span,
    emitter: Option<Emitter>,
    /// What the tasks of the run write for people; those of a run inside a task are with those of the run around. And
    /// what the ids of nodes begin with there.
    pages: OnceLock<(Arc<Pages>, String)>,
    /// How many runs had left decks in the context around when this one started.
    ended_before: u64,
    /// Looked for when the first task asks that is cached.
    cache: OnceLock<Option<InUse>>,
    /// Results of tasks that were in the cache when the first call was not, for who is told why.
    missed: OnceLock<Mutex<HashMap<String, Arc<SomeResults>>>>,
    /// Held while files of the cache are used.
    held_files: OnceLock<Option<File>>,
    /// What has been told that is told once.
    told: OnceLock<Mutex<HashSet<String>>>,
}

/// Whether a task runs in a context.
fn is_attempt(context: &FlyteContext) -> bool {
    context
        .execution_state()
        .is_some_and(|state| state.attempt().is_some())
}

impl Services {
    /// Those of a run that starts in the current context.
    pub(crate) fn new(
        entity: &'static EntityDescriptor,
        inputs: &[Value],
        runtime: Option<Handle>,
        container: Option<Container>,
        history: Option<Arc<Recording>>,
    ) -> Self {
        let around = directory::inherited(history.as_deref());
        let ended_before = if is_attempt(&around) {
            0
        } else {
            let parameters = around.user_space_params();
            parameters.map_or(0, |parameters| parameters.decks().ended_runs())
        };
        let asked = around.instruments().cloned();
        let clock = asked.as_ref();
        let clock = clock.map_or(Clock::System, |asked| asked.clock.clone());
        let started = match &history {
            Some(history) => history.started(),
            None => clock.date(),
        };
        let emitter = Emitter::of(entity, inputs, &around, history, started);
        let directory = directory::of_run(emitter.as_ref(), container.as_ref());
        let span = || tracing::info_span!("run", entity = entity.name());
        let span = match &asked {
            Some(asked) => asked.logged(span),
            None => span(),
        };
        let attempt = around.execution_state().and_then(ExecutionState::attempt);
        let depth = attempt.map_or(0, |attempt| attempt.of().run().services.depth + 1);
        Self {
            entity,
            runtime,
            clock,
            started,
            directory: Arc::new(directory),
            container,
            depth,
            is_watched: asked.is_some() || !span.is_disabled() || emitter.is_some(),
            asked,
            span,
            emitter,
            pages: OnceLock::new(),
            ended_before,
            cache: OnceLock::new(),
            missed: OnceLock::new(),
            held_files: OnceLock::new(),
            told: OnceLock::new(),
            around,
        }
    }

    /// Whether anything is done around the attempts of the run besides making them.
    pub(crate) fn is_watched(&self) -> bool {
        self.is_watched
    }

    /// These, if anything is done around attempts.
    fn watched(&self) -> Option<&Self> {
        self.is_watched.then_some(self)
    }

    fn asked(&self) -> Option<&Instruments> {
        self.asked.as_deref()
    }

    /// Who is told what happens in this run, if anybody is.
    pub(crate) fn emitter(&self) -> Option<&Emitter> {
        self.emitter.as_ref()
    }

    /// What the randomness of the run begins with, if that was said.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.asked()?.seed
    }

    /// Whether attempts have processes of their own.
    pub(crate) fn isolates(&self) -> bool {
        self.asked().is_some_and(|asked| asked.isolated)
    }

    /// What runs in place of an entity, if anything does.
    pub(crate) fn mock(&self, entity: &EntityDescriptor) -> Option<Mock> {
        self.asked()?.mock_of(entity)
    }

    /// Does something that the subscriber of a test is to be told of.
    fn logged<R>(&self, work: impl FnOnce() -> R) -> R {
        match self.asked() {
            Some(asked) => asked.logged(work),
            None => work(),
        }
    }

    /// Says something that a user should know of the run as a whole.
    pub(crate) fn notice(&self, message: String) {
        let node = None;
        let tell = || match self.emitter() {
            Some(emitter) => emitter.notice(message),
            None => events::log(self.entity.name(), &EventKind::Notice { node, message }),
        };
        match self.is_watched {
            true => self.within(&self.span, tell),
            false => tell(),
        }
    }

    /// Says which options of a plan have no effect here.
    pub(crate) fn notice_plan(&self, plan: &Plan) {
        // A cluster does about them what they say.
        let notice = plan.notice(self.isolates());
        let Some(notice) = notice.filter(|_| self.container.is_none()) else {
            return;
        };
        // A dynamic task may build the same graph many times.
        if self.first_time(notice.to_owned()) {
            self.notice(notice.to_owned());
        }
    }

    /// Whether a task started this run.
    pub(crate) fn is_nested(&self) -> bool {
        is_attempt(&self.around)
    }

    /// The run around, if a task started this one.
    fn run_around(&self) -> Option<&Arc<Run>> {
        let attempt = self.around.execution_state()?.attempt()?;
        Some(attempt.of().run())
    }

    /// Whether something is told for the first time in this run and those around it; remembers it.
    pub(crate) fn first_time(&self, what: String) -> bool {
        match self.run_around() {
            Some(run) => run.services.first_time(what),
            None => lock(self.told.get_or_init(Mutex::default)).insert(what),
        }
    }

    /// The cache that the run uses, if it uses one.
    pub(crate) fn cache(&self) -> Option<&InUse> {
        let find = || match self.asked() {
            Some(asked) => InUse::by(&asked.cache),
            None => InUse::by(&CacheChoice::default()),
        };
        self.cache.get_or_init(find).as_ref()
    }

    /// Why a call is not in the cache: how it differs from the results that were there when this run first missed one
    /// of the task.
    pub(crate) fn why_missed(&self, cache: &InUse, key: &CacheKey) -> Vec<String> {
        let known = self.missed.get_or_init(Mutex::default);
        let known = lock(known).get(&key.task).cloned();
        let results = known.unwrap_or_else(|| {
            let results = Arc::new(cache.cache.some_results(&key.task));
            let known = self.missed.get_or_init(Mutex::default);
            lock(known).insert(key.task.clone(), Arc::clone(&results));
            results
        });
        results.why_not(key)
    }

    /// Keeps files of the cache where they are until this run is gone, and those around it, and the attempt that a
    /// container is for.
    pub(crate) fn hold_files(&self, cache: &InUse) {
        match self.run_around() {
            Some(run) => run.services.hold_files(cache),
            None => {
                let container = self.container.as_ref();
                let held = container.map_or(&self.held_files, |container| &*container.held_files);
                held.get_or_init(|| cache.cache.hold());
            }
        }
    }

    /// The pages of the tasks of this run, and what the ids of nodes begin with there.
    pub(crate) fn pages(&self) -> (&Arc<Pages>, &str) {
        let (pages, prefix) = self.pages.get_or_init(|| {
            if self.is_nested()
                && let Some(parameters) = self.around.user_space_params()
                && let (Some(node), Some(pages)) =
                    (parameters.decks().node(), parameters.decks().pages())
            {
                let prefix = format!("{node}/run{}/", pages.next_inner_run());
                if let Some(emitter) = self.emitter() {
                    pages.tell_as(&prefix, emitter.prefix());
                }
                return (pages, prefix);
            }
            let sink = self.asked().and_then(|asked| asked.deck_sink.clone());
            let pages = Pages::new(sink);
            if let Some(history) = self.emitter().and_then(Emitter::history) {
                let history = Arc::clone(history);
                pages.tell_files(move |node, attempt, file| {
                    history.deck_written(node, attempt, file);
                });
            }
            (pages, String::new())
        });
        (pages, prefix)
    }

    /// Leaves the decks of this run where the code that started it can find them.
    fn publish_decks(&self) {
        let pages = self.pages.get();
        if let Some((pages, prefix)) = pages {
            pages.end_below(prefix);
        }
        if self.is_nested() {
            return;
        }
        if let Some(around) = self.around.user_space_params() {
            let pages = pages.map(|(pages, _)| pages.finish());
            around
                .decks()
                .leave(pages.unwrap_or_default(), self.ended_before);
        }
    }

    /// Tells of the end of the run, and lets go of the files that nothing names any more. `error` is what went wrong,
    /// if something did; `was_known` if the run had succeeded before it was resumed.
    pub(crate) fn end(
        &self,
        outputs: Option<&[Value]>,
        error: impl FnOnce() -> Option<String>,
        was_known: bool,
        left: Option<Left>,
    ) {
        self.publish_decks();
        let emitter = self.emitter();
        if emitter.is_none() && left.is_none() {
            return;
        }
        let error = error();
        let has_succeeded = error.is_none();
        if let Some(emitter) = emitter {
            emitter.run_ended(self.entity, outputs, error, was_known);
        }
        // Files of a run that has not succeeded are for the one that goes on with it, if they are in its history.
        if let (Some(left), Some(outputs), true) = (left, outputs, has_succeeded) {
            left.keep_outputs(self.entity, outputs, || {
                self.around.file_access().ok().cloned()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Instruments, Services};
    use crate::{clock::Clock, instruments::WithInstruments as _};
    use flyte_context::context::FlyteContext;
    use flyte_core::graph::entity::{EntityDescriptor, Location};

    /// Those of a run that starts in a context of which this is asked.
    fn services(ask: impl FnOnce(&mut Instruments)) -> Services {
        let entity = EntityDescriptor::imperative("workflow", Location::caller());
        let context = FlyteContext::current()
            .new_builder()
            .with_instruments(ask)
            .build();
        FlyteContext::run_in(Arc::new(context), || {
            Services::new(Box::leak(Box::new(entity)), &[], None, None, None)
        })
    }

    #[test]
    fn a_run_has_what_the_context_around_asks_for() {
        let asked = services(|asked| {
            asked.strict = true;
            asked.seed = Some(7);
            asked.clock = Clock::Impatient;
        });
        assert!(asked.is_watched() && asked.is_strict());
        assert_eq!(asked.seed(), Some(7));
        assert!(matches!(asked.clock, Clock::Impatient));
        let other = services(|_| {});
        assert!(!other.is_strict() && !other.isolates());
        assert_eq!(other.seed(), None);
    }

    #[test]
    fn a_run_that_no_task_has_started_is_inside_of_none() {
        let services = services(|_| {});
        assert!(!services.is_nested());
        assert_eq!(services.depth, 0);
        assert!(services.emitter().is_none());
    }

    #[test]
    fn what_is_told_once_is_known_afterwards() {
        let services = services(|_| {});
        assert!(services.first_time("one".to_owned()));
        assert!(!services.first_time("one".to_owned()));
        assert!(services.first_time("two".to_owned()));
    }
}
