//! Runs that are started in the middle of another, by what watches it and by what its values are made of.

use std::{
    collections::BTreeSet,
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

use flyte_runtime::{
    events::Event,
    prelude::*,
    testing::RecordedEvents,
    types::{FlyteType, Literal, LiteralType, TypeError},
};

use super::HANGS;

/// Runs something, and fails if that hangs.
fn within_time<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    ended.recv_timeout(HANGS).unwrap()
}

#[task]
fn double(x: i64) -> i64 {
    2 * x
}

#[task]
async fn double_later(x: i64) -> i64 {
    tokio::task::yield_now().await;
    2 * x
}

#[task]
fn runs_another(x: i64) -> Result<i64, RunError> {
    Ok(double::run(x)? + double_later::run(x)?)
}

#[workflow]
fn several(x: i64) -> i64 {
    runs_another(double_later(double(x)))
}

/// It would be told of the run that it starts, and start another, for ever.
#[test]
fn an_observer_that_starts_runs_is_not_told_of_them() {
    for jobs in [1, 4] {
        let (told, ran) = within_time(move || {
            let told = RecordedEvents::new();
            let ran = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&ran);
            let runner = Runner::local().jobs(jobs).observe(told.clone());
            let runner = runner.observe(move |_: &Event| {
                assert_eq!(several::run(1).unwrap(), 16);
                counted.fetch_add(1, Ordering::SeqCst);
            });
            assert_eq!(runner.run(several::call(1)).unwrap(), 16);
            (told.events(), ran.load(Ordering::SeqCst))
        });
        assert_eq!(told.len(), ran);
        let ids: BTreeSet<_> = told.iter().map(|event| &event.run.id).collect();
        assert_eq!(ids.len(), 1);
        assert!(ran < 60, "{ran}");
    }
}

/// A value whose conversion starts a run, and blocks until it ends.
#[derive(Clone, Debug)]
struct Blocks(i64);

/// Waits for a future, as code does that knows of no async runtime.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        thread::park_timeout(Duration::from_millis(50));
    }
}

impl FlyteType for Blocks {
    fn literal_type() -> LiteralType {
        i64::literal_type()
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        block_on(several::call(self.0).start()).unwrap();
        self.0.to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        i64::from_literal(literal).map(Self)
    }
}

#[task]
async fn passes(x: Blocks) -> Blocks {
    x
}

#[task]
async fn passes_later(x: Blocks) -> Blocks {
    tokio::task::yield_now().await;
    x
}

#[workflow]
fn passed(x: Blocks) -> (Blocks, Blocks) {
    (passes(x), passes_later(x))
}

#[test]
fn a_conversion_may_start_a_run_and_block_until_it_ends() {
    for jobs in [1, 2] {
        let (one, other) = within_time(move || {
            let runner = Runner::local().jobs(jobs).strict(true);
            runner.run(passed::call(Blocks(1))).unwrap()
        });
        assert_eq!((one.0, other.0), (1, 1));
    }
}
