//! Results that are kept: what a call is known by, when a result is used again, and when it is not.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

mod conformance;
mod files;
mod notices;
mod places;
mod store;
mod versions;
mod waiting;

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
    files::{DataError, TempSandbox, Text},
    prelude::*,
    testing::{TestContext, mock},
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
        assert_eq!(own.runner().run(call.clone()).unwrap(), 10);
    }
    assert_eq!(runs("once"), 1);
    assert_eq!(
        own.runner().run(of_square::call("once".into(), 4)).unwrap(),
        17
    );
    assert_eq!((runs("once"), own.entries()), (2, 2));

    let off = own.runner().cache_mode(CacheMode::Off);
    assert_eq!(off.run(call.clone()).unwrap(), 10);
    assert_eq!((runs("once"), own.entries()), (3, 2));
    let refresh = own.runner().cache_mode(CacheMode::Refresh);
    assert_eq!(refresh.run(call.clone()).unwrap(), 10);
    assert_eq!((runs("once"), own.entries()), (4, 2));
    own.runner().run(call).unwrap();
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
    let given = |a, b| own.runner().run(plus::call(a, b)).unwrap();
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
            .run(of_first_letter::call(text.into()))
            .unwrap()
    };
    assert_eq!(
        [given("one"), given("two"), given("three")],
        ["o", "o", "t"]
    );
}

/// What a mock gives is no result of the task, and what the task gave is none of the mock.
#[test]
fn what_stands_for_a_task_is_not_kept() {
    let own = Own::new();
    let call = square::call("mocked".into(), 3);
    let run = || own.runner().run(call.clone()).unwrap();
    let mocked = || {
        let _mock = mock::<square>(|_| 0);
        run()
    };
    assert_eq!((mocked(), own.entries()), (0, 0));
    assert_eq!((run(), own.entries()), (9, 1));
    assert_eq!(mocked(), 0);
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
        assert_eq!(runner.run(waits::call("async".into())).unwrap(), "async");
        runner.run(nothing::call("void".into())).unwrap();
        let elements = runner.run(mapped::call("elements".into(), vec![1, 2, 1]));
        assert_eq!(elements.unwrap(), [2, 4, 2]);
        assert_eq!(runner.run(unfolded::call("inside".into(), 3)).unwrap(), 2);
        assert_eq!(runner.run(eagerly::call("called".into())).unwrap(), 14);
    }
    assert_eq!((runs("async"), runs("void"), runs("called")), (1, 1, 1));
    // Two equal ones may run at the same time.
    assert!((2..=3).contains(&runs("elements")), "{}", runs("elements"));
    assert_eq!(runs("unfolded"), 1);
    // When the dynamic task itself is refreshed, what it calls is known.
    own.cache.clear(Some("cache.unfolded")).unwrap();
    assert_eq!(runner.run(unfolded::call("inside".into(), 3)).unwrap(), 2);
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
        runner.run(overridden::call("overridden".into())).unwrap();
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
        .run(fails_first::call("failing".into()))
        .unwrap_err();
    for _ in 0..2 {
        own.runner()
            .run(fails_first::call("failing".into()))
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
        assert_eq!(own.runner().run(call).unwrap(), u64::MAX);
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

#[test]
fn the_reason_of_a_miss_is_told() {
    let own = Own::new();
    let key = |x| CacheKey::of(&square::call("explained".into(), x)).unwrap();
    assert_eq!(own.cache.explain(&key(3)).unwrap(), Explanation::Empty);
    own.runner()
        .run(square::call("explained".into(), 3))
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

#[launch_plan(overwrite_cache)]
fn anew() -> i64 {
    of_square(who = "anew", x = 3)
}

/// What a launch plan says about it counts for all that it runs.
#[test]
fn a_launch_plan_may_run_everything_anew() {
    let own = Own::new();
    for _ in 0..2 {
        own.runner().run(of_square::call("anew".into(), 3)).unwrap();
    }
    assert_eq!(runs("anew"), 1);
    for _ in 0..2 {
        assert_eq!(own.runner().run(anew::call()).unwrap(), 10);
    }
    assert_eq!((runs("anew"), own.entries()), (3, 1));
}

/// An interface has names, too.
#[test]
fn a_result_of_no_task_is_told() {
    let error = CacheKey::of(&largest::call("largest".into(), u64::MAX)).unwrap_err();
    assert!(error.to_string().contains("`x`"), "{error}");
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
        assert!(own.runner().run(call).unwrap().is_nan());
    }
    assert_eq!(runs("unordered"), 1);
}
