//! One run: its ready nodes, its failures, and who waits for it.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fs::File,
    sync::{
        Arc, Condvar, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, SystemTime},
};

use tokio::{runtime::Handle, task::AbortHandle};

use super::{
    broadcast::Broadcast,
    cancellation::Link,
    container::Container,
    directory::{Left, RunDirectory, surroundings},
    frame::{Frame, HANDLER, Ready, lock},
    instruments::Watch,
    jobs::Jobs,
    plan::Plan,
    pool,
    tasks::Parked,
    worker::RESUME,
};
use crate::{
    cache::{CacheChoice, InUse},
    clock::{Clock, Timer},
    context::{ExecutionState, FlyteContext},
    deck::Pages,
    duration,
    entity::EntityDescriptor,
    error::{NodeFailure, RunError, RunFailure},
    events::{self, EventKind},
    history::Recording,
    types::Value,
};

/// One run of an entity.
pub(crate) struct Run {
    entity: &'static EntityDescriptor,
    pub(crate) jobs: Jobs,
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
    told: Mutex<HashSet<String>>,
    /// How many runs had left decks in the context around when this one started.
    ended_before: u64,
    queue: Mutex<Queue>,
    /// Wakes the thread that waits in `drive`.
    changed: Condvar,
    cancelled: AtomicBool,
    /// It was cancelled because it was not done within this time.
    timed_out: OnceLock<Duration>,
    patience: OnceLock<Duration>,
    /// What gives it a result after that.
    abandoning: OnceLock<Timer>,
    /// It has a result, or nobody waits for one.
    completed: AtomicBool,
    /// The task that it was started in.
    link: OnceLock<Option<Link>>,
    /// On the list of runs without a place.
    hungry: AtomicBool,
    /// How many threads serve this run.
    workers: AtomicUsize,
    skipped: AtomicUsize,
    failures: Mutex<Vec<NodeFailure>>,
    in_flight: Mutex<InFlight>,
    parking: Mutex<Parking>,
    expired: Expired,
    outcome: Mutex<Outcome>,
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

#[derive(Default)]
struct Queue {
    ready: VecDeque<Ready>,
    /// The thread of `drive` waits.
    parked: bool,
    /// The waiting thread was given a place.
    granted: bool,
    done: bool,
}

/// What is to be told when attempts are to end: async ones that are waiting for something, and who listens for sync ones.
#[derive(Default)]
struct InFlight {
    next: u64,
    /// `None` for one that has not been spawned yet.
    attempts: HashMap<u64, Option<(Arc<Frame>, u32, Stop)>>,
}

/// How an attempt is told to end.
pub(super) enum Stop {
    Abort(AbortHandle),
    Tell(Box<dyn FnOnce() + Send>),
}

impl Stop {
    fn stop(self) {
        match self {
            Self::Abort(attempt) => attempt.abort(),
            Self::Tell(tell) => tell(),
        }
    }
}

/// The executions that wait for their next attempt.
#[derive(Default)]
struct Parking {
    next: u64,
    /// With what is going to wake it, once that is set.
    waiting: HashMap<u64, (Parked, Option<Timer>)>,
    due: VecDeque<Parked>,
}

/// The attempts whose time was over before they were, and that still go on.
#[derive(Default)]
struct Expired {
    /// Whether there are any, so that asking costs others a look.
    any: AtomicBool,
    /// By the address of the frame, which each of them keeps, the node, and the number of the attempt.
    attempts: Mutex<HashSet<(usize, u32, u32)>>,
}

fn key(frame: &Arc<Frame>, node: u32, attempt: u32) -> (usize, u32, u32) {
    (Arc::as_ptr(frame) as usize, node, attempt)
}

#[derive(Default)]
struct Outcome {
    /// The outputs, or nothing when nodes failed or were cancelled.
    outputs: Option<Option<Vec<Value>>>,
    waker: Option<Waker>,
}

impl Run {
    /// A run whose outermost graph is ready to start.
    pub(crate) fn new(
        entity: &'static EntityDescriptor,
        plan: Arc<Plan>,
        inputs: Vec<Value>,
        jobs: Jobs,
        runtime: Option<Handle>,
        container: Option<Container>,
        history: Option<Arc<Recording>>,
    ) -> Arc<Self> {
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
        let directory = RunDirectory::of(broadcast.as_ref(), container.as_ref());
        let watch = Watch::of(entity, &around, broadcast);
        let run = Arc::new(Self {
            entity,
            watch,
            jobs,
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
            told: Mutex::default(),
            queue: Mutex::default(),
            changed: Condvar::new(),
            cancelled: AtomicBool::new(false),
            timed_out: OnceLock::new(),
            patience: OnceLock::new(),
            abandoning: OnceLock::new(),
            completed: AtomicBool::new(false),
            link: OnceLock::new(),
            hungry: AtomicBool::new(false),
            workers: AtomicUsize::new(0),
            skipped: AtomicUsize::new(0),
            failures: Mutex::default(),
            in_flight: Mutex::default(),
            parking: Mutex::default(),
            expired: Expired::default(),
            outcome: Mutex::default(),
        });
        let known = run
            .broadcast()
            .and_then(|broadcast| broadcast.run_started(entity, &inputs));
        if !is_attempt(&run.around) {
            run.give_notice(&plan);
        } else {
            run.link.get_or_init(|| Link::new(&run));
        }
        if let Some(outputs) = known {
            run.end(Some(outputs), true, None);
            return run;
        }
        let frame = Frame::new(plan, Arc::clone(&run), None, inputs);
        lock(&run.queue).ready.push_back(Ready::start(frame));
        run
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
        self.completed.load(Ordering::Acquire)
    }

    /// How long it waits, when it is cancelled, for attempts that do not end; without it for as long as they take.
    pub(crate) fn set_patience(&self, patience: Duration) {
        self.patience.get_or_init(|| patience);
    }

    /// Cancels the run because it was not done within a time.
    pub(crate) fn time_out(self: &Arc<Self>, after: Duration) {
        if !self.is_completed() {
            self.timed_out.get_or_init(|| after);
            self.cancel();
        }
    }

    /// Ends the async attempts that are waiting for something in frames that do not go on, tells those who listen for sync ones,
    /// and lets executions end that wait for their next attempt.
    pub(crate) fn abort_stopped(&self) {
        // Aborting may run the attempt's destructor, which comes back here; so outside of the lock.
        self.stop(|frame, node, _| stops(frame, node));
        let parking = lock(&self.parking);
        let stopped = parking.waiting.iter().filter(|(_, (parked, _))| {
            let execution = &parked.execution;
            stops(execution.frame(), execution.node())
        });
        let stopped: Vec<_> = stopped.map(|(number, _)| *number).collect();
        drop(parking);
        stopped.into_iter().for_each(|number| self.unpark(number));
    }

    fn stop(&self, which: impl Fn(&Arc<Frame>, u32, &Stop) -> bool) {
        let stopped: Vec<_> = {
            let mut in_flight = lock(&self.in_flight);
            let attempts = in_flight.attempts.extract_if(|_, waiting| {
                matches!(waiting, Some((frame, node, stop)) if which(frame, *node, stop))
            });
            attempts.filter_map(|(_, waiting)| waiting).collect()
        };
        for (_frame, _, attempt) in stopped {
            attempt.stop();
        }
    }

    /// Lets an execution wait for its next attempt.
    pub(super) fn park(&self, parked: Parked, wait: Duration) {
        let run = Arc::downgrade(&parked.execution.frame().run);
        let is_waiting = parked.execution.is_waiting();
        let (frame, node) = (
            Arc::clone(parked.execution.frame()),
            parked.execution.node(),
        );
        let number = {
            let mut parking = lock(&self.parking);
            parking.next += 1;
            let number = parking.next;
            parking.waiting.insert(number, (parked, None));
            number
        };
        // An equal call may be one of another process, whose time no clock of a test can tell.
        let clock = match is_waiting {
            true => &Clock::System,
            false => &self.clock,
        };
        let timer = clock.at(clock.now().after(wait), move || {
            if let Some(run) = run.upgrade() {
                run.unpark(number);
            }
        });
        // It may have gone off meanwhile, and is dropped behind the lock then.
        let mut timer = Some(timer);
        if let Some((_, place)) = lock(&self.parking).waiting.get_mut(&number) {
            *place = timer.take();
        }
        // Its frame may have stopped before it was on the list.
        if stops(&frame, node) {
            self.unpark(number);
        }
    }

    /// Makes an execution ready that has waited.
    fn unpark(&self, number: u64) {
        let Some((parked, timer)) = lock(&self.parking).waiting.remove(&number) else {
            return;
        };
        drop(timer);
        let frame = Arc::clone(parked.execution.frame());
        lock(&self.parking).due.push_back(parked);
        let run = Arc::clone(&frame.run);
        let node = RESUME;
        run.push(&mut vec![Ready { frame, node }]);
    }

    /// An execution whose wait is over.
    pub(super) fn take_due(&self) -> Option<Parked> {
        lock(&self.parking).due.pop_front()
    }

    /// The time of an attempt is over, and it still goes on.
    pub(super) fn mark_expired(&self, frame: &Arc<Frame>, node: u32, attempt: u32) {
        self.expired.any.store(true, Ordering::Release);
        lock(&self.expired.attempts).insert(key(frame, node, attempt));
    }

    /// It has ended.
    pub(super) fn unmark_expired(&self, frame: &Arc<Frame>, node: u32, attempt: u32) {
        lock(&self.expired.attempts).remove(&key(frame, node, attempt));
    }

    pub(super) fn is_expired(&self, frame: &Arc<Frame>, node: u32, attempt: u32) -> bool {
        self.expired.any.load(Ordering::Acquire)
            && lock(&self.expired.attempts).contains(&key(frame, node, attempt))
    }

    /// Tells those who listen for the end of a node's attempts that one is to end. Those of another attempt look and wait on.
    pub(super) fn tell_stopped(&self, frame: &Arc<Frame>, node: u32) {
        self.stop(|other, number, stop| {
            number == node && Arc::ptr_eq(other, frame) && matches!(stop, Stop::Tell(_))
        });
    }

    /// A number for an async attempt, to be forgotten when it ends.
    pub(crate) fn next_attempt(&self) -> u64 {
        let mut in_flight = lock(&self.in_flight);
        in_flight.next += 1;
        let number = in_flight.next;
        in_flight.attempts.insert(number, None);
        number
    }

    /// Remembers how to abort an async attempt, unless it has ended meanwhile.
    pub(super) fn watch(&self, number: u64, frame: &Arc<Frame>, node: u32, attempt: Stop) {
        if let Some(waiting) = lock(&self.in_flight).attempts.get_mut(&number) {
            *waiting = Some((Arc::clone(frame), node, attempt));
        }
        // Its frame may have stopped before it was on the list.
        if stops(frame, node) {
            self.abort_stopped();
        }
    }

    pub(crate) fn forget(&self, number: u64) {
        lock(&self.in_flight).attempts.remove(&number);
    }

    pub(crate) fn record_failure(&self, failure: NodeFailure) {
        lock(&self.failures).push(failure);
    }

    /// What `tell` makes of the first failure that it makes something of.
    pub(crate) fn first_failure<T>(
        &self,
        tell: impl FnMut(&NodeFailure) -> Option<T>,
    ) -> Option<T> {
        lock(&self.failures).iter().find_map(tell)
    }

    /// Forgets the failures of a node, and of what is inside of it: it was allowed to fail.
    pub(crate) fn forgive(&self, node: &str) {
        lock(&self.failures).retain(|failure| {
            let inside = failure.node.strip_prefix(node);
            !inside.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
    }

    pub(crate) fn count_skipped(&self, nodes: usize) {
        self.skipped.fetch_add(nodes, Ordering::Relaxed);
    }

    /// Marks the run as being on the list of those without a place; returns what it was.
    pub(crate) fn set_hungry(&self, hungry: bool) -> bool {
        self.hungry.swap(hungry, Ordering::AcqRel)
    }

    pub(crate) fn has_work(&self) -> bool {
        self.work() > 0
    }

    /// How many nodes wait for a worker.
    pub(crate) fn work(&self) -> usize {
        lock(&self.queue).ready.len()
    }

    pub(crate) fn pop(&self) -> Option<Ready> {
        lock(&self.queue).ready.pop_front()
    }

    /// Adds nodes whose turn it is and sees that somebody runs them.
    pub(crate) fn push(self: &Arc<Self>, ready: &mut Vec<Ready>) {
        let count = ready.len();
        lock(&self.queue).ready.extend(ready.drain(..));
        self.request(count);
    }

    /// Asks for up to `count` more workers.
    pub(crate) fn request(self: &Arc<Self>, count: usize) {
        // A single worker runs one node after the other; a second would change the order.
        if self.jobs.limit() == 1 && self.workers.load(Ordering::Acquire) > 0 {
            return;
        }
        for _ in 0..count.min(self.jobs.limit()) {
            if self.hungry.load(Ordering::Acquire) || !self.jobs.try_take(self) {
                return;
            }
            self.grant();
        }
    }

    /// Uses a place that was taken for this run.
    pub(crate) fn grant(self: &Arc<Self>) {
        let mut queue = lock(&self.queue);
        if queue.parked && !queue.granted {
            queue.granted = true;
            drop(queue);
            self.changed.notify_one();
        } else {
            drop(queue);
            pool::help(Arc::clone(self));
        }
    }

    pub(crate) fn enter_worker(&self) {
        self.workers.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn leave_worker(&self) {
        self.workers.fetch_sub(1, Ordering::AcqRel);
    }

    /// Waits for a node to run; `None` when the run is done. The calling thread holds a place before and after.
    pub(crate) fn wait(self: &Arc<Self>) -> Option<Ready> {
        let mut queue = lock(&self.queue);
        loop {
            if queue.done {
                return None;
            }
            if let Some(ready) = queue.ready.pop_front() {
                return Some(ready);
            }
            queue.parked = true;
            drop(queue);
            self.workers.fetch_sub(1, Ordering::AcqRel);
            self.jobs.give_back();
            queue = lock(&self.queue);
            // Work may have arrived while the place was being given back, when nobody was seen to wait for it.
            while !queue.granted && !queue.done && queue.ready.is_empty() {
                queue = self
                    .changed
                    .wait(queue)
                    .unwrap_or_else(PoisonError::into_inner);
            }
            if !queue.granted {
                self.jobs.take();
            }
            queue.granted = false;
            queue.parked = false;
            self.workers.fetch_add(1, Ordering::AcqRel);
        }
    }

    /// Whether a task started this run.
    pub(crate) fn is_nested(&self) -> bool {
        is_attempt(&self.around)
    }

    /// The cache that the run uses, if it uses one.
    pub(crate) fn cache(&self) -> Option<&InUse> {
        let find = || match self.around.instruments() {
            Some(instruments) => InUse::by(&instruments.cache),
            None => InUse::by(&CacheChoice::default()),
        };
        self.cache.get_or_init(find).as_ref()
    }

    /// Keeps files of the cache where they are until this run is gone, and those around it.
    pub(super) fn hold_files(&self, cache: &InUse) {
        let around = self.around.execution_state();
        match around.and_then(ExecutionState::attempt) {
            Some(attempt) => attempt.of().run().hold_files(cache),
            None => {
                self.held_files.get_or_init(|| cache.cache.hold());
            }
        }
    }

    /// Whether nobody has told of something yet, in this run or those around it; remembers it.
    pub(super) fn is_news(&self, what: String) -> bool {
        let around = self.around.execution_state();
        match around.and_then(ExecutionState::attempt) {
            Some(attempt) => attempt.of().run().is_news(what),
            None => lock(&self.told).insert(what),
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

    /// The outermost graph is done.
    pub(crate) fn complete(&self, outputs: Option<Vec<Value>>) {
        if self.completed.swap(true, Ordering::AcqRel) {
            return;
        }
        let left = self.directory.close();
        self.end(outputs, false, left);
    }

    /// Ends a cancelled run although attempts go on that cannot be stopped; what they give is dropped.
    pub(crate) fn abandon(&self) {
        if self.completed.swap(true, Ordering::AcqRel) {
            return;
        }
        let left = "a cancelled run has tasks that do not end, and their threads are left behind; \
                    a long task can ask `flyte_runtime::is_cancelled()`";
        self.notice(left.to_owned());
        self.directory.remove_now();
        self.end(None, false, None);
    }

    /// The run is over; `was_known` if it had succeeded before it was resumed.
    fn end(&self, outputs: Option<Vec<Value>>, was_known: bool, left: Option<Left>) {
        // What a task gave because it was asked to end is no result.
        let outputs = outputs.filter(|_| !self.is_cancelled());
        let error = self.first_failure(|NodeFailure { node, cause, .. }| {
            Some(format!("node `{node}` failed: {cause}"))
        });
        let error = error.or_else(|| {
            let late = self.timed_out.get().filter(|_| outputs.is_none())?;
            Some(format!("not done within {}", duration::format(*late)))
        });
        let has_succeeded = error.is_none();
        self.publish_decks();
        if let Some(broadcast) = self.broadcast() {
            broadcast.run_ended(self.entity, outputs.as_deref(), error, was_known);
        }
        // Files of a run that has not succeeded are for the one that goes on with it, if they are in its history.
        if let (Some(left), Some(outputs), true) = (left, &outputs, has_succeeded) {
            left.keep_outputs(self.entity, outputs, &self.around);
        }
        let mut outcome = lock(&self.outcome);
        outcome.outputs = Some(outputs);
        let waker = outcome.waker.take();
        drop(outcome);
        lock(&self.queue).done = true;
        self.changed.notify_one();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The result, if the run is done.
    pub(crate) fn take_result(&self) -> Option<Result<Vec<Value>, RunError>> {
        let outputs = lock(&self.outcome).outputs.take()?;
        Some(self.result(outputs))
    }

    /// Waits for the result, without working for it.
    pub(crate) fn wait_for_result(&self) -> Result<Vec<Value>, RunError> {
        struct Unpark(Thread);
        impl Wake for Unpark {
            fn wake(self: Arc<Self>) {
                self.0.unpark();
            }
        }
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            if let Poll::Ready(result) = self.poll_result(&waker) {
                return result;
            }
            thread::park();
        }
    }

    /// The result, or a promise to wake the task that asked.
    pub(crate) fn poll_result(&self, waker: &Waker) -> Poll<Result<Vec<Value>, RunError>> {
        let mut outcome = lock(&self.outcome);
        match outcome.outputs.take() {
            Some(outputs) => {
                drop(outcome);
                Poll::Ready(self.result(outputs))
            }
            None => {
                outcome.waker = Some(waker.clone());
                Poll::Pending
            }
        }
    }

    fn result(&self, outputs: Option<Vec<Value>>) -> Result<Vec<Value>, RunError> {
        let mut failures = std::mem::take(&mut *lock(&self.failures)).into_iter();
        match (failures.next(), outputs) {
            (Some(first), _) => Err(RunError::Failed(Box::new(RunFailure {
                entity: self.entity.name().to_owned(),
                first,
                others: failures.collect(),
                skipped: self.skipped.load(Ordering::Relaxed),
            }))),
            (None, Some(outputs)) => Ok(outputs),
            (None, None) => {
                let entity = self.entity.name().to_owned();
                Err(match self.timed_out.get() {
                    Some(&after) => RunError::TimedOut { entity, after },
                    None => RunError::Cancelled { entity },
                })
            }
        }
    }
}
