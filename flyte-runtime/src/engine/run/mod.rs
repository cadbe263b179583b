//! One run.

mod abandoned;
mod outcome;
mod waiting;

use std::{
    collections::HashSet,
    fs::File,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::runtime::Handle;

use super::{
    attempts::EngineAttempt,
    broadcast::Broadcast,
    cancellation::Link,
    container::Container,
    directory::{self, surroundings},
    ending::Ending,
    frame::{Frame, HANDLER, Ready, lock},
    in_flight::InFlight,
    instruments::{ContextInstruments, Watch},
    jobs,
    plan::Plan,
    pool::Pool,
    schedule::{Role, Schedule, Scheduled, Went},
    worker::Worker,
};
use crate::{
    attempt,
    cache::{CacheChoice, InUse},
    clock::{Clock, Timer},
    context::{ExecutionState, FlyteContext, RunDirectory},
    deck::Pages,
    entity::EntityDescriptor,
    error::{NodeFailure, RunError},
    events::{self, EventKind},
    history::Recording,
    types::Value,
};
use abandoned::Abandoned;
use outcome::Outcome;
pub(super) use waiting::Stop;
use waiting::{Expired, Parking, Told};

/// The permits of runs.
pub(crate) type Jobs = jobs::Jobs<Run>;

/// The helpers of all runs.
static POOL: Pool<Run> = Pool::new();

/// One run of an entity.
pub(crate) struct Run {
    entity: &'static EntityDescriptor,
    pub(super) schedule: Schedule<Run>,
    /// The async runtime of whoever started the run; without one the engine's own is used.
    pub(crate) runtime: Option<Handle>,
    /// The context in which the run was started; its tasks run inside of it.
    pub(crate) around: Arc<FlyteContext>,
    /// What it tells the time by.
    pub(crate) clock: Clock,
    /// When it started: what its tasks are told.
    pub(crate) started: SystemTime,
    pub(crate) directory: Arc<RunDirectory>,
    /// What is done around attempts besides making them.
    pub(crate) watch: Option<Box<Watch>>,
    /// Set in a container of a cluster.
    pub(crate) container: Option<Container>,
    /// What the tasks of the run write for people; those of a run inside a task are with those of the run around. And what the
    /// ids of nodes begin with there.
    pages: OnceLock<(Arc<Pages>, String)>,
    /// Looked for when the first task asks that is cached.
    cache: OnceLock<Option<InUse>>,
    /// Held while files of the cache are used.
    held_files: OnceLock<Option<File>>,
    /// What has been told that is told once.
    told: OnceLock<Mutex<HashSet<String>>>,
    /// How many runs had left decks in the context around when this one started.
    ended_before: u64,
    cancelled: AtomicBool,
    /// A frame has failed, or a part of one.
    failed: AtomicBool,
    /// Why it was cancelled, if not from outside.
    stopped: Mutex<Option<RunError>>,
    /// The threads that attempts have left behind.
    abandoned: Abandoned,
    patience: OnceLock<Duration>,
    /// What gives it a result after that.
    abandoning: OnceLock<Timer>,
    /// With the outputs, or nothing when nodes failed or were cancelled.
    ending: Ending<Outcome>,
    /// The task that it was started in.
    link: OnceLock<Option<Link>>,
    /// How many runs it is inside of.
    depth: u32,
    skipped: AtomicUsize,
    failures: Mutex<Vec<NodeFailure>>,
    in_flight: InFlight<Told>,
    parking: OnceLock<Mutex<Parking>>,
    expired: Expired,
}

/// How a run is executed.
pub(crate) struct Setup {
    pub(crate) jobs: Jobs,
    pub(crate) runtime: Option<Handle>,
    pub(crate) container: Option<Container>,
    pub(crate) history: Option<Arc<Recording>>,
    /// How many threads may be left behind, if not as many as in the run around.
    pub(crate) max_abandoned: Option<usize>,
    /// What is said of the run when it starts.
    pub(crate) notices: Vec<String>,
}

/// Whether a task runs in a context.
fn is_attempt(context: &FlyteContext) -> bool {
    context
        .execution_state()
        .is_some_and(|state| state.attempt().is_some())
}

/// Whether an attempt of a node is to end although it could go on. A failure handler runs because its frame has failed.
pub(super) fn stops(frame: &Frame, node: u32) -> bool {
    frame.run.is_cancelled() || (node != HANDLER && frame.is_stopped())
}

impl Run {
    /// A run whose outermost graph is ready to start.
    pub(crate) fn new(
        entity: &'static EntityDescriptor,
        plan: Arc<Plan>,
        inputs: Vec<Value>,
        setup: Setup,
    ) -> Arc<Self> {
        let Setup {
            jobs,
            runtime,
            container,
            history,
            max_abandoned,
            notices,
        } = setup;
        let around = surroundings(history.as_deref());
        let ended_before = if is_attempt(&around) {
            0
        } else {
            let parameters = around.user_space_params();
            parameters.map_or(0, |parameters| parameters.decks().ended_runs())
        };
        let clock = around.instruments();
        let clock = clock.map_or(Clock::System, |around| around.clock.clone());
        let started = match &history {
            Some(history) => history.started(),
            None => clock.date(),
        };
        let broadcast = Broadcast::of(entity, &inputs, &around, history, started);
        let directory = directory::of_run(broadcast.as_ref(), container.as_ref());
        let watch = Watch::of(entity, &around, broadcast);
        let attempt = around.execution_state().and_then(ExecutionState::attempt);
        let depth = attempt.map_or(0, |attempt| attempt.of().run().depth + 1);
        let run = Arc::new(Self {
            entity,
            watch,
            schedule: Schedule::new(jobs),
            runtime,
            around,
            ended_before,
            started,
            clock,
            directory: Arc::new(directory),
            container,
            pages: OnceLock::new(),
            cache: OnceLock::new(),
            held_files: OnceLock::new(),
            told: OnceLock::new(),
            cancelled: AtomicBool::new(false),
            failed: AtomicBool::new(false),
            stopped: Mutex::default(),
            abandoned: Abandoned::new(max_abandoned),
            patience: OnceLock::new(),
            abandoning: OnceLock::new(),
            ending: Ending::new(),
            link: OnceLock::new(),
            depth,
            skipped: AtomicUsize::new(0),
            failures: Mutex::default(),
            in_flight: InFlight::new(),
            parking: OnceLock::new(),
            expired: Expired::default(),
        });
        let known = run
            .broadcast()
            .and_then(|broadcast| broadcast.run_started(entity, &inputs));
        if !is_attempt(&run.around) {
            run.give_notice(&plan);
        } else {
            run.link.get_or_init(|| Link::new(&run));
        }
        notices.into_iter().for_each(|notice| run.notice(notice));
        if let Some(outputs) = known {
            inputs.into_iter().for_each(attempt::discard);
            run.end(Some(outputs), true, || None);
            return run;
        }
        let frame = Frame::new(plan, Arc::clone(&run), None, inputs);
        run.schedule.put_next(Ready::start(frame));
        run
    }

    pub(crate) fn jobs(&self) -> &Jobs {
        &self.schedule.jobs
    }

    /// Says which options of a plan have no effect here.
    pub(super) fn give_notice(&self, plan: &Plan) {
        // A cluster does about them what they say.
        let is_isolated = self.watch.as_ref().is_some_and(|watch| watch.isolates());
        let notice = plan.notice(is_isolated);
        let Some(notice) = notice.filter(|_| self.container.is_none()) else {
            return;
        };
        // A dynamic task may build the same graph many times.
        if self.is_news(notice.to_owned()) {
            self.notice(notice.to_owned());
        }
    }

    /// Says something that a user should know of the run as a whole.
    pub(super) fn notice(&self, message: String) {
        let node = None;
        match &self.watch {
            Some(watch) => watch.say(|| match watch.broadcast() {
                Some(broadcast) => broadcast.notice(message),
                None => events::log(self.entity.name(), &EventKind::Notice { node, message }),
            }),
            None => events::log(self.entity.name(), &EventKind::Notice { node, message }),
        }
    }

    pub(super) fn entity(&self) -> &'static EntityDescriptor {
        self.entity
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    pub(super) fn note_failure(&self) {
        self.failed.store(true, Ordering::Relaxed);
    }

    /// Starts no further node and ends the attempts that are waiting.
    pub(crate) fn cancel(self: &Arc<Self>) {
        if self.cancelled.swap(true, Ordering::Relaxed) {
            return;
        }
        self.abort_stopped();
        let patience = self.patience.get().filter(|_| !self.is_completed());
        if let Some(&patience) = patience {
            let run = Arc::downgrade(self);
            self.abandoning.get_or_init(|| {
                // Whoever waits for the end waits in the time of the world.
                let due = Clock::System.now().after(patience);
                Clock::System.at(due, move || {
                    if let Some(run) = run.upgrade() {
                        run.abandon();
                    }
                })
            });
        }
    }

    fn is_completed(&self) -> bool {
        self.ending.is_claimed()
    }

    /// How long it waits, when it is cancelled, for attempts that do not end; without it for as long as they take.
    pub(crate) fn set_patience(&self, patience: Duration) {
        self.patience.get_or_init(|| patience);
    }

    /// Cancels the run because it was not done within a time.
    pub(crate) fn time_out(self: &Arc<Self>, after: Duration) {
        let entity = self.entity.name().to_owned();
        self.stop_with(RunError::TimedOut { entity, after });
    }

    /// Cancels the run, which ends with this error instead of saying so.
    fn stop_with(self: &Arc<Self>, error: RunError) {
        if !self.is_completed() {
            lock(&self.stopped).get_or_insert(error);
            self.cancel();
        }
    }

    /// Whether a task started this run.
    pub(crate) fn is_nested(&self) -> bool {
        is_attempt(&self.around)
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// The cache that the run uses, if it uses one.
    pub(crate) fn cache(&self) -> Option<&InUse> {
        let find = || match self.around.instruments() {
            Some(instruments) => InUse::by(&instruments.cache),
            None => InUse::by(&CacheChoice::default()),
        };
        self.cache.get_or_init(find).as_ref()
    }

    /// Keeps files of the cache where they are until this run is gone, and those around it, and the attempt that a container is for.
    pub(super) fn hold_files(&self, cache: &InUse) {
        let around = self.around.execution_state();
        match around.and_then(ExecutionState::attempt) {
            Some(attempt) => attempt.of().run().hold_files(cache),
            None => {
                let container = self.container.as_ref();
                let held = container.map_or(&self.held_files, |container| &*container.held_files);
                held.get_or_init(|| cache.cache.hold());
            }
        }
    }

    /// Whether nobody has told of something yet, in this run or those around it; remembers it.
    pub(super) fn is_news(&self, what: String) -> bool {
        let around = self.around.execution_state();
        match around.and_then(ExecutionState::attempt) {
            Some(attempt) => attempt.of().run().is_news(what),
            None => lock(self.told.get_or_init(Mutex::default)).insert(what),
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
                return (pages, prefix);
            }
            let sink = self.watch.as_ref().and_then(|watch| watch.deck_sink());
            (Pages::new(sink), String::new())
        });
        (pages, prefix)
    }
}

impl Scheduled for Run {
    type Ready = Ready;
    type Worker = Worker;

    fn schedule(&self) -> &Schedule<Self> {
        &self.schedule
    }

    fn pool(&self) -> &'static Pool<Self> {
        &POOL
    }

    fn perform(worker: &mut Worker, ready: Ready, role: Role) -> Went {
        worker.run_from(ready, role)
    }

    fn leave(worker: &mut Worker) {
        worker.leave();
    }

    fn break_down(self: &Arc<Self>) {
        self.stop_with(RunError::Internal("a thread of the engine has panicked"));
        self.abandon();
    }
}
