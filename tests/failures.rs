//! What a user sees when a task fails, and what happens to the rest of the run.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    fmt,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use flyte_runtime::{error::RunFailure, graph::WorkflowBuilder, prelude::*, types::FlyteError};

#[derive(Debug)]
struct Outer(std::num::ParseIntError);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot read the number")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[task]
fn parse(text: String, limit: i64) -> Result<i64, Outer> {
    let _ = limit;
    text.parse().map_err(Outer)
}

#[task]
fn panics(x: i64) -> i64 {
    let items: Vec<i64> = Vec::new();
    items[x as usize]
}

#[task]
async fn panics_later(x: i64) -> i64 {
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    panic!("lost {x}")
}

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[workflow]
fn inner(text: String) -> i64 {
    double(parse(text, 3))
}

#[workflow]
fn outer(text: String) -> i64 {
    double(inner(text))
}

fn failure<T: fmt::Debug>(result: Result<T, RunError>) -> RunFailure {
    match result.unwrap_err() {
        RunError::Failed(failure) => *failure,
        other => panic!("{other}"),
    }
}

#[test]
fn the_report_tells_the_whole_story() {
    let error = outer("12x".to_owned()).unwrap_err();
    let text = error.to_string();
    let line = text.lines().last().unwrap_or_default();
    assert!(text.starts_with("task `failures.parse` failed (node n0/n0 of `failures.inner`): cannot read the number\n"), "{text}");
    assert!(
        text.contains("\n  caused by: invalid digit found in string\n"),
        "{text}"
    );
    assert!(
        text.contains("\n  with: text = \"12x\", limit = 3\n"),
        "{text}"
    );
    assert!(text.contains("failures.rs:"), "{text}");
    assert_eq!(line, "2 nodes did not run", "{text}");
    // The user's own error can be found again.
    let mut source = std::error::Error::source(&error);
    let mut found = false;
    while let Some(error) = source {
        found |= error.is::<Outer>();
        source = error.source();
    }
    assert!(found);
}

#[test]
fn a_long_value_is_cut() {
    let text = outer("9".repeat(10_000)).unwrap_err().to_string();
    assert!(text.len() < 500 && text.contains('…'), "{text}");
}

#[test]
fn a_panic_is_a_failed_attempt_with_its_place() {
    let sync = failure(panics::run(3)).to_string();
    assert!(
        sync.contains("task `failures.panics` failed: panicked at ")
            && sync.contains("index out of bounds"),
        "{sync}"
    );
    assert!(
        sync.contains("failures.rs:") && sync.contains("x = 3"),
        "{sync}"
    );
    let later = failure(panics_later::run(4)).to_string();
    assert!(
        later.contains("lost 4") && later.contains("x = 4"),
        "{later}"
    );
}

#[test]
fn a_thousand_failing_runs_leave_the_process_well() {
    for round in 0..1000 {
        match round % 4 {
            0 => drop(failure(panics::run(round))),
            1 => drop(failure(outer("x".to_owned()))),
            2 if round % 100 == 2 => drop(failure(panics_later::run(round))),
            _ => assert_eq!(double::run(round).unwrap(), 2 * round),
        }
    }
    assert_eq!(flyte_runtime::compat::FlyteContextManager::size(), 1);
}

static AFTER: AtomicUsize = AtomicUsize::new(0);

#[task]
fn counts(x: i64) -> i64 {
    AFTER.fetch_add(1, Ordering::SeqCst);
    x
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn carries_on(x: i64) -> i64 {
    let broken = panics(x);
    let mut last = x;
    for _ in 0..10 {
        last = counts(last);
    }
    double(broken) >> counts(double(broken));
    last
}

#[test]
fn a_workflow_that_carries_on_runs_all_that_needs_no_failed_node() {
    let failure = failure(carries_on(7));
    assert_eq!(AFTER.load(Ordering::SeqCst), 10);
    assert_eq!(failure.skipped, 3);
    assert!(failure.others.is_empty());
}

static STOPPED: AtomicUsize = AtomicUsize::new(0);

#[task]
fn counts_stopped(x: i64) -> i64 {
    STOPPED.fetch_add(1, Ordering::SeqCst);
    x
}

#[workflow]
fn stops_at_once(x: i64) -> i64 {
    let mut last = counts_stopped(panics(x));
    for _ in 0..10 {
        last = counts_stopped(last);
    }
    last
}

#[test]
fn a_workflow_fails_immediately_unless_told_otherwise() {
    let failure = failure(stops_at_once(7));
    assert_eq!((STOPPED.load(Ordering::SeqCst), failure.skipped), (0, 11));
}

#[task]
async fn forever(x: i64) -> i64 {
    std::future::pending::<()>().await;
    x
}

#[workflow]
fn waits_for_nothing(x: i64) -> i64 {
    let never = forever(x);
    let _ = panics_later(x);
    never
}

/// Would hang if the waiting task were not ended.
#[test]
fn waiting_siblings_of_a_failed_task_are_ended() {
    let text = failure(waits_for_nothing(5)).to_string();
    assert!(text.contains("lost 5"), "{text}");
}

#[workflow]
fn sub_waits(x: i64) -> i64 {
    waits_for_nothing(x)
}

#[test]
fn also_in_a_sub_workflow() {
    assert!(failure(sub_waits(5)).to_string().contains("node n0/n1 of"));
}

static CLEANED: AtomicUsize = AtomicUsize::new(0);

#[task]
fn clean_up(x: i64, #[default(Some("nothing".to_owned()))] note: Option<String>) {
    assert_eq!(note.as_deref(), Some("nothing"));
    CLEANED.fetch_add(usize::try_from(x).unwrap(), Ordering::SeqCst);
}

#[workflow]
fn cleans_up(x: i64) {
    clean_up(x, None::<String>.or(Some("nothing".into())));
}

#[workflow(on_failure = clean_up)]
fn handled_by_a_task(x: i64) -> i64 {
    double(panics(x))
}

#[workflow(on_failure = cleans_up)]
fn handled_by_a_workflow(x: i64) -> i64 {
    double(panics(x))
}

static TOLD: Mutex<Vec<(i64, FlyteError)>> = Mutex::new(Vec::new());

#[task]
fn told(x: i64, err: Option<FlyteError>) {
    TOLD.lock().unwrap().push((x, err.unwrap_or_default()));
}

#[task]
fn told_always(x: i64, err: FlyteError) {
    TOLD.lock().unwrap().push((x, err));
}

#[workflow(on_failure = told)]
fn tells(x: i64) -> i64 {
    let first = double(x);
    double(panics(first))
}

#[workflow(on_failure = told_always)]
fn tells_of_a_workflow(x: i64) -> i64 {
    tells(x)
}

/// A handler's input `err` says which node of the workflow failed, and why.
#[test]
fn the_failure_handler_is_told_of_the_failure() {
    failure(tells_of_a_workflow(7));
    let told = TOLD.lock().unwrap();
    let [(7, inner), (7, outer)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(
        (inner.failed_node_id.as_str(), outer.failed_node_id.as_str()),
        ("n1", "n0")
    );
    for error in [inner, outer] {
        assert!(
            error
                .message
                .contains("task `failures.panics` failed (node n0/n1"),
            "{error:?}"
        );
    }
}

/// `test_workflows.py::test_failure_node_local_execution`: the handler runs with the workflow's inputs, the error stays.
#[test]
fn the_failure_handler_runs_once_with_the_workflows_inputs() {
    let text = failure(handled_by_a_task(100)).to_string();
    assert!(text.contains("task `failures.panics` failed"), "{text}");
    assert_eq!(CLEANED.load(Ordering::SeqCst), 100);
    assert_eq!(
        handled_by_a_task::graph()
            .unwrap()
            .failure_node()
            .unwrap()
            .id(),
        "fn0"
    );
    let text = failure(handled_by_a_workflow(1000)).to_string();
    assert!(text.contains("task `failures.panics` failed"), "{text}");
    assert_eq!(CLEANED.load(Ordering::SeqCst), 1100);
}

/// `test_type_hints.py::test_failure_node_mismatch_inputs`; of a handler that is named in `#[workflow]` the compiler says it.
#[test]
fn a_handler_must_take_every_input_of_the_workflow() {
    let mut builder = WorkflowBuilder::new("failures.handler_lacks_an_input");
    let x = builder.add_workflow_input::<i64>("x");
    let other = builder.add_workflow_input::<i64>("other");
    for input in [x, other] {
        builder
            .add_entity(double::descriptor())
            .input::<i64>("x", input)
            .add();
    }
    builder.add_on_failure_handler::<clean_up>();
    let text = builder.build().unwrap_err().to_string();
    assert!(text.contains("the failure handler `failures.clean_up` has inputs that do not align with the workflow's"), "{text}");
    assert!(text.contains("it does not take `other`"), "{text}");
}

static HANDLED_LATER: AtomicUsize = AtomicUsize::new(0);

#[task]
async fn cleans_up_later(x: i64) {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    HANDLED_LATER.fetch_add(usize::try_from(x).unwrap(), Ordering::SeqCst);
}

#[workflow(on_failure = cleans_up_later)]
fn handled_by_an_async_task(x: i64) -> i64 {
    double(panics(x))
}

#[test]
fn a_failure_handler_may_wait() {
    failure(handled_by_an_async_task(3));
    assert_eq!(HANDLED_LATER.load(Ordering::SeqCst), 3);
}

/// With one job the waiting attempt blocks its worker, and must be ended all the same.
#[test]
fn a_waiting_attempt_is_ended_with_one_job_too() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    static DROPPED: AtomicUsize = AtomicUsize::new(0);
    #[task]
    async fn waits(x: i64) -> i64 {
        struct OnDrop;
        impl Drop for OnDrop {
            fn drop(&mut self) {
                DROPPED.fetch_add(1, Ordering::SeqCst);
            }
        }
        let _on_drop = OnDrop;
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        DROPPED.fetch_add(10, Ordering::SeqCst);
        std::future::pending::<()>().await;
        x
    }
    runtime.block_on(async {
        let run = Runner::local().jobs(1).start(waits::call(1));
        while DROPPED.load(Ordering::SeqCst) < 10 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        drop(run);
        while DROPPED.load(Ordering::SeqCst) < 11 {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    });
}

#[derive(Debug, serde::Serialize, serde::Deserialize, FlyteType)]
struct Spiteful {
    on_clone: bool,
    on_drop: bool,
}

impl Clone for Spiteful {
    fn clone(&self) -> Self {
        assert!(!self.on_clone, "no copies");
        Self {
            on_clone: false,
            on_drop: false,
        }
    }
}

impl Drop for Spiteful {
    fn drop(&mut self) {
        assert!(!self.on_drop || std::thread::panicking(), "not dropped");
    }
}

#[task]
fn spiteful(on_clone: bool, on_drop: bool) -> Spiteful {
    Spiteful { on_clone, on_drop }
}

#[task]
fn takes(spiteful: Spiteful) -> bool {
    spiteful.on_clone
}

#[workflow]
fn copies(on_clone: bool) -> (bool, bool) {
    let value = spiteful(on_clone, false);
    (takes(value), takes(value))
}

#[workflow]
fn drops(on_drop: bool) -> i64 {
    let _unread = spiteful(false, on_drop);
    double(1)
}

/// A panic in a clone or drop of a value is a failure like any other, whichever thread it comes up on.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_panics_when_it_is_cloned_or_dropped_fails_its_node() {
    assert_eq!(copies::call(false).start().await.unwrap(), (false, false));
    let text = failure(copies::call(true).start().await).to_string();
    assert!(text.contains("no copies"), "{text}");
    assert_eq!(drops::call(false).start().await.unwrap(), 2);
    let text = failure(drops::call(true).start().await).to_string();
    assert!(text.contains("not dropped"), "{text}");
}

static LEFT: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];

#[task(retries = 1)]
fn leaves() -> Spiteful {
    LEFT[0].fetch_add(1, Ordering::SeqCst);
    spiteful(false, true)
}

#[task(retries = 1)]
async fn leaves_later() -> Spiteful {
    LEFT[1].fetch_add(1, Ordering::SeqCst);
    spiteful(false, true)
}

#[workflow]
fn left() -> i64 {
    let _unread = leaves();
    double(1)
}

#[workflow]
fn left_later() -> i64 {
    let _unread = leaves_later();
    double(1)
}

/// The attempt has succeeded, so it is not made again, whatever kind of task it is of.
#[test]
fn an_output_that_cannot_be_let_go_of_is_no_failed_attempt() {
    for failure in [failure(left()), failure(left_later())] {
        assert_eq!(failure.first.attempt, 0);
        let text = failure.to_string();
        assert!(text.contains("not dropped"), "{text}");
    }
    assert_eq!(
        LEFT.each_ref().map(|left| left.load(Ordering::SeqCst)),
        [1, 1]
    );
}

#[task]
fn swallows_one_panic_and_resumes_another() -> i64 {
    let first = std::panic::catch_unwind(|| panic!("swallowed"));
    assert!(first.is_err());
    std::panic::resume_unwind(Box::new("resumed"));
}

#[test]
fn a_panic_is_not_given_the_place_of_another() {
    let text = failure(swallows_one_panic_and_resumes_another::run()).to_string();
    assert!(
        text.contains("panicked at an unknown place: resumed"),
        "{text}"
    );
}

#[workflow(failure_policy = fail_after_executable_nodes_complete)]
fn hundred_fail(x: i64) {
    for _ in 0..100 {
        let _ = panics(x);
    }
}

#[test]
fn a_report_of_many_failures_stays_readable() {
    let failure = failure(hundred_fail(1));
    assert_eq!(failure.others.len(), 99);
    let text = failure.to_string();
    assert_eq!(
        text.matches("task `failures.panics` failed").count(),
        10,
        "{text}"
    );
    assert!(text.ends_with("and 90 nodes more failed"), "{text}");
}
