//! Attempts that wait for something, or go on although their time is over.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    ptr,
    sync::{Arc, Mutex, MutexGuard, OnceLock},
    time::Duration,
};

use tokio::task::AbortHandle;

use super::{Run, stops};
use crate::{
    clock::{Clock, Timer},
    engine::{
        frame::{Frame, Ready, lock},
        schedule::Scheduled,
        tasks::Parked,
        worker::RESUME,
    },
};

/// An attempt that is told when it is to end: an async one that waits for something, or one whose code listens.
pub(super) struct Told {
    frame: Arc<Frame>,
    node: u32,
    stop: Stop,
}

/// How an attempt is told to end.
pub(in crate::engine) enum Stop {
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
pub(super) struct Parking {
    next: u64,
    /// With what is going to wake it, once that is set.
    waiting: HashMap<u64, (Parked, Option<Timer>)>,
    due: VecDeque<Parked>,
}

/// The attempts whose time was over before they were, and that still go on.
#[derive(Default)]
pub(super) struct Expired {
    /// Made for the first, so that asking costs others a look. By the address of the frame, which each of them keeps, the node, and the number of the attempt.
    attempts: OnceLock<Mutex<HashSet<(usize, u32, u32)>>>,
}

fn key(frame: &Frame, node: u32, attempt: u32) -> (usize, u32, u32) {
    (ptr::from_ref(frame).addr(), node, attempt)
}

impl Run {
    /// Ends the async attempts that are waiting for something in frames that do not go on, tells those who listen for sync ones,
    /// and lets executions end that wait for their next attempt.
    pub(crate) fn abort_stopped(&self) {
        // Aborting may run the attempt's destructor, which comes back here; so outside of the lock.
        self.stop(|told| stops(&told.frame, told.node));
        let parking = self.parking();
        let stopped = parking.waiting.iter().filter(|(_, (parked, _))| {
            let execution = &parked.execution;
            stops(execution.frame(), execution.node())
        });
        let stopped: Vec<_> = stopped.map(|(number, _)| *number).collect();
        drop(parking);
        stopped.into_iter().for_each(|number| self.unpark(number));
    }

    fn parking(&self) -> MutexGuard<'_, Parking> {
        lock(self.parking.get_or_init(Mutex::default))
    }

    fn stop(&self, which: impl Fn(&Told) -> bool) {
        for told in self.in_flight.take(which) {
            told.stop.stop();
        }
    }

    /// Lets an execution wait for its next attempt.
    pub(in crate::engine) fn park(&self, parked: Parked, wait: Duration) {
        let run = Arc::downgrade(&parked.execution.frame().run);
        let is_waiting = parked.execution.is_waiting();
        let (frame, node) = (
            Arc::clone(parked.execution.frame()),
            parked.execution.node(),
        );
        let number = {
            let mut parking = self.parking();
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
        if let Some((_, place)) = self.parking().waiting.get_mut(&number) {
            *place = timer.take();
        }
        // Its frame may have stopped before it was on the list.
        if stops(&frame, node) {
            self.unpark(number);
        }
    }

    /// Makes an execution ready that has waited.
    fn unpark(&self, number: u64) {
        let Some((parked, timer)) = self.parking().waiting.remove(&number) else {
            return;
        };
        drop(timer);
        let frame = Arc::clone(parked.execution.frame());
        self.parking().due.push_back(parked);
        let run = Arc::clone(&frame.run);
        let node = RESUME;
        run.push(&mut vec![Ready { frame, node }]);
    }

    /// Goes on with the execution of an attempt whose time is over, without the thread that makes the attempt.
    pub(in crate::engine) fn replace(self: &Arc<Self>, parked: Parked) {
        let ready = self.due_now(parked);
        self.go_on_without(ready);
    }

    /// Leaves an execution to whoever looks for work next.
    pub(in crate::engine) fn put_next(self: &Arc<Self>, parked: Parked) {
        let ready = self.due_now(parked);
        self.schedule.put_next(ready);
    }

    fn due_now(&self, parked: Parked) -> Ready {
        let frame = Arc::clone(parked.execution.frame());
        self.parking().due.push_front(parked);
        let node = RESUME;
        Ready { frame, node }
    }

    /// An execution whose wait is over.
    pub(in crate::engine) fn take_due(&self) -> Option<Parked> {
        self.parking().due.pop_front()
    }

    /// The time of an attempt is over, and it still goes on.
    pub(in crate::engine) fn mark_expired(&self, frame: &Arc<Frame>, node: u32, attempt: u32) {
        let attempts = self.expired.attempts.get_or_init(Mutex::default);
        lock(attempts).insert(key(frame, node, attempt));
    }

    /// It has ended.
    pub(in crate::engine) fn unmark_expired(&self, frame: &Arc<Frame>, node: u32, attempt: u32) {
        if let Some(attempts) = self.expired.attempts.get() {
            lock(attempts).remove(&key(frame, node, attempt));
        }
    }

    pub(in crate::engine) fn is_expired(&self, frame: &Frame, node: u32, attempt: u32) -> bool {
        let attempts = self.expired.attempts.get();
        attempts.is_some_and(|attempts| lock(attempts).contains(&key(frame, node, attempt)))
    }

    /// Tells those who listen for the end of a node's attempts that one is to end. Those of another attempt look and wait on.
    pub(in crate::engine) fn tell_stopped(&self, frame: &Arc<Frame>, node: u32) {
        self.stop(|told| {
            told.node == node
                && Arc::ptr_eq(&told.frame, frame)
                && matches!(told.stop, Stop::Tell(_))
        });
    }

    /// A number for an async attempt, to be forgotten when it ends.
    pub(crate) fn next_attempt(&self) -> u64 {
        self.in_flight.begin()
    }

    /// Remembers how to end an attempt, unless it has ended meanwhile; ends it if it is to end already.
    pub(in crate::engine) fn watch(&self, number: u64, frame: &Arc<Frame>, node: u32, stop: Stop) {
        let told = Told {
            frame: Arc::clone(frame),
            node,
            stop,
        };
        if let Some(told) = self.in_flight.watch(number, told, || stops(frame, node)) {
            told.stop.stop();
        }
    }

    pub(crate) fn forget(&self, number: u64) {
        self.in_flight.forget(number);
    }
}
