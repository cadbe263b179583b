//! How a run is stopped early, and how its attempts learn of it.

use std::{
    collections::HashSet,
    ptr,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::task::AbortHandle;

use super::{frame::Frame, in_flight::InFlight, link::Link};
use crate::{
    clock::{Clock, Timer},
    error::RunError,
};
use flyte_core::lock::lock;

/// The default limit of threads left behind at once.
const MAX_ABANDONED: usize = 256;

/// Whether a run must end early. The stop of a run inside a task is linked to that of the outer run.
pub(crate) struct Stop {
    cancelled: AtomicBool,
    /// Why the run was cancelled, unless it was cancelled from outside.
    reason: Mutex<Option<RunError>>,
    /// How long a cancelled run waits for attempts that do not end; without a value it waits as long as they take.
    grace_period: OnceLock<Duration>,
    /// The timer that ends the run after the grace period.
    grace: OnceLock<Timer>,
    in_flight: InFlight<Listener>,
    /// The attempts that exceeded their time limit and still run: the address of the frame, which each of them keeps
    /// alive, the node, and the attempt's number. Created for the first one, so that other runs pay one check.
    expired: OnceLock<Mutex<HashSet<(usize, u32, u32)>>>,
    /// How many threads were left behind by the run, and by runs inside its tasks without a limit of their own.
    abandoned: AtomicUsize,
    /// The limit; `None` takes the outer run's.
    max_abandoned: Option<usize>,
    /// The attempt that started the run.
    link: OnceLock<Link>,
}

/// An attempt that can be signalled to end: an async one that is waiting, or one whose code listens.
struct Listener {
    frame: Arc<Frame>,
    node: u32,
    signal: Signal,
}

/// How to signal an attempt.
pub(crate) enum Signal {
    Abort(AbortHandle),
    Tell(Box<dyn FnOnce() + Send>),
}

impl Signal {
    fn send(self) {
        match self {
            Self::Abort(attempt) => attempt.abort(),
            Self::Tell(tell) => tell(),
        }
    }
}

fn key(frame: &Frame, node: u32, attempt: u32) -> (usize, u32, u32) {
    (ptr::from_ref(frame).addr(), node, attempt)
}

impl Stop {
    pub(super) fn new(max_abandoned: Option<usize>) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            reason: Mutex::default(),
            grace_period: OnceLock::new(),
            grace: OnceLock::new(),
            in_flight: InFlight::new(),
            expired: OnceLock::new(),
            abandoned: AtomicUsize::new(0),
            max_abandoned,
            link: OnceLock::new(),
        }
    }

    /// Makes the run end with the attempt around it.
    pub(super) fn link(&self, link: Link) {
        self.link.get_or_init(|| link);
    }

    /// Whether the run was cancelled.
    pub(crate) fn is_set(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Cancels the run, and returns whether it was not cancelled before.
    pub(super) fn set(&self) -> bool {
        !self.cancelled.swap(true, Ordering::Relaxed)
    }

    /// Sets why the run is about to be cancelled. Only the first reason counts.
    pub(super) fn explain(&self, reason: RunError) {
        lock(&self.reason).get_or_insert(reason);
    }

    /// Calls `read` with the reason, if there is one.
    pub(super) fn reason<T>(&self, read: impl FnOnce(&RunError) -> T) -> Option<T> {
        lock(&self.reason).as_ref().map(read)
    }

    pub(super) fn take_reason(&self) -> Option<RunError> {
        lock(&self.reason).take()
    }

    /// Sets how long a cancelled run waits for attempts that do not end.
    pub(crate) fn set_grace_period(&self, grace_period: Duration) {
        self.grace_period.get_or_init(|| grace_period);
    }

    /// Begins the grace period, if there is one; `abandon` is called at its end.
    pub(super) fn begin_grace_period(&self, abandon: impl FnOnce() + Send + 'static) {
        if let Some(&grace_period) = self.grace_period.get() {
            self.grace.get_or_init(|| {
                // The thread that waits for the end waits in real time, so a test's clock does not apply.
                let due = Clock::System.now().after(grace_period);
                Clock::System.at(due, abandon)
            });
        }
    }

    /// Ends waiting async attempts in frames that have stopped, and signals sync attempts that listen.
    pub(super) fn stop_attempts(&self) {
        self.send(|attempt| attempt.frame.stops(attempt.node));
    }

    fn send(&self, which: impl Fn(&Listener) -> bool) {
        // Aborting may run the attempt's destructor, which comes back here, so it happens outside of the lock.
        for listener in self.in_flight.take(which) {
            listener.signal.send();
        }
    }

    /// Signals the listeners of a node's attempts that one of them must end. Listeners of another attempt check and
    /// keep waiting.
    pub(crate) fn tell(&self, frame: &Arc<Frame>, node: u32) {
        self.send(|attempt| {
            attempt.node == node
                && Arc::ptr_eq(&attempt.frame, frame)
                && matches!(attempt.signal, Signal::Tell(_))
        });
    }

    /// Returns a number for an attempt that can be signalled. Call [`forget`](Self::forget) when the attempt ends.
    pub(crate) fn begin_attempt(&self) -> u64 {
        self.in_flight.begin()
    }

    /// Stores how to signal an attempt, unless it has ended meanwhile. If it must end already, this signals it.
    pub(crate) fn watch(&self, number: u64, frame: &Arc<Frame>, node: u32, signal: Signal) {
        let listener = Listener {
            frame: Arc::clone(frame),
            node,
            signal,
        };
        let is_stopped = || frame.stops(node);
        if let Some(listener) = self.in_flight.watch(number, listener, is_stopped) {
            listener.signal.send();
        }
    }

    pub(crate) fn forget(&self, number: u64) {
        self.in_flight.forget(number);
    }

    /// An attempt exceeded its time limit and still runs, on a thread that is left behind.
    pub(crate) fn abandon_attempt(&self, frame: &Arc<Frame>, node: u32, number: u32) {
        let attempts = self.expired.get_or_init(Mutex::default);
        lock(attempts).insert(key(frame, node, number));
        self.abandoned().0.fetch_add(1, Ordering::AcqRel);
    }

    /// The code of such an attempt has ended. Its thread is free for other work once it has given its permit back.
    pub(crate) fn end_abandoned(&self, frame: &Arc<Frame>, node: u32, number: u32) {
        self.abandoned().0.fetch_sub(1, Ordering::AcqRel);
        if let Some(attempts) = self.expired.get() {
            lock(attempts).remove(&key(frame, node, number));
        }
    }

    pub(crate) fn is_expired(&self, frame: &Frame, node: u32, number: u32) -> bool {
        let attempts = self.expired.get();
        attempts.is_some_and(|attempts| lock(attempts).contains(&key(frame, node, number)))
    }

    /// The limit of threads left behind, if it is exceeded.
    pub(crate) fn exceeded(&self) -> Option<usize> {
        let (threads, most) = self.abandoned();
        (threads.load(Ordering::Acquire) > most).then_some(most)
    }

    /// The counter of the threads that this run leaves behind, and the limit.
    fn abandoned(&self) -> (&AtomicUsize, usize) {
        let mut stop = self;
        loop {
            match (stop.max_abandoned, stop.link.get()) {
                (Some(most), _) => return (&stop.abandoned, most),
                (None, Some(link)) => stop = link.around(),
                (None, None) => return (&stop.abandoned, MAX_ABANDONED),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stop;
    use crate::error::RunError;

    #[test]
    fn a_run_is_cancelled_once() {
        let stop = Stop::new(None);
        assert!(!stop.is_set());
        assert!(stop.set());
        assert!(!stop.set());
        assert!(stop.is_set());
    }

    #[test]
    fn the_first_reason_stands() {
        let stop = Stop::new(None);
        stop.explain(RunError::Internal("first"));
        stop.explain(RunError::Internal("second"));
        assert!(matches!(
            stop.take_reason(),
            Some(RunError::Internal("first"))
        ));
        assert!(stop.take_reason().is_none());
    }

    #[test]
    fn nothing_is_abandoned_without_a_grace_period() {
        let stop = Stop::new(None);
        stop.begin_grace_period(|| unreachable!("there is no grace period"));
        assert!(stop.grace.get().is_none());
        stop.set_grace_period(std::time::Duration::from_secs(3_600));
        stop.begin_grace_period(|| {});
        assert!(stop.grace.get().is_some());
    }

    #[test]
    fn as_many_threads_as_allowed_may_be_left_behind() {
        let stop = Stop::new(Some(1));
        assert_eq!(stop.exceeded(), None);
        stop.abandoned
            .fetch_add(1, std::sync::atomic::Ordering::AcqRel);
        assert_eq!(stop.exceeded(), None);
        stop.abandoned
            .fetch_add(1, std::sync::atomic::Ordering::AcqRel);
        assert_eq!(stop.exceeded(), Some(1));
    }
}
