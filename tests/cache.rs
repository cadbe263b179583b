//! Results that are kept: what a call is known by, when a result is used again, and when it is not.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use flyte_runtime::{
    cache::{Cache, CacheKey, CacheMode, Difference, Explanation},
    data::{DataError, TempSandbox, Text},
    prelude::*,
    testing::TestContext,
    types::Hashed,
};

/// A cache of its own, removed with this.
struct Own {
    _directory: TempSandbox,
    cache: Cache,
}

impl Own {
    fn new() -> Self {
        let directory = TempSandbox::new();
        let cache = Cache::at(directory.create().unwrap());
        Self {
            _directory: directory,
            cache,
        }
    }

    fn runner(&self) -> Runner {
        Runner::local().cache(self.cache.clone())
    }

    fn entries(&self) -> u64 {
        self.cache.stats().unwrap().entries
    }

    /// The files of results, and of what belongs to them.
    fn files(&self) -> Vec<PathBuf> {
        fn below(directory: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => below(&path, found),
                    false => found.push(path),
                }
            }
        }
        let mut found = Vec::new();
        below(self.cache.directory(), &mut found);
        found.retain(|path| path.file_name().unwrap() != "swept");
        found
    }
}

/// How often something ran, by what a test calls itself: tests run at the same time.
static RUNS: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

fn ran(who: &str) {
    *RUNS.lock().unwrap().entry(who.to_owned()).or_default() += 1;
}

fn runs(who: &str) -> u64 {
    RUNS.lock().unwrap().get(who).copied().unwrap_or_default()
}

#[task(cache = "1")]
fn square(who: String, x: i64) -> i64 {
    ran(&who);
    x * x
}

#[task]
fn next(x: i64) -> i64 {
    x + 1
}

#[workflow]
fn of_square(who: String, x: i64) -> i64 {
    next(square(who, x))
}

/// `test_single_task_workflow`, `test_cache_can_be_overwrited`: the second call is not run; refreshing runs it and stores it.
#[test]
fn a_call_runs_once() {
    let own = Own::new();
    let call = of_square::call("once".into(), 3);
    for _ in 0..3 {
        assert_eq!(own.runner().run(&call).unwrap(), 10);
    }
    assert_eq!(runs("once"), 1);
    assert_eq!(
        own.runner()
            .run(&of_square::call("once".into(), 4))
            .unwrap(),
        17
    );
    assert_eq!((runs("once"), own.entries()), (2, 2));

    let off = own.runner().cache_mode(CacheMode::Off);
    assert_eq!(off.run(&call).unwrap(), 10);
    assert_eq!((runs("once"), own.entries()), (3, 2));
    let refresh = own.runner().cache_mode(CacheMode::Refresh);
    assert_eq!(refresh.run(&call).unwrap(), 10);
    assert_eq!((runs("once"), own.entries()), (4, 2));
    own.runner().run(&call).unwrap();
    assert_eq!(runs("once"), 4);
}

/// A hit would hide what is wrong, so a test has none that it did not ask for.
#[test]
fn tests_do_not_use_the_cache_of_the_user() {
    for _ in 0..2 {
        square::run("in a test".into(), 3).unwrap();
        TestContext::new()
            .run(|| square::run("in a context".into(), 3))
            .unwrap();
    }
    assert_eq!((runs("in a test"), runs("in a context")), (2, 2));
}

#[task(cache(version = "1", ignored_inputs(a)))]
fn plus(a: i64, b: i64) -> i64 {
    a + b
}

/// `test_cache_ignore_input_vars`.
#[test]
fn ignored_inputs_do_not_count() {
    let own = Own::new();
    let given = |a, b| own.runner().run(&plus::call(a, b)).unwrap();
    assert_eq!([given(10, 5), given(20, 5), given(20, 8)], [15, 15, 28]);
}

#[task]
fn shortened(text: String) -> Hashed<String> {
    let hash = text.len().to_string();
    Hashed::new(text, hash)
}

#[task(cache = "1")]
fn first_letter(text: Hashed<String>) -> String {
    text.chars().take(1).collect()
}

#[workflow]
fn of_first_letter(text: String) -> String {
    first_letter(shortened(text))
}

/// `test_set_integer_literal_hash_is_cached`: what has a hash is known by it alone.
#[test]
fn a_value_with_a_hash_counts_by_the_hash() {
    let own = Own::new();
    let given = |text: &str| {
        own.runner()
            .run(&of_first_letter::call(text.into()))
            .unwrap()
    };
    assert_eq!(
        [given("one"), given("two"), given("three")],
        ["o", "o", "t"]
    );
}

#[task(cache = "1")]
async fn waits(who: String) -> String {
    tokio::task::yield_now().await;
    ran(&who);
    who
}

#[task(cache = "1")]
fn nothing(who: String) {
    ran(&who);
}

#[task(cache = "1")]
fn doubled(who: String, x: i64) -> i64 {
    ran(&who);
    2 * x
}

#[dynamic(cache = "1")]
fn unfolded(who: String, n: i64) -> i64 {
    (ran)("unfolded");
    let mut total = doubled(who.clone(), 0);
    for x in 1..n {
        total = square(who.clone(), total);
        total = next(total);
        let _ = x;
    }
    total
}

#[workflow]
fn mapped(who: String, xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| doubled(who, x))
}

#[eager]
async fn eagerly(who: String) -> Result<i64, RunError> {
    doubled::call(who, 7).await
}

/// flytekit does not cache elements of a map.
#[test]
fn every_kind_of_task_is_cached() {
    let own = Own::new();
    let runner = own.runner();
    for _ in 0..2 {
        assert_eq!(runner.run(&waits::call("async".into())).unwrap(), "async");
        runner.run(&nothing::call("void".into())).unwrap();
        let elements = runner.run(&mapped::call("elements".into(), vec![1, 2, 1]));
        assert_eq!(elements.unwrap(), [2, 4, 2]);
        assert_eq!(runner.run(&unfolded::call("inside".into(), 3)).unwrap(), 2);
        assert_eq!(runner.run(&eagerly::call("called".into())).unwrap(), 14);
    }
    assert_eq!((runs("async"), runs("void"), runs("called")), (1, 1, 1));
    // Two equal ones may run at the same time.
    assert!((2..=3).contains(&runs("elements")), "{}", runs("elements"));
    assert_eq!(runs("unfolded"), 1);
    // When the dynamic task itself is refreshed, what it calls is known.
    own.cache.clear(Some("cache.unfolded")).unwrap();
    assert_eq!(runner.run(&unfolded::call("inside".into(), 3)).unwrap(), 2);
    assert_eq!((runs("unfolded"), runs("inside")), (2, 3));
}

#[workflow]
fn overridden(who: String) -> (i64, i64, i64) {
    let off = square(who, 2).with_overrides(|o| o.cache(false));
    let other = square(who, 2).with_overrides(|o| o.cache("2"));
    (square(who, 2), off, other)
}

#[test]
fn a_node_says_how_it_is_cached() {
    let own = Own::new();
    let runner = own.runner().jobs(1);
    for _ in 0..2 {
        runner.run(&overridden::call("overridden".into())).unwrap();
    }
    assert_eq!(runs("overridden"), 4);
}

#[task(cache = "1")]
fn fails_first(who: String) -> Result<i64, String> {
    ran(&who);
    match runs(&who) {
        1 => Err("not yet".to_owned()),
        _ => Ok(1),
    }
}

#[test]
fn failures_are_not_kept() {
    let own = Own::new();
    own.runner()
        .run(&fails_first::call("failing".into()))
        .unwrap_err();
    for _ in 0..2 {
        own.runner()
            .run(&fails_first::call("failing".into()))
            .unwrap();
    }
    assert_eq!(runs("failing"), 2);
}

#[task(cache = "1")]
fn largest(who: String, x: u64) -> u64 {
    ran(&who);
    x
}

/// Flyte's integers end at `i64::MAX`.
#[test]
fn what_has_no_literal_form_is_not_kept_and_not_lost() {
    let own = Own::new();
    for _ in 0..2 {
        let call = largest::call("largest".into(), u64::MAX);
        assert_eq!(own.runner().run(&call).unwrap(), u64::MAX);
    }
    assert_eq!((runs("largest"), own.entries()), (2, 0));
}

mod narrow {
    use flyte_runtime::prelude::*;

    #[task(name = "cache.typed", cache = "1")]
    pub(super) fn typed(x: i64) -> i64 {
        x
    }
}

mod wide {
    use flyte_runtime::prelude::*;

    #[task(name = "cache.typed", cache = "1")]
    pub(super) fn typed(x: i64) -> f64 {
        x as f64
    }
}

/// flytekit's key has no interface, and a changed signature finds what the old one left.
#[test]
fn another_interface_is_another_call() {
    let narrow = CacheKey::of(&narrow::typed::call(1)).unwrap();
    let wide = CacheKey::of(&wide::typed::call(1)).unwrap();
    assert_eq!(narrow.flytekit, wide.flytekit);
    assert_ne!(narrow.interface, wide.interface);
    assert_ne!(narrow.id(), wide.id());
    assert_eq!((narrow::typed(1), wide::typed(1)), (1, 1.0));
}

#[derive(Clone, Debug, FlyteType)]
struct Report {
    text: FlyteFile<Text>,
    lines: i64,
}

#[task(cache = "1")]
fn report(who: String, text: String) -> Result<Report, DataError> {
    ran(&who);
    let file = FlyteFile::create("report.txt")?;
    file.write(&text)?;
    Ok(Report {
        text: file,
        lines: text.lines().count() as i64,
    })
}

#[task(cache = "1")]
fn length(who: String, file: &FlyteFile) -> Result<i64, DataError> {
    ran(&who);
    Ok(file.read()?.len() as i64)
}

/// flytekit keeps the path, which leads nowhere when the temporary directory is gone.
#[test]
fn files_of_results_are_kept_with_them() {
    let own = Own::new();
    let made = || {
        own.runner()
            .run(&report::call("files".into(), "a\nb".into()))
            .unwrap()
    };
    for _ in 0..3 {
        let report = made();
        assert_eq!(report.text.read_to_string().unwrap(), "a\nb");
        assert_eq!(report.lines, 2);
    }
    assert_eq!(runs("files"), 1);
    let kept = |own: &Own| {
        let mut files = own.files();
        files.retain(|path| path.file_name().unwrap() == "report.txt");
        files.pop().unwrap()
    };
    // Changed and gone.
    fs::write(kept(&own), "another").unwrap();
    assert_eq!(made().text.read_to_string().unwrap(), "a\nb");
    assert_eq!(runs("files"), 2);
    fs::remove_file(kept(&own)).unwrap();
    own.cache.evict(u64::MAX).unwrap();
    for file in own.files() {
        if file.file_name().unwrap() == "report.txt" {
            fs::remove_file(file).unwrap();
        }
    }
    assert_eq!(made().text.read_to_string().unwrap(), "a\nb");
    assert_eq!(runs("files"), 3);
}

#[test]
fn a_file_is_known_by_what_is_in_it() {
    let own = Own::new();
    let directory = TempSandbox::new();
    let (one, two) = (
        directory.create().unwrap().join("one"),
        directory.path().join("two"),
    );
    let length = |path: &Path| {
        let file = FlyteFile::from_path(path);
        own.runner()
            .run(&length::call("content".into(), &file))
            .unwrap()
    };
    fs::write(&one, "same").unwrap();
    fs::write(&two, "same").unwrap();
    assert_eq!((length(&one), length(&two), runs("content")), (4, 4, 1));
    fs::write(&one, "other!").unwrap();
    assert_eq!((length(&one), runs("content")), (6, 2));
}

#[test]
fn damaged_results_are_made_again() {
    let own = Own::new();
    let call = square::call("damaged".into(), 5);
    own.runner().run(&call).unwrap();
    let file = own.files().pop().unwrap();
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let damages: [&[u8]; 5] = [
        b"",
        &whole[..10],
        &whole[..whole.len() - 1],
        &flipped,
        b"flyte-cache 2 \n",
    ];
    for (number, damage) in (2..).zip(damages) {
        fs::write(&file, damage).unwrap();
        assert_eq!(own.runner().run(&call).unwrap(), 25);
        assert_eq!(runs("damaged"), number);
    }
    own.runner().run(&call).unwrap();
    assert_eq!(runs("damaged"), 6);
}

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
                runner.run(&slow::call("slow".into(), 9)).unwrap()
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 9);
    }
    assert_eq!(runs("slow"), 1);
}

#[test]
fn the_reason_of_a_miss_is_told() {
    let own = Own::new();
    let key = |x| CacheKey::of(&square::call("explained".into(), x)).unwrap();
    assert_eq!(own.cache.explain(&key(3)).unwrap(), Explanation::Empty);
    own.runner()
        .run(&square::call("explained".into(), 3))
        .unwrap();
    assert!(matches!(
        own.cache.explain(&key(3)).unwrap(),
        Explanation::Hit { .. }
    ));
    let Explanation::Miss { differences, .. } = own.cache.explain(&key(4)).unwrap() else {
        panic!("not stored");
    };
    assert_eq!(differences, [Difference::Input("x".to_owned())]);
    let mut other = key(3);
    other.version = "2".to_owned();
    other.flytekit += "2";
    let Explanation::Miss { differences, .. } = own.cache.explain(&other).unwrap() else {
        panic!("not stored");
    };
    assert_eq!(differences[0].to_string(), "the version is `2` and was `1`");
    let error = CacheKey::of(&next::call(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`cache.next` is not cached; write `#[task(cache = \"1\")]`"
    );
}

#[test]
fn what_was_not_used_for_long_is_removed_first() {
    let own = Own::new();
    for x in 0..10 {
        own.runner()
            .run(&square::call("evicted".into(), x))
            .unwrap();
    }
    let stats = own.cache.stats().unwrap();
    assert_eq!(stats.entries, 10);
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    for file in own.files().iter().take(4) {
        fs::File::options()
            .append(true)
            .open(file)
            .unwrap()
            .set_modified(old)
            .unwrap();
    }
    let evicted = own.cache.evict(stats.bytes * 65 / 100).unwrap();
    assert_eq!((evicted.entries, own.entries()), (4, 6));
    assert_eq!(own.cache.clear(None).unwrap().entries, 6);
    assert_eq!(own.cache.stats().unwrap(), Default::default());
}

mod first {
    use flyte_runtime::prelude::*;

    #[task(name = "cache.edited", cache = "auto")]
    pub(super) fn edited(x: i64) -> i64 {
        x + 1
    }
}

mod commented {
    use flyte_runtime::prelude::*;

    /// Documented.
    #[task(name = "cache.edited", cache(version = "auto", serialize))]
    pub(super) fn edited(x: i64) -> i64 {
        // And with a comment.
        x + 1
    }
}

mod second {
    use flyte_runtime::prelude::*;

    #[task(name = "cache.edited", cache = "auto")]
    pub(super) fn edited(x: i64) -> i64 {
        x + 2
    }
}

#[dynamic(cache = "auto")]
fn unfolded_anew(x: i64) -> i64 {
    next(x)
}

#[test]
fn editing_a_task_makes_another_version() {
    let first = CacheKey::of(&first::edited::call(1)).unwrap();
    let commented = CacheKey::of(&commented::edited::call(1)).unwrap();
    let second = CacheKey::of(&second::edited::call(1)).unwrap();
    assert_eq!(first.id(), commented.id());
    assert_ne!(first.version, second.version);
    let version = env!("CARGO_PKG_VERSION");
    let unfolded = CacheKey::of(&unfolded_anew::call(1)).unwrap();
    for key in [first, second, unfolded] {
        assert!(key.version.starts_with("auto-") && key.version.ends_with(version));
    }
    assert_eq!(
        (first::edited(1), commented::edited(1), second::edited(1)),
        (2, 2, 3)
    );
}

#[launch_plan(overwrite_cache)]
fn anew() -> i64 {
    of_square(who = "anew", x = 3)
}

/// What a launch plan says about it counts for all that it runs.
#[test]
fn a_launch_plan_may_run_everything_anew() {
    let own = Own::new();
    for _ in 0..2 {
        own.runner()
            .run(&of_square::call("anew".into(), 3))
            .unwrap();
    }
    assert_eq!(runs("anew"), 1);
    for _ in 0..2 {
        assert_eq!(own.runner().run(&anew::call()).unwrap(), 10);
    }
    assert_eq!((runs("anew"), own.entries()), (3, 1));
}

/// An interface has names, too.
#[test]
fn a_result_of_no_task_is_told() {
    let error = CacheKey::of(&largest::call("largest".into(), u64::MAX)).unwrap_err();
    assert!(error.to_string().contains("`x`"), "{error}");
}

#[task(cache(version = "1", serialize))]
fn single(who: String) -> usize {
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
        let (seen, _) = own.runner().jobs(jobs).run(&call).unwrap();
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
    let directory = own.cache.directory().join("cache.single-");
    // Somebody else runs it.
    own.runner().run(&single::call("other".into())).unwrap();
    let directory = fs::read_dir(directory.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_str().unwrap().contains("cache.single-"))
        .unwrap();
    let locked = fs::File::create(directory.join(format!("{}.lock", key.id()))).unwrap();
    locked.lock().unwrap();
    runtime.block_on(async {
        let started = own.runner().start(&single::call("given up".into()));
        let waited = tokio::time::timeout(std::time::Duration::from_millis(100), started).await;
        waited.unwrap_err();
    });
    drop(locked);
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert_eq!(runs("given up"), 0);
}

/// A file is where the directory should be, which not even an administrator can write into.
#[test]
fn a_cache_that_cannot_be_used_fails_no_run() {
    let own = Own::new();
    let file = own.cache.directory().join("file");
    fs::write(&file, "").unwrap();
    let cache = Cache::at(file.join("cache"));
    let runner = Runner::local().cache(cache.clone());
    for _ in 0..2 {
        assert_eq!(runner.run(&square::call("unusable".into(), 3)).unwrap(), 9);
        runner.run(&single::call("unusable alone".into())).unwrap();
    }
    assert_eq!((runs("unusable"), runs("unusable alone")), (2, 2));
    let error = cache.stats().unwrap_err().to_string();
    assert!(
        error.starts_with("the cache cannot use ") && error.contains("file"),
        "{error}"
    );
}

/// What stands in the way of a result does not stop the task.
#[test]
fn a_directory_in_the_place_of_a_result_is_a_miss() {
    let own = Own::new();
    let call = square::call("in the way".into(), 3);
    own.runner().run(&call).unwrap();
    let file = own.files().pop().unwrap();
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(own.runner().run(&call).unwrap(), 9);
    assert_eq!(runs("in the way"), 2);
}

#[derive(Clone, Debug, FlyteType)]
struct Unordered {
    counts: std::collections::HashMap<String, i64>,
}

#[task(cache = "1")]
fn unordered(
    who: String,
    counts: std::collections::HashMap<String, i64>,
    inside: Unordered,
    x: f64,
) -> f64 {
    ran(&who);
    inside
        .counts
        .values()
        .zip(counts.values())
        .map(|(a, b)| a * b)
        .sum::<i64>() as f64
        + x
}

/// Maps have another order each time, and a float that is not a number is not equal to itself.
#[test]
fn equal_values_are_one_call() {
    let own = Own::new();
    for _ in 0..5 {
        let counts: std::collections::HashMap<_, _> = (0..50).map(|x| (x.to_string(), 1)).collect();
        let inside = Unordered {
            counts: counts.clone(),
        };
        let call = unordered::call("unordered".into(), counts, inside, f64::NAN);
        assert!(own.runner().run(&call).unwrap().is_nan());
    }
    assert_eq!(runs("unordered"), 1);
}

#[task(cache = "1")]
fn passed_on(who: String, file: FlyteFile) -> FlyteFile {
    ran(&who);
    file
}

#[task(cache = "1")]
fn put_where_it_belongs(who: String, place: String) -> Result<FlyteFile, DataError> {
    ran(&who);
    let file = FlyteFile::create("made")?;
    file.write("made")?;
    Ok(file.with_remote_path(&place))
}

/// What a task was given is kept, too: whoever gave it may remove it. In strict runs all files have been in a literal.
#[test]
fn files_that_a_task_was_given_are_kept() {
    let own = Own::new();
    let directory = TempSandbox::new();
    let path = directory.create().unwrap().join("given");
    for (who, runner) in [
        ("given", own.runner()),
        ("strictly given", own.runner().strict()),
    ] {
        for is_known in [false, true] {
            fs::write(&path, "given").unwrap();
            let call = passed_on::call(who.into(), FlyteFile::from_path(&path));
            let file = runner.run(&call).unwrap();
            if is_known {
                fs::remove_file(&path).unwrap();
            }
            assert_eq!(file.read_to_string().unwrap(), "given");
        }
        assert_eq!(runs(who), 1);
    }
}

/// A file that has to be in a place of its own is not copied; if it is gone or changed there, the task runs again.
#[test]
fn files_in_places_of_their_own_are_looked_at() {
    let own = Own::new();
    let directory = TempSandbox::new();
    let place = directory.create().unwrap().join("place");
    let text = place.to_str().unwrap().to_owned();
    let call = put_where_it_belongs::call("placed".into(), text);
    let run = || {
        let file = own.runner().run(&call).unwrap();
        drop(file);
        fs::read_to_string(&place).unwrap()
    };
    assert_eq!(
        (run(), run(), runs("placed")),
        ("made".into(), "made".into(), 1)
    );
    fs::write(&place, "changed").unwrap();
    assert_eq!((run(), runs("placed")), ("made".into(), 2));
    fs::remove_file(&place).unwrap();
    assert_eq!((run(), runs("placed")), ("made".into(), 3));
}

mod conformance {
    //! What flytekit's tests of its local cache say, each by the name it has there.

    use super::*;

    #[task(name = "task_name_1", cache = "31415")]
    fn of_many_kinds(lit_1: serde_json::Value, lit_2: i64, lit_3: f64, lit_4: bool) -> i64 {
        i64::from(lit_1.is_object() && lit_3 > 3.0 && lit_4) * lit_2
    }

    #[test]
    fn test_stable_cache_key() {
        let numbers: Vec<i64> = (0..1000).collect();
        let first = serde_json::json!({
            "a": 42, "b": "abcd", "c": 0.12349, "d": [1, 2, 3],
            "e": {"e_a": 11, "e_b": numbers, "e_c": {"e_c_a": 12.34, "e_c_b": "a string"}},
        });
        let key = CacheKey::of(&of_many_kinds::call(first, 99, 314.0 / 100.0, true)).unwrap();
        assert_eq!(
            key.flytekit,
            "task_name_1-31415-e3a85f91467d1e1f721ebe8129b2de31"
        );
    }

    #[task(cache = "v1")]
    fn f1(n: i64) -> i64 {
        n
    }

    #[task(cache = "v1")]
    fn f2(n: i64) -> i64 {
        n + 1
    }

    #[workflow]
    fn both(n: i64) -> (i64, i64) {
        (f1(n), f2(n))
    }

    #[test]
    fn test_to_confirm_that_cache_keys_include_function_name() {
        let own = Own::new();
        for _ in 0..2 {
            assert_eq!(own.runner().run(&both::call(1)).unwrap(), (1, 2));
        }
    }

    #[workflow]
    fn another(who: String, x: i64) -> i64 {
        square(who, x)
    }

    #[test]
    fn test_shared_tasks_in_two_separate_workflows() {
        let own = Own::new();
        for x in [42, 99] {
            own.runner()
                .run(&of_square::call("shared".into(), x))
                .unwrap();
            assert_eq!(
                own.runner()
                    .run(&another::call("shared".into(), x))
                    .unwrap(),
                x * x
            );
        }
        assert_eq!(runs("shared"), 2);
    }

    #[derive(Clone, Debug, PartialEq, FlyteType)]
    struct MyCustomType {
        x: i64,
        y: String,
    }

    #[task(cache = "a.b.c")]
    fn t1(a: i64) -> MyCustomType {
        ran("custom");
        MyCustomType {
            x: a,
            y: "t1".into(),
        }
    }

    #[task(cache = "v1")]
    fn t2(a: MyCustomType, b: &str) -> (MyCustomType, i64) {
        ran("custom");
        let y = format!("{} {b}", a.y);
        (MyCustomType { x: a.x, y }, 5)
    }

    #[workflow]
    fn of_custom_types(a: i64, b: String) -> (MyCustomType, i64) {
        t2(t1(a), b)
    }

    #[test]
    fn test_wf_custom_types() {
        let own = Own::new();
        for _ in 0..2 {
            let (custom, five) = own
                .runner()
                .run(&of_custom_types::call(10, "hello".into()))
                .unwrap();
            assert_eq!((custom.x, custom.y.as_str(), five), (10, "t1 hello", 5));
        }
        assert_eq!(runs("custom"), 2);
    }

    #[task(cache = "v101")]
    fn joined(a: BTreeMap<String, String>) -> String {
        ran("joined");
        a.into_values().collect::<Vec<_>>().join(" ")
    }

    #[task(cache = "v99")]
    fn world() -> String {
        ran("joined");
        "world".to_owned()
    }

    #[workflow]
    fn of_constants(b: String) -> String {
        joined(BTreeMap::from([
            ("key1".to_owned(), b),
            ("key2".to_owned(), world()),
        ]))
    }

    #[test]
    fn test_dict_wf_with_constants() {
        let own = Own::new();
        for _ in 0..2 {
            let both = own
                .runner()
                .run(&of_constants::call("hello".into()))
                .unwrap();
            assert_eq!(both, "hello world");
        }
        assert_eq!(runs("joined"), 2);
    }

    #[task]
    fn annotated(a: i64) -> Hashed<i64> {
        Hashed::new(a + 1, (a + 1).to_string())
    }

    #[task(cache = "42")]
    fn downstream(a: Hashed<i64>) -> i64 {
        ran("downstream");
        *a + 2
    }

    #[dynamic]
    fn upstream(a: i64) -> i64 {
        let v = annotated(a);
        let first = downstream(v);
        let second = downstream(v);
        first >> second;
        second
    }

    #[test]
    fn test_pass_annotated_to_downstream_tasks() {
        let own = Own::new();
        assert_eq!(own.runner().run(&upstream::call(3)).unwrap(), 6);
        assert_eq!(runs("downstream"), 1);
    }

    #[task]
    fn two_tables(from: i64) -> Vec<Hashed<i64>> {
        vec![Hashed::new(from, "one"), Hashed::new(from + 1, "two")]
    }

    #[task(cache = "0.1")]
    fn of_tables(tables: Vec<Hashed<i64>>) -> i64 {
        ran("tables");
        tables.iter().map(|table| **table).sum()
    }

    #[workflow]
    fn tables(from: i64) -> i64 {
        of_tables(two_tables(from))
    }

    #[test]
    fn test_list_of_pandas_dataframe_hash() {
        let own = Own::new();
        for from in [1, 10] {
            assert_eq!(own.runner().run(&tables::call(from)).unwrap(), 3);
        }
        assert_eq!(runs("tables"), 1);
    }
}
