//! The clock of runs: the system's, or one that a test moves.
//!
//! A waiting attempt sets a timer and frees its thread, so a hundred thousand waiting attempts cost a hundred thousand
//! entries in a list and no threads. One thread of the process serves the timers of the system's clock while there are
//! any.

use std::{
    collections::BTreeMap,
    fmt,
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock},
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant, SystemTime},
};

use flyte_core::{
    lock::{lock, unpoisoned},
    panic,
};

/// The function that a timer calls when it goes off.
type Wake = Box<dyn FnOnce() + Send>;

/// A moment on a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Duration);

impl Moment {
    #[cfg(test)]
    pub(crate) const START: Self = Self(Duration::ZERO);

    pub(crate) fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time))
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The clock that runs use.
#[derive(Clone, Debug, Default)]
pub(crate) enum Clock {
    #[default]
    System,
    /// The system's clock, but the waits between attempts are skipped.
    Impatient,
    Manual(ManualClock),
}

impl Clock {
    /// The current date.
    pub(crate) fn date(&self) -> SystemTime {
        match self {
            Self::System | Self::Impatient => SystemTime::now(),
            Self::Manual(clock) => clock.now(),
        }
    }

    /// The current moment, to compare with others of this clock.
    pub(crate) fn now(&self) -> Moment {
        match self {
            Self::System | Self::Impatient => Moment(SYSTEM.start().elapsed()),
            Self::Manual(clock) => Moment(lock(&clock.0.state).elapsed),
        }
    }

    /// Whether this clock skips the waits between attempts. If it does, the wait counts as over.
    pub(crate) fn skips(&self, wait: Duration) -> bool {
        match self {
            Self::System => false,
            Self::Impatient => true,
            Self::Manual(clock) => {
                let mut state = lock(&clock.0.state);
                if state.skips_waits {
                    state.skipped = state.skipped.saturating_add(wait);
                }
                state.skips_waits
            }
        }
    }

    /// Calls `wake` at a moment, on a thread of the clock, unless the timer is dropped before.
    pub(crate) fn at(&self, due: Moment, wake: impl FnOnce() + Send + 'static) -> Timer {
        let wake: Wake = Box::new(wake);
        let number = match self {
            Self::System | Self::Impatient => SYSTEM.add(due.0, wake),
            Self::Manual(clock) => clock.add(due.0, wake),
        };
        Timer {
            clock: self.clone(),
            key: (due.0, number),
        }
    }

    /// A future that is ready at a moment.
    pub(crate) fn until(&self, due: Moment) -> Until {
        let shared = Arc::default();
        let there = Arc::clone(&shared);
        let timer = self.at(due, move || {
            let mut state: MutexGuard<'_, UntilState> = lock(&there);
            state.is_over = true;
            let waker = state.waker.take();
            drop(state);
            if let Some(waker) = waker {
                waker.wake();
            }
        });
        Until {
            shared,
            _timer: timer,
        }
    }
}

/// A pending call. Dropping the timer cancels it.
#[derive(Debug)]
pub(crate) struct Timer {
    clock: Clock,
    key: (Duration, u64),
}

impl Drop for Timer {
    fn drop(&mut self) {
        // Dropping the function may drop other values and take the lock again, so it happens outside of the lock.
        let _forgotten = match &self.clock {
            Clock::System | Clock::Impatient => lock(&SYSTEM.state).timers.remove(&self.key),
            Clock::Manual(clock) => lock(&clock.0.state).timers.remove(&self.key),
        };
    }
}

/// A future that is ready at a moment.
#[derive(Debug)]
pub(crate) struct Until {
    shared: Arc<Mutex<UntilState>>,
    _timer: Timer,
}

#[derive(Debug, Default)]
struct UntilState {
    is_over: bool,
    waker: Option<Waker>,
}

impl Future for Until {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.shared);
        if state.is_over {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// The timers of the system's clock.
struct System {
    start: OnceLock<Instant>,
    state: Mutex<SystemState>,
    changed: Condvar,
}

struct SystemState {
    timers: BTreeMap<(Duration, u64), Wake>,
    next: u64,
    /// Whether the thread that serves them is running.
    served: bool,
    /// The time until which the thread sleeps; `None` while it works through the timers. Only an earlier timer wakes
    /// it, and dropping a timer does not, so most timers cost no system call.
    sleeps_until: Option<Duration>,
}

static SYSTEM: System = System {
    start: OnceLock::new(),
    state: Mutex::new(SystemState {
        timers: BTreeMap::new(),
        next: 0,
        served: false,
        sleeps_until: None,
    }),
    changed: Condvar::new(),
};

impl System {
    /// The origin of its moments.
    fn start(&self) -> Instant {
        *self.start.get_or_init(Instant::now)
    }

    fn add(&'static self, due: Duration, wake: Wake) -> u64 {
        let mut state = lock(&self.state);
        let number = state.next;
        state.next += 1;
        state.timers.insert((due, number), wake);
        if !state.served {
            let started = thread::Builder::new()
                .name("flyte-timer".to_owned())
                .spawn(|| self.serve());
            // If the thread cannot be started, the timer goes off once a later timer starts it.
            state.served = started.is_ok();
        }
        let is_too_late = state.sleeps_until.is_some_and(|end| due < end);
        if is_too_late {
            // This timer wakes the thread, so other timers need not.
            state.sleeps_until = None;
        }
        drop(state);
        if is_too_late {
            self.changed.notify_one();
        }
        number
    }

    fn serve(&self) {
        /// The longest sleep of the thread, and how long it stays without timers.
        const IDLE: Duration = Duration::from_secs(10);
        let mut state = lock(&self.state);
        loop {
            let first = state.timers.first_key_value().map(|((due, _), _)| *due);
            let now = self.start().elapsed();
            match first {
                Some(due) if due <= now => {
                    let wake = state.timers.pop_first();
                    drop(state);
                    if let Some((_, wake)) = wake {
                        let _caught = panic::catch(wake);
                    }
                    state = lock(&self.state);
                }
                first => {
                    let time = first.map_or(IDLE, |due| IDLE.min(due - now));
                    state.sleeps_until = Some(now + time);
                    let (woken, waited) = unpoisoned(self.changed.wait_timeout(state, time));
                    state = woken;
                    state.sleeps_until = None;
                    if waited.timed_out() && state.timers.is_empty() {
                        state.served = false;
                        return;
                    }
                }
            }
        }
    }
}

/// A clock that a test moves. Clones are the same clock.
///
/// It stands still until [`advance`](Self::advance) is called: no delay before a retry ends and no timeout expires
/// before that. So a test of an hour takes no time, and its result does not depend on the speed of the machine. Pass
/// the clock to [`TestContext::clock`](crate::testing::TestContext::clock) to use it for runs.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use flyte_runtime::{prelude::*, testing::{ManualClock, TestContext}};
///
/// static CLOCK: std::sync::OnceLock<ManualClock> = std::sync::OnceLock::new();
///
/// #[task(timeout = "1h")]
/// fn forgets_the_time() {
///     if let Some(clock) = CLOCK.get() {
///         clock.advance(Duration::from_secs(3601));
///     }
///     std::thread::park_timeout(Duration::from_secs(10));
/// }
///
/// let clock = CLOCK.get_or_init(|| ManualClock::new(SystemTime::UNIX_EPOCH));
/// let test = TestContext::new().clock(clock.clone());
/// let error = test.run(forgets_the_time::run).unwrap_err();
/// assert!(error.to_string().contains("timed out after 1h"), "{error}");
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Manual>);

struct Manual {
    start: SystemTime,
    state: Mutex<ManualState>,
    /// Notified when a timer is set.
    changed: Condvar,
}

#[derive(Default)]
struct ManualState {
    elapsed: Duration,
    /// The total of the waits that were skipped.
    skipped: Duration,
    skips_waits: bool,
    timers: BTreeMap<(Duration, u64), Wake>,
    next: u64,
}

impl ManualClock {
    /// A clock that shows this time until it is moved.
    pub fn new(now: SystemTime) -> Self {
        Self(Arc::new(Manual {
            start: now,
            state: Mutex::default(),
            changed: Condvar::new(),
        }))
    }

    /// Skips the waits between attempts: they move the date that the clock shows, but no timeout.
    #[must_use]
    pub fn skip_waits(self) -> Self {
        lock(&self.0.state).skips_waits = true;
        self
    }

    /// The time that the clock shows.
    pub fn now(&self) -> SystemTime {
        let state = lock(&self.0.state);
        let passed = state.elapsed.saturating_add(state.skipped);
        // The system's clock cannot represent such a late time.
        self.0.start.checked_add(passed).unwrap_or(self.0.start)
    }

    /// Moves the clock forward and runs the timers that are due by then, in order, on this thread.
    pub fn advance(&self, time: Duration) {
        let mut state = lock(&self.0.state);
        let end = state.elapsed.saturating_add(time);
        loop {
            let next = state
                .timers
                .first_entry()
                .filter(|first| first.key().0 <= end);
            let Some((due, wake)) = next.map(|first| (first.key().0, first.remove())) else {
                break;
            };
            // A timer may read the clock, or set another timer that is due before the end.
            state.elapsed = state.elapsed.max(due);
            drop(state);
            wake();
            state = lock(&self.0.state);
        }
        state.elapsed = state.elapsed.max(end);
    }

    /// Waits until this many timers are set: one for each attempt that waits to be retried, for each timeout and
    /// deadline, and for each gate that waits.
    pub fn wait_for_timers(&self, count: usize) {
        let mut state = lock(&self.0.state);
        while state.timers.len() < count {
            state = unpoisoned(self.0.changed.wait(state));
        }
    }

    fn add(&self, due: Duration, wake: Wake) -> u64 {
        let mut state = lock(&self.0.state);
        let number = state.next;
        state.next += 1;
        if due <= state.elapsed {
            drop(state);
            wake();
            return number;
        }
        state.timers.insert((due, number), wake);
        drop(state);
        self.0.changed.notify_all();
        number
    }
}

/// A clock that shows this time and [skips waits](ManualClock::skip_waits).
impl From<SystemTime> for ManualClock {
    fn from(now: SystemTime) -> Self {
        Self::new(now).skip_waits()
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_manual_clock_does_what_is_due_in_order_and_forgets_what_was_dropped() {
        let manual = ManualClock::new(SystemTime::UNIX_EPOCH);
        let clock = Clock::Manual(manual.clone());
        let (sender, receiver) = mpsc::channel();
        let set = |seconds: u32| {
            let (sender, manual) = (sender.clone(), manual.clone());
            let due = clock.now().after(SECOND * seconds);
            clock.at(due, move || {
                sender
                    .send((seconds, manual.now()))
                    .expect("the receiver is there");
            })
        };
        let (_third, _first, second, _late) = (set(3), set(1), set(2), set(9));
        drop(second);
        manual.advance(SECOND * 5);
        let happened: Vec<_> = receiver.try_iter().collect();
        let at = |seconds| SystemTime::UNIX_EPOCH + SECOND * seconds;
        assert_eq!(happened, [(1, at(1)), (3, at(3))]);
        assert_eq!(manual.now(), at(5));
    }

    #[test]
    fn skipped_waits_move_the_date_and_no_timer() {
        let manual = ManualClock::from(SystemTime::UNIX_EPOCH);
        let clock = Clock::Manual(manual.clone());
        assert!(clock.skips(SECOND * 60));
        assert_eq!(manual.now(), SystemTime::UNIX_EPOCH + SECOND * 60);
        assert_eq!(clock.now(), Moment(Duration::ZERO));
        assert!(!Clock::System.skips(SECOND) && Clock::Impatient.skips(SECOND));
    }

    #[test]
    fn the_system_has_one_thread_for_all_timers() {
        let (sender, receiver) = mpsc::channel();
        let timers: Vec<_> = (0..1_000)
            .map(|number| {
                let sender = sender.clone();
                let due = Clock::System.now().after(Duration::from_millis(number % 7));
                Clock::System.at(due, move || {
                    let _nobody = sender.send(thread::current().id());
                })
            })
            .collect();
        drop(sender);
        let first = receiver.recv().expect("a timer goes off");
        assert!(receiver.iter().take(999).all(|thread| thread == first));
        drop(timers);
    }
}
