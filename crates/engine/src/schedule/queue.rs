//! The work of a run that is ready, and the threads that do it.
//!
//! All knowledge about runs comes through [`Scheduled`], so that `tests/models` can test this code with a minimal kind
//! of run.

use std::{collections::VecDeque, sync::Arc};

use super::{
    permits::{Permit, Permits},
    pool::Pool,
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        lock, unpoisoned,
    },
};

/// The run that threads work for.
pub(crate) trait Scheduled: Sized + Send + Sync + 'static {
    /// An item that is ready to run.
    type Ready: Send;
    /// The state that a thread needs for its work, kept from one run to the next.
    type Worker: Default;

    /// Items that wait.
    type Parking: Default + Send + Sync;

    fn schedule(&self) -> &Schedule<Self>;

    /// The pool of its helper threads.
    fn pool(&self) -> &'static Pool<Self>;

    /// Runs a ready item, and what that makes ready.
    fn perform(worker: &mut Self::Worker, ready: Self::Ready, role: Role) -> Went;

    /// Drops what belongs to a run that a thread leaves.
    fn leave(worker: &mut Self::Worker);

    /// A thread has panicked outside of all user code, and its work is lost. Ends the run.
    fn break_down(self: &Arc<Self>);

    /// Adds ready items and makes sure that a thread takes them.
    fn push(self: &Arc<Self>, ready: &mut Vec<Self::Ready>) {
        let count = ready.len();
        lock(&self.schedule().queue).ready.extend(ready.drain(..));
        self.request(count);
    }

    /// Requests up to `count` more workers.
    fn request(self: &Arc<Self>, count: usize) {
        let schedule = self.schedule();
        // A single worker runs one item after the other; a second would change the order.
        if schedule.permits.limit() == 1 && schedule.has_workers() {
            return;
        }
        for _ in 0..count.min(schedule.permits.limit()) {
            if schedule.starved.load(Ordering::Acquire) || !schedule.permits.try_take(self) {
                return;
            }
            self.grant();
        }
    }

    /// Uses a permit that was taken for this run.
    fn grant(self: &Arc<Self>) {
        let schedule = self.schedule();
        let mut queue = lock(&schedule.queue);
        if queue.parked && !queue.granted {
            queue.granted = true;
            drop(queue);
            schedule.changed.notify_one();
        } else {
            drop(queue);
            self.pool().help(Arc::clone(self));
        }
    }

    /// Continues without a thread that may not return: another thread starts with `ready`, and gets the permit that
    /// [`Schedule::abandon`] took.
    fn go_on_without(self: &Arc<Self>, ready: Self::Ready) {
        self.schedule().put_next(ready);
        self.grant();
    }
}

/// How a thread works for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It started the run and waits for its end, so it must be free when the run ends.
    Driver,
    /// It may be left behind.
    Helper,
}

/// How a thread's work ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Went {
    #[default]
    On,
    /// The next item is in the queue, and only helpers may take it.
    HandsOver,
    /// It was left behind: another thread has its permit and its work. It has returned after all.
    LeftBehind,
}

/// Work in progress that a timer may take away from its thread. Whichever takes it continues it.
pub(crate) struct Hand<T>(Mutex<Option<T>>);

impl<T> Hand<T> {
    pub(crate) fn new(work: T) -> Self {
        Self(Mutex::new(Some(work)))
    }

    /// For the thread, when its work has ended; `None` if it was left behind.
    pub(crate) fn take(&self) -> Option<T> {
        lock(&self.0).take()
    }

    /// For the timer, which counts the thread as left behind; `None` if the work has ended.
    pub(crate) fn take_away(&self, count: impl FnOnce(&T)) -> Option<T> {
        let mut work = lock(&self.0);
        // Counted under the lock, so that the thread cannot end before the counters are right.
        work.as_ref().map(count)?;
        work.take()
    }
}

/// The scheduling state of a run.
pub(crate) struct Schedule<R: Scheduled> {
    pub(crate) permits: Permits<R>,
    queue: Mutex<Queue<R::Ready>>,
    pub(crate) parking: R::Parking,
    /// Wakes the thread that waits in [`drive`].
    changed: Condvar,
    /// Whether the run is queued for a permit.
    starved: AtomicBool,
    /// How many threads work for the run.
    workers: AtomicUsize,
}

struct Queue<T> {
    ready: VecDeque<T>,
    /// The thread of `drive` is waiting for work.
    parked: bool,
    /// The waiting thread was granted a permit.
    granted: bool,
    done: bool,
}

impl<R: Scheduled> Schedule<R> {
    pub(crate) fn new(permits: Permits<R>) -> Self {
        Self {
            permits,
            queue: Mutex::new(Queue {
                ready: VecDeque::new(),
                parked: false,
                granted: false,
                done: false,
            }),
            parking: R::Parking::default(),
            changed: Condvar::new(),
            starved: AtomicBool::new(false),
            workers: AtomicUsize::new(0),
        }
    }

    /// Adds the next item, for a thread that looks for work anyway.
    pub(crate) fn put_next(&self, ready: R::Ready) {
        lock(&self.queue).ready.push_front(ready);
    }

    /// Sets whether the run is queued for a permit, and returns the previous value.
    pub(super) fn set_starved(&self, starved: bool) -> bool {
        self.starved.swap(starved, Ordering::AcqRel)
    }

    pub(super) fn has_work(&self) -> bool {
        self.work() > 0
    }

    /// How many items wait for a worker.
    pub(super) fn work(&self) -> usize {
        lock(&self.queue).ready.len()
    }

    fn pop(&self) -> Option<R::Ready> {
        lock(&self.queue).ready.pop_front()
    }

    /// Whether a thread works for the run.
    pub(super) fn has_workers(&self) -> bool {
        self.workers.load(Ordering::Acquire) > 0
    }

    fn enter(&self) {
        self.workers.fetch_add(1, Ordering::AcqRel);
    }

    fn exit(&self) {
        self.workers.fetch_sub(1, Ordering::AcqRel);
    }

    /// No longer counts a helper that may not return. It keeps a permit beyond the limit, and another is taken for its
    /// replacement.
    pub(crate) fn abandon(&self) {
        self.exit();
        self.permits.detach();
    }

    /// The run is over: wakes the thread that waits for it.
    pub(crate) fn finish(&self) {
        lock(&self.queue).done = true;
        self.changed.notify_one();
    }

    /// Waits until the run ends. The calling thread has given its permit away, and holds one again afterwards.
    fn wait_for_end(&self) {
        let mut queue = lock(&self.queue);
        while !queue.done {
            queue = unpoisoned(self.changed.wait(queue));
        }
        drop(queue);
        self.permits.take();
    }
}

/// The time that a thread works for a run. Dropping this, also during a panic, ends it and gives the permit back.
struct Service<'a, R: Scheduled> {
    run: &'a Arc<R>,
    gives_permit_back: bool,
    left_behind: bool,
    _held: Permit,
}

impl<'a, R: Scheduled> Service<'a, R> {
    fn new(run: &'a Arc<R>, gives_permit_back: bool) -> Self {
        let held = run.schedule().permits.held(true);
        run.schedule().enter();
        Self {
            run,
            gives_permit_back,
            left_behind: false,
            _held: held,
        }
    }
}

impl<R: Scheduled> Drop for Service<'_, R> {
    fn drop(&mut self) {
        let schedule = self.run.schedule();
        if self.left_behind {
            // It stopped counting as a worker when it was left behind.
            schedule.permits.end_detached();
        } else {
            schedule.exit();
            if self.gives_permit_back {
                schedule.permits.give_back();
            }
        }
        // Work that arrived after the last check found no permit, or a worker that was about to leave.
        if schedule.has_work() {
            self.run.request(1);
        }
    }
}

/// Waits for work; `None` when the run has ended. The calling thread holds a permit before and after.
fn wait<R: Scheduled>(run: &Arc<R>) -> Option<R::Ready> {
    let schedule = run.schedule();
    let mut queue = lock(&schedule.queue);
    loop {
        if queue.done {
            return None;
        }
        if let Some(ready) = queue.ready.pop_front() {
            return Some(ready);
        }
        queue.parked = true;
        drop(queue);
        schedule.exit();
        schedule.permits.give_back();
        // Work may have arrived while this thread still counted as looking for some, so that no permit was requested.
        let mut has_permit = schedule.has_work() && schedule.permits.try_take(run);
        queue = lock(&schedule.queue);
        while !has_permit && !queue.granted && !queue.done {
            queue = unpoisoned(schedule.changed.wait(queue));
        }
        queue.parked = false;
        schedule.enter();
        if std::mem::take(&mut queue.granted) {
            if has_permit {
                // A second permit was granted while this thread took one.
                drop(queue);
                schedule.permits.give_back();
                queue = lock(&schedule.queue);
            }
            has_permit = true;
        }
        if !has_permit {
            schedule.permits.take();
        }
    }
}

/// Works for a run on the thread that waits for it, until the run ends.
pub(crate) fn drive<R: Scheduled>(worker: &mut R::Worker, run: &Arc<R>) {
    let schedule = run.schedule();
    // A run inside a task uses the permit of the task, which is waiting for it.
    let own_permit = !schedule.permits.is_held();
    if own_permit {
        schedule.permits.take();
    }
    let _service = Service::new(run, own_permit);
    while let Some(ready) = wait(run) {
        if R::perform(worker, ready, Role::Driver) == Went::HandsOver {
            schedule.exit();
            run.pool().help(Arc::clone(run));
            schedule.wait_for_end();
            schedule.enter();
            break;
        }
    }
    R::leave(worker);
}

/// Works for a run while there is work, with the permit granted to the run.
pub(super) fn help<R: Scheduled>(worker: &mut R::Worker, run: Arc<R>) {
    let mut service = Service::new(&run, true);
    while let Some(ready) = run.schedule().pop() {
        if R::perform(worker, ready, Role::Helper) == Went::LeftBehind {
            service.left_behind = true;
            break;
        }
    }
    R::leave(worker);
}
