//! One run: its ready nodes, its failures, and who waits for it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Condvar, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Poll, Waker},
    time::SystemTime,
};

use tokio::{runtime::Handle, task::AbortHandle};

use super::{
    attempts::RunDirectory,
    container::Container,
    frame::{Frame, HANDLER, Ready, lock},
    instruments::Watch,
    jobs::Jobs,
    observe::Broadcast,
    plan::Plan,
    pool,
};
use crate::{
    cache::{CacheChoice, InUse},
    context::FlyteContext,
    deck::Pages,
    entity::EntityDescriptor,
    error::{NodeFailure, RunError, RunFailure},
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
    /// The one clock of the run.
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
    /// How many runs had left decks in the context around when this one started.
    ended_before: u64,
    queue: Mutex<Queue>,
    /// Wakes the thread that waits in `drive`.
    changed: Condvar,
    cancelled: AtomicBool,
    /// On the list of runs without a place.
    hungry: AtomicBool,
    /// How many threads serve this run.
    workers: AtomicUsize,
    skipped: AtomicUsize,
    failures: Mutex<Vec<NodeFailure>>,
    in_flight: Mutex<InFlight>,
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

/// The async attempts that are waiting for something.
#[derive(Default)]
struct InFlight {
    next: u64,
    /// `None` for one that has not been spawned yet.
    attempts: HashMap<u64, Option<(Arc<Frame>, u32, AbortHandle)>>,
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
        let around = FlyteContext::current();
        let ended_before = if is_attempt(&around) {
            0
        } else {
            let parameters = around.user_space_params();
            parameters.map_or(0, |parameters| parameters.decks().ended_runs())
        };
        let clock = around.instruments().and_then(|around| around.clock);
        let started = match &history {
            Some(history) => history.started(),
            None => clock.unwrap_or_else(SystemTime::now),
        };
        let broadcast = Broadcast::of(entity, &inputs, &around, history, started);
        let directory = RunDirectory::of(broadcast.as_ref());
        let watch = Watch::of(entity, &around, broadcast);
        let run = Arc::new(Self {
            entity,
            watch,
            jobs,
            runtime,
            around,
            ended_before,
            started,
            directory: Arc::new(directory),
            container,
            pages: OnceLock::new(),
            cache: OnceLock::new(),
            queue: Mutex::default(),
            changed: Condvar::new(),
            cancelled: AtomicBool::new(false),
            hungry: AtomicBool::new(false),
            workers: AtomicUsize::new(0),
            skipped: AtomicUsize::new(0),
            failures: Mutex::default(),
            in_flight: Mutex::default(),
            outcome: Mutex::default(),
        });
        let known = run
            .broadcast()
            .and_then(|broadcast| broadcast.run_started(entity, &inputs));
        if let Some(outputs) = known {
            run.end(Some(outputs), true);
            return run;
        }
        let frame = Frame::new(plan, Arc::clone(&run), None, inputs);
        lock(&run.queue).ready.push_back(Ready::start(frame));
        run
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Starts no further node and ends the attempts that are waiting.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.abort_stopped();
    }

    /// Ends the async attempts that are waiting for something in frames that do not go on.
    pub(crate) fn abort_stopped(&self) {
        // Aborting may run the attempt's destructor, which comes back here; so outside of the lock.
        let mut stopped = Vec::new();
        lock(&self.in_flight)
            .attempts
            .retain(|_, waiting| match waiting {
                Some((frame, node, attempt)) if stops(frame, *node) => {
                    stopped.push((Arc::clone(frame), attempt.clone()));
                    false
                }
                _ => true,
            });
        stopped.iter().for_each(|(_, attempt)| attempt.abort());
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
    pub(crate) fn watch(&self, number: u64, frame: &Arc<Frame>, node: u32, attempt: AbortHandle) {
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
        self.end(outputs, false);
    }

    /// The run is over; `was_known` if it had succeeded before it was resumed.
    fn end(&self, outputs: Option<Vec<Value>>, was_known: bool) {
        let error = self.first_failure(|failure| Some(failure.to_string()));
        self.directory.remove(error.is_none() && outputs.is_some());
        self.publish_decks();
        if let Some(broadcast) = self.broadcast() {
            broadcast.run_ended(self.entity, outputs.as_deref(), error, was_known);
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
            (None, None) => Err(RunError::Cancelled {
                entity: self.entity.name().to_owned(),
            }),
        }
    }
}
