//! The work of a run whose turn it is, and the threads that do it.
//!
//! Everything here is told by [`Scheduled`] what a run is, so that `tests/models` can try it with runs that are nothing
//! else.

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

/// What threads work for: a run.
pub(crate) trait Scheduled: Sized + Send + Sync + 'static {
    /// Something whose turn it is.
    type Ready: Send;
    /// What one thread needs for its work, kept from one run to the next.
    type Worker: Default;

    /// What waits for its time, besides.
    type Parking: Default + Send + Sync;

    fn schedule(&self) -> &Schedule<Self>;

    /// Where its helpers are from.
    fn pool(&self) -> &'static Pool<Self>;

    /// Does something whose turn it is, and what that makes ready.
    fn perform(worker: &mut Self::Worker, ready: Self::Ready, role: Role) -> Went;

    /// Lets go of what belongs to a run that a thread leaves.
    fn leave(worker: &mut Self::Worker);

    /// A thread has panicked outside of all user code, with work that is lost. Ends the run.
    fn break_down(self: &Arc<Self>);

    /// Adds what is ready and sees that a thread does it.
    fn push(self: &Arc<Self>, ready: &mut Vec<Self::Ready>) {
        let count = ready.len();
        lock(&self.schedule().queue).ready.extend(ready.drain(..));
        self.request(count);
    }

    /// Asks for up to `count` more workers.
    fn request(self: &Arc<Self>, count: usize) {
        let schedule = self.schedule();
        // A single worker does one thing after the other; a second would change the order.
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

    /// Goes on without a thread that may not come back: with `ready` first, in another thread, which gets the permit
    /// that [`Schedule::abandon`] has taken.
    fn go_on_without(self: &Arc<Self>, ready: Self::Ready) {
        self.schedule().put_next(ready);
        self.grant();
    }
}

/// How a thread works for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It has started the run and waits for its end, so it must be free when the run ends.
    Driver,
    /// It may be left behind.
    Helper,
}

/// How a thread comes out of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Went {
    #[default]
    On,
    /// What comes next is in the queue and for helpers alone.
    HandsOver,
    /// Another thread has its permit and its work, and it has come back nevertheless.
    LeftBehind,
}

/// Work in progress that a timer may take away from its thread. Whoever takes it goes on with it.
pub(crate) struct Hand<T>(Mutex<Option<T>>);

impl<T> Hand<T> {
    pub(crate) fn new(work: T) -> Self {
        Self(Mutex::new(Some(work)))
    }

    /// For the thread, when it has ended; `None` when it was left behind.
    pub(crate) fn take(&self) -> Option<T> {
        lock(&self.0).take()
    }

    /// For the timer, which counts the thread as left behind; `None` when it has ended.
    pub(crate) fn take_away(&self, count: impl FnOnce(&T)) -> Option<T> {
        let mut work = lock(&self.0);
        // While the thread cannot end, so that it finds all this as it is to leave it.
        work.as_ref().map(count)?;
        work.take()
    }
}

/// What a run has to do with its threads.
pub(crate) struct Schedule<R: Scheduled> {
    pub(crate) permits: Permits<R>,
    queue: Mutex<Queue<R::Ready>>,
    pub(crate) parking: R::Parking,
    /// Wakes the thread that waits in [`drive`].
    changed: Condvar,
    /// On the list of runs without a permit.
    starved: AtomicBool,
    /// How many threads work for the run.
    workers: AtomicUsize,
}

struct Queue<T> {
    ready: VecDeque<T>,
    /// The thread of `drive` waits for work.
    parked: bool,
    /// The waiting thread was given a permit.
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

    /// Adds what is next, for a thread that looks for work anyway.
    pub(crate) fn put_next(&self, ready: R::Ready) {
        lock(&self.queue).ready.push_front(ready);
    }

    /// Marks the run as being on the list of those without a permit; returns what it was.
    pub(super) fn set_starved(&self, starved: bool) -> bool {
        self.starved.swap(starved, Ordering::AcqRel)
    }

    pub(super) fn has_work(&self) -> bool {
        self.work() > 0
    }

    /// How much waits for a worker.
    pub(super) fn work(&self) -> usize {
        lock(&self.queue).ready.len()
    }

    fn pop(&self) -> Option<R::Ready> {
        lock(&self.queue).ready.pop_front()
    }

    /// Whether a thread works for it.
    pub(super) fn has_workers(&self) -> bool {
        self.workers.load(Ordering::Acquire) > 0
    }

    fn enter(&self) {
        self.workers.fetch_add(1, Ordering::AcqRel);
    }

    fn exit(&self) {
        self.workers.fetch_sub(1, Ordering::AcqRel);
    }

    /// Counts a helper out that may not come back. It keeps a permit beyond the limit, and another is taken for whoever
    /// goes on.
    pub(crate) fn abandon(&self) {
        self.exit();
        self.permits.detach();
    }

    /// The run is over: wakes the thread that waits for that.
    pub(crate) fn finish(&self) {
        lock(&self.queue).done = true;
        self.changed.notify_one();
    }

    /// Waits until the run is done. The calling thread has given its permit away, and holds one afterwards.
    fn wait_for_end(&self) {
        let mut queue = lock(&self.queue);
        while !queue.done {
            queue = unpoisoned(self.changed.wait(queue));
        }
        drop(queue);
        self.permits.take();
    }
}

/// A thread's service to a run; leaves it and gives its permit back when dropped, also on a panic.
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
            // It was counted out when it was left behind.
            schedule.permits.end_detached();
        } else {
            schedule.exit();
            if self.gives_permit_back {
                schedule.permits.give_back();
            }
        }
        // Work that arrived after the last look has found no permit or a worker that was just leaving.
        if schedule.has_work() {
            self.run.request(1);
        }
    }
}

/// Waits for work; `None` when the run is done. The calling thread holds a permit before and after.
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
        // Work may have arrived before, when this thread was still seen to look for some, so that nobody has asked for
        // a permit.
        let mut has_permit = schedule.has_work() && schedule.permits.try_take(run);
        queue = lock(&schedule.queue);
        while !has_permit && !queue.granted && !queue.done {
            queue = unpoisoned(schedule.changed.wait(queue));
        }
        queue.parked = false;
        schedule.enter();
        if std::mem::take(&mut queue.granted) {
            if has_permit {
                // One was on its way when this thread took another.
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

/// Works for a run on the thread that waits for it, until it is done.
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

/// Works for a run while there is work, with the permit that was granted to the run.
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
