//! Strict runs know the rules.

use std::sync::{Arc, Mutex};

use flyte_runtime::{
    RunError, Runner,
    cluster::Rule,
    events::{Event, EventKind},
    prelude::*,
    testing::TestContext,
};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[reference_task(project = "p", domain = "d", name = "team.double", version = "v1")]
fn double(x: i64) -> i64 {
    x * 2
}

#[workflow]
fn sized(größe: i64) -> i64 {
    square(größe)
}

#[task(retries = 1, deadline = "1h")]
fn in_time(x: i64) -> i64 {
    x
}

#[dynamic]
fn builds(x: i64) -> i64 {
    square(double(x))
}

#[test]
fn a_strict_run_of_what_is_refused_does_not_begin() {
    let call = sized::call(3);
    assert_eq!(Runner::local().run(call.clone()).unwrap(), 9);
    let error = Runner::local().strict(true).run(call).unwrap_err();
    let RunError::Refused { entity, findings } = &error else {
        panic!("{error}");
    };
    assert_eq!(entity, "check.strict.sized");
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].rule, Rule::NameNotAscii);
    let text = error.to_string();
    assert!(
        text.starts_with(
            "`check.strict.sized`: a cluster would refuse this, with 1 error\n\nerror[name-not-ascii]: "
        ),
        "{text}"
    );
    // The values of a test go through their literals, and that is all.
    let values = TestContext::new().run(|| sized(3));
    assert_eq!(values.unwrap(), 9);
}

#[test]
fn what_is_done_otherwise_is_told_in_notices() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let notices = Arc::clone(&told);
    let runner = Runner::local().strict(true).observe(move |event: &Event| {
        if let EventKind::Notice { message, .. } = &event.kind {
            notices.lock().unwrap().push(message.clone());
        }
    });
    assert_eq!(runner.run(in_time::call(3)).unwrap(), 3);
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    let start = "on a cluster, task `check.strict.in_time` at flyte-runtime/tests/check/strict.rs:";
    assert!(told[0].starts_with(start), "{told:?}");
    let end = ": its `deadline` ends each of its attempts there, and all of them together here (deadline-per-attempt)";
    assert!(told[0].ends_with(end), "{told:?}");
}

#[test]
fn a_dynamic_task_fails_that_builds_what_is_refused() {
    assert_eq!(Runner::local().run(builds::call(3)).unwrap(), 36);
    let error = Runner::local()
        .strict(true)
        .run(builds::call(3))
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("dynamic task `check.strict.builds` failed")
            || text.starts_with("task `check.strict.builds` failed"),
        "{text}"
    );
    assert!(text.contains("error[reference-in-dynamic]"), "{text}");
}

#[workflow]
fn long() -> i64 {
    let mut x = square(1);
    for _ in 0..100 {
        x = square(x);
    }
    x
}

#[test]
fn what_a_server_may_allow_is_a_notice() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let notices = Arc::clone(&told);
    let runner = Runner::local().strict(true).observe(move |event: &Event| {
        if let EventKind::Notice { message, .. } = &event.kind {
            notices.lock().unwrap().push(message.clone());
        }
    });
    for _ in 0..2 {
        assert_eq!(runner.run(long::call()).unwrap(), 1);
    }
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].ends_with("(too-many-nodes)"), "{told:?}");
}

#[eager]
async fn starts(x: i64) -> Result<i64, flyte_runtime::BoxError> {
    Ok(sized::call(x).await? + builds::call(x).await?)
}

#[test]
fn what_a_task_starts_runs_in_its_container() {
    assert_eq!(
        Runner::local().strict(true).run(starts::call(3)).unwrap(),
        45
    );
}

#[task]
fn nested(xs: Vec<Vec<Vec<i64>>>) -> usize {
    xs.iter().flatten().flatten().count()
}

#[workflow]
fn nests(xs: Vec<Vec<Vec<i64>>>) -> usize {
    nested(xs)
}

#[test]
fn what_no_execution_is_started_with_is_told_where_the_value_is_known() {
    let notices_of = |xs: Vec<Vec<Vec<i64>>>| {
        let told = Arc::new(Mutex::new(Vec::new()));
        let notices = Arc::clone(&told);
        let runner = Runner::local().strict(true).observe(move |event: &Event| {
            if let EventKind::Notice { message, .. } = &event.kind {
                notices.lock().unwrap().push(message.clone());
            }
        });
        runner.run(nests::call(xs)).unwrap();
        let told = told.lock().unwrap();
        told.clone()
    };
    let told = notices_of(vec![vec![vec![]], vec![vec![1]]]);
    assert_eq!(told.len(), 1, "{told:?}");
    let start = "on a cluster, the value for `xs` of workflow `check.strict.nests` does not show its type by itself";
    assert!(
        told[0].starts_with(start) && told[0].ends_with("(unclear-input)"),
        "{told:?}"
    );
    assert_eq!(
        notices_of(vec![vec![vec![1]], vec![vec![2]], vec![]]),
        Vec::<String>::new()
    );
}
