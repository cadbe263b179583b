//! What is wrong with a cache is told once a run, however many calls there are.

use super::*;
use flyte_runtime::testing::RecordedEvents;

#[task(cache = "1")]
fn counted(who: String, x: i64) -> i64 {
    ran(&who);
    x
}

/// Larger numbers have no literal.
#[task(cache = "1")]
fn halved(x: u64) -> i64 {
    (x / 4) as i64
}

#[workflow]
fn counts(who: String, xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| counted(who, x))
}

#[task]
fn count_inside(who: String, xs: Vec<i64>) -> Result<usize, RunError> {
    Ok(counts(who, xs)?.len())
}

#[workflow]
fn counts_twice(who: String, xs: Vec<i64>) -> (Vec<i64>, usize) {
    (counts(who, xs), count_inside(who, xs))
}

#[workflow]
fn halves(xs: Vec<u64>) -> Vec<i64> {
    xs.map(|x| halved(x))
}

/// What a run says of itself.
fn notices<E: Entity>(runner: &Runner, call: &Call<E>) -> Vec<String> {
    let events = RecordedEvents::new();
    let ran = runner.clone().observe(events.clone()).run(call.clone());
    assert!(ran.is_ok());
    let lines = events.lines();
    let notices = lines
        .iter()
        .filter_map(|line| line.strip_prefix("notice: "));
    notices.map(str::to_owned).collect()
}

fn xs() -> Vec<i64> {
    (0..50).collect()
}

#[test]
fn one_that_cannot_be_written() {
    let directory = TempSandbox::new();
    let file = directory.create().unwrap().join("no_directory");
    fs::write(&file, "").unwrap();
    let runner = Runner::local().cache(Cache::at(&file));
    let notices = notices(
        &runner,
        &counts_twice::call("unwritable notices".into(), xs()),
    );
    let [looked_up, kept] = notices.as_slice() else {
        panic!("{notices:?}");
    };
    assert!(
        looked_up
            .starts_with("a cached result of task `cache.notices.counted` cannot be used, so the task runs again: "),
        "{looked_up}"
    );
    assert!(
        kept.starts_with("results are not kept in the cache: the cache cannot use "),
        "{kept}"
    );
}

#[test]
fn inputs_without_a_literal() {
    let own = Own::new();
    let notices = notices(&own.runner(), &halves::call(vec![u64::MAX; 50]));
    let [only] = notices.as_slice() else {
        panic!("{notices:?}");
    };
    assert!(
        only.starts_with("calls of task `cache.notices.halved` are not looked up in the cache: "),
        "{only}"
    );
}

#[test]
fn results_that_are_damaged() {
    let own = Own::new();
    let call = counts::call("damaged notices".into(), xs());
    assert!(notices(&own.runner(), &call).is_empty());
    for file in own.files() {
        fs::write(file, "damaged").unwrap();
    }
    let told = notices(&own.runner(), &call);
    let [only] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert!(
        only.contains("cannot be used, so the task runs again") && only.contains("was damaged"),
        "{only}"
    );
    assert!(notices(&own.runner(), &call).is_empty());
}
