//! Calls that wait for an equal one.

use super::*;

#[task(cache(version = "1", serialize))]
fn slow(who: String, running: i64) -> i64 {
    static NOW: AtomicU64 = AtomicU64::new(0);
    assert_eq!(NOW.fetch_add(1, Ordering::SeqCst), 0, "two at once");
    std::thread::sleep(std::time::Duration::from_millis(20));
    NOW.fetch_sub(1, Ordering::SeqCst);
    ran(&who);
    running
}

/// Each has a store of its own, as two processes have.
#[test]
fn equal_calls_wait_for_the_first() {
    let own = Arc::new(Own::new());
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let own = Arc::clone(&own);
            std::thread::spawn(move || {
                let cache = Cache::at(own.cache.directory());
                let runner = Runner::local().cache(cache);
                runner.run(slow::call("slow".into(), 9)).unwrap()
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 9);
    }
    assert_eq!(runs("slow"), 1);
}

#[task(cache(version = "1", serialize))]
pub(crate) fn single(who: String) -> usize {
    std::thread::sleep(std::time::Duration::from_millis(100));
    ran(&who);
    threads()
}

#[task(cache(version = "1", serialize))]
async fn single_async(who: String) -> i64 {
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    ran(&who);
    1
}

/// How many threads this process has.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

#[workflow]
fn many_equal(who: String, other: String) -> (Vec<usize>, Vec<i64>) {
    let (mut all, mut waiting) = (vec![], vec![]);
    for _ in 0..300 {
        all.push(single(who));
        waiting.push(single_async(other));
    }
    (all, waiting)
}

/// What waits for an equal call takes neither a thread nor a place from others, with any number of jobs.
#[test]
fn waiting_for_an_equal_call_costs_no_thread() {
    for jobs in [1, 2, 8] {
        let own = Own::new();
        let who = format!("single {jobs}");
        let other = format!("async {jobs}");
        let call = many_equal::call(who.clone(), other.clone());
        let (seen, _) = own.runner().jobs(jobs).run(call).unwrap();
        // Other tests have threads of their own.
        assert!(
            seen.iter().all(|&threads| threads < 150),
            "{} threads",
            seen[0]
        );
        assert_eq!((runs(&who), runs(&other)), (1, 1));
    }
}

/// A call that waits is not run when nobody wants its run any more.
#[test]
fn a_run_that_waits_for_an_equal_call_can_be_given_up() {
    let own = Own::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let key = CacheKey::of(&single::call("given up".into())).unwrap();
    let directory = own.cache.directory().join("cache.waiting.single-");
    // Somebody else runs it.
    own.runner().run(single::call("other".into())).unwrap();
    let directory = fs::read_dir(directory.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_str().unwrap().contains("cache.waiting.single-"))
        .unwrap();
    let locked = fs::File::create(directory.join(format!("{}.lock", key.id()))).unwrap();
    locked.lock().unwrap();
    runtime.block_on(async {
        let started = own.runner().start(single::call("given up".into()));
        let waited = tokio::time::timeout(std::time::Duration::from_millis(100), started).await;
        waited.unwrap_err();
    });
    drop(locked);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(runs("given up"), 0);
}
