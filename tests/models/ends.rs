//! The end of a run: its result, who waits for it, and attempts that are told to end meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Poll, Wake, Waker},
};

use shuttle::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{ending::Ending, in_flight::InFlight, orders::check};

fn end<T>(ending: &Ending<T>, result: T) -> bool {
    let is_first = ending.claim();
    if is_first && let Some(waker) = ending.set(result) {
        waker.wake();
    }
    is_first
}

/// A run is completed and given up at the same time, while a thread waits for its result.
#[test]
fn one_of_two_ends_is_the_result_and_wakes_who_waits() {
    check("a run ends once", || {
        let ending = Arc::new(Ending::new());
        let ends = ["completed", "given up"].map(|result| {
            let ending = Arc::clone(&ending);
            thread::spawn(move || end(&ending, result).then_some(result))
        });
        let result = ending.wait();
        let ends = ends.map(|end| end.join().unwrap());
        let ended: Vec<_> = ends.into_iter().flatten().collect();
        assert_eq!(ended, [result]);
        assert!(ending.is_claimed() && ending.take().is_none());
    });
}

struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Who asks has moved to another task: the last that was told to wait is woken, or has the result.
#[test]
fn the_task_that_asked_last_is_woken() {
    check("the task that asked last is woken", || {
        let ending = Arc::new(Ending::new());
        let other = Arc::clone(&ending);
        let ends = thread::spawn(move || end(&other, 7));
        let wakers = [(); 2].map(|()| Arc::new(Woken(AtomicUsize::new(0))));
        let mut result = None;
        for waker in &wakers {
            if result.is_none()
                && let Poll::Ready(ready) = ending.poll(&Waker::from(Arc::clone(waker)))
            {
                result = Some(ready);
            }
        }
        assert!(ends.join().unwrap());
        if result.is_none() {
            assert_eq!(wakers[1].0.load(SeqCst), 1);
            result = ending.take();
        }
        assert_eq!(result, Some(7));
    });
}

/// An attempt that waits for nothing but the end of its run.
#[derive(Default)]
struct Attempt {
    told: Mutex<u32>,
    changed: Condvar,
}

impl Attempt {
    fn tell(&self) {
        *self.told.lock().unwrap() += 1;
        self.changed.notify_one();
    }

    fn wait(&self) {
        let mut told = self.told.lock().unwrap();
        while *told == 0 {
            told = self.changed.wait(told).unwrap();
        }
        assert_eq!(*told, 1, "it is told twice");
    }
}

struct Run {
    cancelled: AtomicBool,
    in_flight: InFlight<Arc<Attempt>>,
    ending: Ending<Option<u32>>,
}

impl Run {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            cancelled: AtomicBool::new(false),
            in_flight: InFlight::new(),
            ending: Ending::new(),
        })
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// As `Run::cancel` of the engine.
    fn cancel(&self) {
        if !self.cancelled.swap(true, Ordering::Relaxed) {
            self.in_flight
                .take(|_| true)
                .iter()
                .for_each(|attempt| attempt.tell());
        }
    }

    /// As `Run::watch` of the engine.
    fn watch(&self, number: u64, attempt: &Arc<Attempt>) {
        let stopped = self
            .in_flight
            .watch(number, Arc::clone(attempt), || self.is_cancelled());
        if let Some(attempt) = stopped {
            attempt.tell();
        }
    }

    /// What an attempt gave because it was told to end is no result.
    fn complete(&self, outputs: u32) -> bool {
        end(&self.ending, Some(outputs).filter(|_| !self.is_cancelled()))
    }
}

/// Two threads cancel while an attempt begins that would never end: it is told, once, and so the run ends.
#[test]
fn an_attempt_that_begins_while_its_run_is_cancelled_is_told() {
    check("an attempt begins while its run is cancelled", || {
        let run = Run::new();
        let attempts = [(); 2].map(|()| {
            let run = Arc::clone(&run);
            thread::spawn(move || {
                let attempt = Arc::new(Attempt::default());
                let number = run.in_flight.begin();
                run.watch(number, &attempt);
                attempt.wait();
                run.in_flight.forget(number);
            })
        });
        let cancels = [(); 2].map(|()| {
            let run = Arc::clone(&run);
            thread::spawn(move || run.cancel())
        });
        cancels
            .into_iter()
            .for_each(|cancel| cancel.join().unwrap());
        attempts
            .into_iter()
            .for_each(|attempt| attempt.join().unwrap());
        assert!(run.in_flight.take(|_| true).is_empty());
    });
}

/// An attempt ends by itself, on another thread, before it is watched, while its run is cancelled, or never: the run
/// ends once, with the outputs or without, and nothing is left on the list.
#[test]
fn cancelling_and_completing_at_once() {
    check("cancelling and completing at once", || {
        let run = Run::new();
        let attempt = Arc::new(Attempt::default());
        let number = run.in_flight.begin();
        let completes = {
            let run = Arc::clone(&run);
            thread::spawn(move || {
                run.in_flight.forget(number);
                run.complete(3)
            })
        };
        let cancels = {
            let run = Arc::clone(&run);
            thread::spawn(move || {
                run.cancel();
                // Nobody waits longer for what was cancelled.
                end(&run.ending, None)
            })
        };
        run.watch(number, &attempt);
        let result = run.ending.wait();
        let (completed, given_up) = (completes.join().unwrap(), cancels.join().unwrap());
        assert!(completed != given_up, "{completed} {given_up}");
        assert!(result.is_none() || (result == Some(3) && completed));
        assert!(run.is_cancelled() && run.in_flight.take(|_| true).is_empty());
        assert!(*attempt.told.lock().unwrap() <= 1);
    });
}
