//! The parts of a run that do not change while its nodes run: its clock, its files, its cache, and its observers.

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
    launcher::Launcher,
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

/// The services that the nodes of a run, and the engine, use besides the schedule.
pub(crate) struct Services {
    entity: &'static EntityDescriptor,
    /// The async runtime of the code that started the run; the engine's own is used if this is `None`.
    pub(crate) runtime: Option<Handle>,
    /// The context in which the run was started, and in which its tasks run.
    pub(crate) around: Arc<FlyteContext>,
    /// The clock of the run.
    pub(crate) clock: Clock,
    /// The start time that its tasks see.
    pub(crate) started: SystemTime,
    pub(crate) directory: Arc<RunDirectory>,
    /// Set in a container of a cluster.
    pub(crate) container: Option<Container>,
    /// The number of runs around it.
    pub(crate) depth: u32,
    /// Whether any of the next three fields is set. For most runs this check is their whole cost.
    is_watched: bool,
    /// The settings of the outer context.
    asked: Option<Arc<Instruments>>,
    span: Span,
    emitter: Option<Emitter>,
    /// The pages of the run's tasks, and the prefix of node ids there. A run inside a task uses those of the outer run.
    pages: OnceLock<(Arc<Pages>, String)>,
    /// How many runs had left decks in the outer context when this one started.
    ended_before: u64,
    /// Opened when the first cached task needs it.
    cache: OnceLock<Option<InUse>>,
    /// Results of tasks that were in the cache when the first call was not, for who is told why.
    missed: OnceLock<Mutex<HashMap<String, Arc<SomeResults>>>>,
    /// Held while files of the cache are in use.
    held_files: OnceLock<Option<File>>,
    /// The messages that are reported only once and already were.
    told: OnceLock<Mutex<HashSet<String>>>,
}

/// Whether a task runs in a context.
fn is_attempt(context: &FlyteContext) -> bool {
    context
        .execution_state()
        .is_some_and(|state| state.attempt().is_some())
}

impl Services {
    /// The services of a run that starts in the current context.
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

    /// Whether the run has settings that apply around its attempts.
    pub(crate) fn is_watched(&self) -> bool {
        self.is_watched
    }

    /// The services, if the run has settings that apply around attempts.
    fn watched(&self) -> Option<&Self> {
        self.is_watched.then_some(self)
    }

    fn asked(&self) -> Option<&Instruments> {
        self.asked.as_deref()
    }

    /// The emitter of the run, if anything listens.
    pub(crate) fn emitter(&self) -> Option<&Emitter> {
        self.emitter.as_ref()
    }

    /// The seed of the run's random numbers, if one was set.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.asked()?.seed
    }

    /// Whether each attempt runs in a process of its own.
    pub(crate) fn isolates(&self) -> bool {
        self.asked().is_some_and(|asked| asked.isolated)
    }

    /// What runs the tasks instead of this process, if anything does.
    pub(crate) fn launcher(&self) -> Option<&Arc<dyn Launcher>> {
        self.asked()?.launcher.as_ref()
    }

    /// The mock that replaces an entity, if any.
    pub(crate) fn mock(&self, entity: &EntityDescriptor) -> Option<Mock> {
        self.asked()?.mock_of(entity)
    }

    /// Calls a function with the test's subscriber set.
    fn logged<R>(&self, work: impl FnOnce() -> R) -> R {
        match self.asked() {
            Some(asked) => asked.logged(work),
            None => work(),
        }
    }

    /// Sends the user a message about the run as a whole.
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

    /// Sends a notice about the options of a plan that have no effect here.
    pub(crate) fn notice_plan(&self, plan: &Plan) {
        // On a cluster these options take effect.
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

    /// The outer run, if a task started this one.
    fn run_around(&self) -> Option<&Arc<Run>> {
        let attempt = self.around.execution_state()?.attempt()?;
        Some(attempt.of().run())
    }

    /// Whether a message is new in this run and those around it. Records it.
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

    /// Keeps files of the cache in place until this run and the outer ones are gone, and in a container until its
    /// attempt has uploaded its outputs.
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

    /// The pages of the run's tasks, and the prefix of node ids there.
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

    /// Puts the decks of this run where the code that started it can find them.
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

    /// Reports the end of the run, and removes files that nothing refers to any more. `error` is the failure, if there
    /// was one; `was_known` if the run had succeeded before it was resumed.
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
        // If the run failed, the files in its history stay for the run that resumes it.
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

    /// The services of a run whose context has these settings.
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
