//! How graphs run: in parallel, from anywhere, values lent and moved.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::sync::{
    Barrier,
    atomic::{AtomicUsize, Ordering},
};

use flyte_runtime::{compat::FlyteContextManager, prelude::*};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[task]
fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

#[task]
async fn later(x: i64) -> i64 {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    x + 1
}

#[workflow]
fn mixed(x: i64) -> i64 {
    let mut parts = vec![];
    for n in 0..10 {
        parts.push(later(add(square(x), n)));
        parts.push(square(later(n)));
    }
    sum(parts)
}

fn expected(x: i64) -> i64 {
    (0..10).map(|n| x * x + n + 1 + (n + 1) * (n + 1)).sum()
}

#[test]
fn sync_and_async_tasks_mix() {
    assert_eq!(mixed(3).unwrap(), expected(3));
}

#[test]
fn many_threads_run_one_workflow_at_once() {
    let right = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let right = &right;
            scope.spawn(move || {
                for round in 0..200 {
                    let x = thread * 1000 + round;
                    if diamond(x).unwrap() == 2 * x * x {
                        right.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(right.into_inner(), 1600);
}

#[workflow]
fn diamond(x: i64) -> i64 {
    add(square(x), square(x))
}

#[tokio::test]
async fn a_run_works_inside_a_current_thread_runtime() {
    assert_eq!(mixed(2).unwrap(), expected(2));
    assert_eq!(mixed::call(2).start().await.unwrap(), expected(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_works_inside_a_multi_thread_runtime() {
    assert_eq!(mixed(2).unwrap(), expected(2));
    let (a, b) = tokio::join!(mixed::call(2).start(), call!(mixed(x = 4)).start());
    assert_eq!((a.unwrap(), b.unwrap()), (expected(2), expected(4)));
}

#[task]
fn meet(barrier: i64) -> i64 {
    static FOUR: Barrier = Barrier::new(4);
    FOUR.wait();
    barrier
}

#[workflow]
fn four_meet(x: i64) -> i64 {
    sum(vec![meet(x), meet(x), meet(x), meet(x)])
}

/// Would hang if the four were not running at the same time.
#[test]
fn independent_tasks_run_at_the_same_time() {
    assert_eq!(Runner::local().jobs(4).run(four_meet::call(1)).unwrap(), 4);
}

static RUNNING: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[task]
fn counted(x: i64) -> i64 {
    MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    std::thread::yield_now();
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    x
}

#[workflow]
fn counted_many(x: i64) -> i64 {
    let all: Vec<_> = (0..500).map(|_| counted(x)).collect();
    sum(all)
}

#[test]
fn no_more_tasks_run_at_once_than_there_are_jobs() {
    assert_eq!(
        Runner::local().jobs(3).run(counted_many::call(1)).unwrap(),
        500
    );
    assert!(MOST.load(Ordering::SeqCst) <= 3);
}

#[task]
fn runs_inside(x: i64) -> i64 {
    diamond(x).unwrap() + mixed(x).unwrap()
}

#[workflow]
fn many_runs_inside(x: i64) -> i64 {
    let all: Vec<_> = (0..20).map(|_| runs_inside(x)).collect();
    sum(all)
}

/// Would hang if a waiting worker kept its place.
#[test]
fn a_run_inside_a_task_never_starves() {
    for jobs in [1, 2, 4] {
        let result = Runner::local()
            .jobs(jobs)
            .run(many_runs_inside::call(2))
            .unwrap();
        assert_eq!(result, 20 * (8 + expected(2)));
    }
}

/// Runs itself. As on any stack that a program has.
#[task]
fn counts_down(n: i64) -> Result<i64, RunError> {
    match n {
        0 => Ok(0),
        n => Ok(1 + counts_down::run(n - 1)?),
    }
}

#[eager]
async fn counts_down_async(n: i64) -> Result<i64, RunError> {
    match n {
        0 => Ok(0),
        n => Ok(1 + counts_down_async::call(n - 1).await?),
    }
}

#[test]
fn tasks_that_run_themselves_may_be_deep_and_not_without_end() {
    for jobs in [1, 2] {
        let runner = Runner::local().jobs(jobs);
        assert_eq!(runner.run(counts_down::call(255)).unwrap(), 255);
        assert_eq!(runner.run(counts_down_async::call(200)).unwrap(), 200);
    }
    for error in [
        counts_down::run(-1).unwrap_err(),
        counts_down_async::run(-1).unwrap_err(),
    ] {
        let error = error.to_string();
        let expected = "would be nested in 256 others; a task that runs itself needs a base case";
        assert!(error.contains(expected), "{error}");
    }
}

#[task]
async fn starts_inside(x: i64) -> i64 {
    mixed::call(x).start().await.unwrap()
}

#[workflow]
fn many_starts_inside(x: i64) -> i64 {
    let all: Vec<_> = (0..20).map(|_| starts_inside(x)).collect();
    sum(all)
}

#[test]
fn a_run_started_inside_an_async_task_never_starves() {
    for jobs in [1, 2, 4] {
        assert_eq!(
            Runner::local()
                .jobs(jobs)
                .run(many_starts_inside::call(2))
                .unwrap(),
            20 * expected(2)
        );
    }
}

#[workflow]
fn long_chain(x: i64) -> i64 {
    let mut x = x;
    for _ in 0..100_000 {
        x = add(x, 1);
    }
    x
}

#[test]
fn a_hundred_thousand_nodes_in_a_row_compile_and_run() {
    assert_eq!(long_chain(1).unwrap(), 100_001);
}

/// Counts its clones.
#[derive(Debug, serde::Serialize, serde::Deserialize, FlyteType)]
struct Big {
    data: Vec<u8>,
}

static CLONES: AtomicUsize = AtomicUsize::new(0);

impl Clone for Big {
    fn clone(&self) -> Self {
        CLONES.fetch_add(1, Ordering::SeqCst);
        Self {
            data: self.data.clone(),
        }
    }
}

#[task]
fn make() -> Big {
    Big {
        data: vec![1; 1000],
    }
}

#[task]
fn grow(mut big: Big) -> Big {
    big.data.push(1);
    big
}

#[task]
fn size(big: &Big) -> usize {
    big.data.len()
}

#[workflow]
fn moves_on() -> usize {
    size(grow(grow(grow(make()))))
}

#[workflow]
fn lends_to_many() -> Vec<usize> {
    let big = make();
    vec![size(big), size(big), size(big)]
}

#[workflow]
fn keeps_and_moves() -> (usize, usize) {
    let big = make();
    let grown = grow(big);
    (size(big), size(grown))
}

#[test]
fn a_value_moves_at_its_last_use_is_lent_to_borrowers_and_cloned_otherwise() {
    let clones = |run: &dyn Fn()| {
        let before = CLONES.load(Ordering::SeqCst);
        run();
        CLONES.load(Ordering::SeqCst) - before
    };
    assert_eq!(clones(&|| assert_eq!(moves_on().unwrap(), 1003)), 0);
    assert_eq!(
        clones(&|| assert_eq!(lends_to_many().unwrap(), [1000; 3])),
        0
    );
    assert!(clones(&|| assert_eq!(keeps_and_moves().unwrap(), (1000, 1001))) <= 1);
}

#[task]
fn order_seen(x: i64, log: &str) -> String {
    format!("{log}{x}")
}

#[workflow]
fn in_order() -> String {
    order_seen(3, order_seen(2, order_seen(1, "")))
}

#[test]
fn one_job_runs_everything_in_the_same_order_every_time() {
    let order = std::sync::Mutex::new(Vec::new());
    static SEEN: std::sync::Mutex<Vec<i64>> = std::sync::Mutex::new(Vec::new());
    #[task]
    fn seen(x: i64) -> i64 {
        SEEN.lock().unwrap().push(x);
        x
    }
    #[task]
    async fn seen_later(x: i64) -> i64 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        SEEN.lock().unwrap().push(x);
        x
    }
    #[workflow]
    fn many() -> i64 {
        let mut all = vec![];
        for n in 0..20 {
            all.push(seen(n));
            all.push(seen_later(100 + n));
        }
        sum(all)
    }
    for _ in 0..3 {
        Runner::local().jobs(1).run(many::call()).unwrap();
        order
            .lock()
            .unwrap()
            .push(std::mem::take(&mut *SEEN.lock().unwrap()));
    }
    let order = order.into_inner().unwrap();
    assert_eq!(order[0].len(), 40);
    assert!(order.iter().all(|run| *run == order[0]), "{order:?}");
    assert_eq!(in_order().unwrap(), "123");
}

#[task]
fn context_seen() -> bool {
    let context = FlyteContextManager::current_context();
    context
        .execution_state()
        .and_then(flyte_runtime::compat::ExecutionState::task)
        .is_some_and(|task| task.short_name() == "context_seen")
}

#[task]
async fn context_seen_later() -> bool {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    let context = FlyteContextManager::current_context();
    context
        .execution_state()
        .and_then(flyte_runtime::compat::ExecutionState::task)
        .is_some_and(|task| task.short_name() == "context_seen_later")
}

#[test]
fn a_task_runs_in_a_context_of_its_own() {
    assert!(context_seen::run().unwrap());
    assert!(context_seen_later::run().unwrap());
    assert_eq!(FlyteContextManager::size(), 1);
    let outside = FlyteContextManager::current_context();
    assert!(
        outside
            .execution_state()
            .is_some_and(|state| state.mode().is_none() && state.task().is_none())
    );
}

#[test]
fn dropping_a_start_cancels_the_run() {
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    static FINISHED: AtomicUsize = AtomicUsize::new(0);
    #[task]
    async fn forever(x: i64) -> i64 {
        struct Finished;
        impl Drop for Finished {
            fn drop(&mut self) {
                FINISHED.fetch_add(1, Ordering::SeqCst);
            }
        }
        let _finished = Finished;
        STARTED.fetch_add(1, Ordering::SeqCst);
        std::future::pending::<()>().await;
        x
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let run = forever::call(1).start();
        while STARTED.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        drop(run);
        while FINISHED.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    });
}

/// Who knows an entity only at run time hands over plain values; what does not fit is told by the input's name.
#[test]
fn values_given_at_run_time_are_checked_before_anything_runs() {
    use flyte_runtime::{Entity, types::Value};
    let add = add::descriptor();
    let run = |values: Vec<Value>| {
        Runner::local()
            .run_values(add, values)
            .map_err(|error| error.to_string())
    };
    assert_eq!(
        *run(vec![Value::new(1i64), Value::new(2i64)]).unwrap()[0]
            .downcast_ref::<i64>()
            .unwrap(),
        3
    );
    assert_eq!(
        run(vec![Value::new(1i64)]).unwrap_err(),
        "input `b` of `engine.add`: it is required and was not given"
    );
    assert_eq!(
        run(vec![Value::new(1i64), Value::new("2".to_owned())]).unwrap_err(),
        "input `b` of `engine.add`: expected `i64`, found a value of another Rust type"
    );
    assert_eq!(
        run(vec![Value::new(1i64); 3]).unwrap_err(),
        "input `#2` of `engine.add`: there is no such input"
    );
}

#[task]
fn blocks_on_a_start(x: i64) -> i64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async { mixed::call(x).start().await.unwrap() })
}

/// Would hang if what was started had to wait for the place of the task that waits for it.
#[test]
fn a_sync_task_may_block_on_what_it_has_started() {
    assert_eq!(
        Runner::local()
            .jobs(1)
            .run(blocks_on_a_start::call(2))
            .unwrap(),
        expected(2)
    );
}

#[task]
fn four_inside(x: i64) -> i64 {
    static BUSY: Barrier = Barrier::new(4);
    #[task]
    fn meets_inside(x: i64) -> i64 {
        BUSY.wait();
        x
    }
    #[workflow]
    fn four_meet_inside(x: i64) -> i64 {
        sum(vec![
            meets_inside(x),
            meets_inside(x),
            meets_inside(x),
            meets_inside(x),
        ])
    }
    four_meet_inside(x).unwrap()
}

#[task]
fn nap(millis: u64) -> i64 {
    std::thread::sleep(std::time::Duration::from_millis(millis));
    0
}

#[workflow]
fn busy_around(x: i64) -> i64 {
    sum(vec![nap(5), nap(10), nap(15), four_inside(x)])
}

/// The inner run queues its four tasks while all places are taken; it would hang if it got only some of those that
/// become free one after the other.
#[test]
fn a_run_inside_a_task_gets_every_place_that_becomes_free() {
    assert_eq!(
        Runner::local().jobs(4).run(busy_around::call(1)).unwrap(),
        4
    );
}

#[task]
async fn yields(x: i64) -> i64 {
    tokio::task::yield_now().await;
    x
}

#[workflow]
fn wide_async(x: i64) -> i64 {
    let all: Vec<_> = (0..10).map(|_| yields(x)).collect();
    sum(all)
}

#[task]
async fn blocks_inside(x: i64) -> i64 {
    tokio::task::yield_now().await;
    wide_async(x).unwrap()
}

#[workflow]
fn many_block_inside(x: i64) -> i64 {
    let all: Vec<_> = (0..20).map(|_| blocks_inside(x)).collect();
    sum(all)
}

/// Would hang if the blocked threads of the async runtime were the only ones that could run what they wait for.
#[test]
fn a_blocking_run_inside_an_async_task_never_starves() {
    for jobs in [1, 2, 4] {
        assert_eq!(
            Runner::local()
                .jobs(jobs)
                .run(many_block_inside::call(1))
                .unwrap(),
            200
        );
    }
}

#[workflow]
fn wide(x: i64) -> i64 {
    let all: Vec<_> = (0..100_000).map(|_| square(x)).collect();
    let last = sum(all.clone());
    all >> last;
    last
}

/// Would take minutes if finding the upstream nodes of one node took longer for each that is found.
#[test]
fn a_hundred_thousand_nodes_side_by_side_compile_and_run() {
    assert_eq!(wide(1).unwrap(), 100_000);
    // Those of all tests of this program.
    let threads = std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count);
    assert!(threads < 300, "{threads} threads");
    assert_eq!(
        wide::graph().unwrap().nodes()[100_000].upstream().len(),
        100_000
    );
}

#[tokio::test]
async fn a_run_awaited_again_after_its_end_says_so() {
    let mut run = Box::pin(square::call(3).start());
    assert_eq!((&mut run).await.unwrap(), 9);
    let text = run.await.unwrap_err().to_string();
    assert!(
        text.starts_with("a run was awaited after its end"),
        "{text}"
    );
}
