//! The testing kit: contexts made by hand, mocks, and what was written to decks, metrics and logs.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    fs, thread,
    time::{Duration, SystemTime},
};

use flyte_runtime::{
    checkpoint::{Checkpoint, SyncCheckpoint},
    compat::current_context,
    context::get_custom_context,
    files::TempSandbox,
    prelude::*,
    testing::{TestContext, mock, mock_result},
};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
async fn plus(a: i64, b: i64) -> i64 {
    tokio::task::yield_now().await;
    a + b
}

#[task]
fn total(xs: &[i64], label: &str) -> String {
    format!("{label}: {}", xs.iter().sum::<i64>())
}

#[workflow]
fn squares(a: i64, b: i64) -> i64 {
    plus(square(a), square(b))
}

#[workflow]
fn nested(a: i64) -> i64 {
    plus(squares(a, a), 1)
}

#[dynamic]
fn unfolds(count: i64) -> i64 {
    let mut sum = square(0);
    for x in 0..count {
        sum = plus(sum, square(x));
    }
    sum
}

#[workflow]
fn of_dynamic(count: i64) -> i64 {
    square(unfolds(count))
}

#[task]
fn nothing() {}

#[workflow]
fn does_nothing() {
    nothing();
}

#[reference_task(project = "p", domain = "d", name = "far.away", version = "v1")]
fn far_away(x: i64) -> i64;

#[reference_launch_plan(project = "p", domain = "d", name = "far.plan", version = "v1")]
fn far_plan(x: i64) -> i64;

#[launch_plan]
fn plan(a: i64) -> i64 {
    squares(a = a, b = 1)
}

#[workflow]
fn of_references(x: i64) -> i64 {
    plus(far_away(x), far_plan(plan(a = x)))
}

#[test]
fn a_task_is_replaced_until_the_guard_is_dropped() {
    assert_eq!(squares(2, 3).unwrap(), 13);
    {
        let _mocked = mock::<square>(|x| x + 100);
        assert_eq!(squares(2, 3).unwrap(), 205);
        // Alone, inside of other workflows, and on whatever number of threads.
        assert_eq!(square::run(1).unwrap(), 101);
        assert_eq!(nested(1).unwrap(), 203);
        assert_eq!(
            Runner::local().jobs(1).run(squares::call(2, 3)).unwrap(),
            205
        );
        // A plain call is one.
        assert_eq!(square(2), 4);
        let _again = mock::<square>(|_| 0);
        assert_eq!(squares(2, 3).unwrap(), 0);
    }
    assert_eq!(squares(2, 3).unwrap(), 13);
}

#[test]
fn every_kind_of_entity_can_be_replaced() {
    let _async = mock::<plus>(|(a, b)| a * 1_000 + b);
    assert_eq!(squares(2, 3).unwrap(), 4_009);
    let _borrowed = mock::<total>(|(xs, label): (Vec<i64>, String)| format!("{label}{xs:?}"));
    assert_eq!(total::run(&[1, 2], "x").unwrap(), "x[1, 2]");
    let _dynamic = mock::<unfolds>(|count| count);
    assert_eq!(of_dynamic(3).unwrap(), 9);
    let _reference = mock::<far_away>(|x| x + 1);
    let _launch_plan = mock::<plan>(|a| a + 2);
    let _reference_launch_plan = mock::<far_plan>(|x| x + 3);
    assert_eq!(of_references(5).unwrap(), 6_010);
    let _workflow = mock::<squares>(|(a, b)| a - b);
    assert_eq!(nested(7).unwrap(), 1);
    // The workflow that is run is not replaced.
    assert_eq!(squares(2, 3).unwrap(), 4_009);
    let _nothing = mock_result::<nothing>(|()| Err("nothing came".into()));
    let error = does_nothing().unwrap_err().to_string();
    assert!(error.contains("nothing came"), "{error}");
}

#[test]
fn a_mock_that_panics_is_a_failure_and_the_guard_is_dropped_with_a_test_that_panics() {
    let _mocked = mock::<square>(|x| panic!("not {x}"));
    let error = squares(2, 2).unwrap_err().to_string();
    assert!(error.contains("not 2"), "{error}");
    let failed = thread::spawn(|| {
        let _mocked = mock::<square>(|_| 1);
        panic!("a test fails");
    });
    assert!(failed.join().is_err());
    let other = thread::spawn(|| squares(2, 2).unwrap());
    assert_eq!(other.join().unwrap(), 8);
}

#[test]
fn tests_at_once_do_not_see_each_others_mocks() {
    let tests = (0..8).map(|number| {
        thread::spawn(move || {
            let _mocked = mock::<square>(move |_| number);
            for _ in 0..50 {
                assert_eq!(squares(5, 5).unwrap(), 2 * number);
            }
        })
    });
    let tests: Vec<_> = tests.collect();
    tests.into_iter().for_each(|test| test.join().unwrap());
}

#[task(secret_requests(secret(group = "db", key = "password")))]
fn login(user: String) -> String {
    let told = current_context();
    let password = told.secrets().unwrap().get("db", "password").unwrap();
    told.stats().incr("logins");
    told.default_deck().append("logged in");
    tracing::info!(user, "hello");
    format!("{user}:{}", password.expose().len())
}

#[test]
fn a_task_that_is_called_finds_what_the_context_was_given() {
    let sandbox = TempSandbox::new();
    let directory = sandbox.create().unwrap();
    let yesterday = SystemTime::UNIX_EPOCH + Duration::from_secs(86_400);
    let test = TestContext::new()
        .secret("db", "password", "secret")
        .clock(yesterday)
        .custom_context([("tenant", "a")])
        .working_directory(directory)
        .unwrap()
        .parameters(|parameters| parameters.attempt_number(2).add_attr("session", 7_i64));
    test.run(|| {
        assert_eq!(login("me".into()), "me:6");
        let told = current_context();
        assert_eq!(told.execution_date(), yesterday);
        assert_eq!(told.attempt_number(), 2);
        assert_eq!(*told.get::<i64>("session").unwrap(), 7);
        assert_eq!(told.working_directory().unwrap(), directory);
        assert_eq!(get_custom_context()["tenant"], "a");
        let task = ctx().unwrap();
        assert_eq!(task.run_start_time(), yesterday);
        task.checkpoint().unwrap().write(b"3").unwrap();
        assert_eq!(told.checkpoint().unwrap().read().unwrap().unwrap(), b"3");
    });
    assert!(fs::read_dir(directory).unwrap().next().is_some());
    assert!(ctx().is_none());
    let metrics = test.stats().metrics();
    assert!(
        metrics[0].name.ends_with("user_stats.logins"),
        "{metrics:?}"
    );
    assert!(test.decks().default_deck().html().contains("logged in"));
    let lines = test.logs().lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].fields, [("user".to_owned(), "me".to_owned())]);
    assert!(test.logs().contains("INFO hello user=me"));
}

#[task]
fn started() -> i64 {
    let started = current_context().execution_date();
    let since = started.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    since.as_secs() as i64
}

#[workflow]
fn logins() -> (Vec<String>, i64) {
    let mut all = vec![];
    for user in ["a", "b", "c", "d"] {
        all.push(login(user));
    }
    (all, started())
}

#[test]
fn a_run_gives_it_to_tasks_on_every_thread() {
    let test = TestContext::new()
        .secret("db", "password", "secret")
        .clock(SystemTime::UNIX_EPOCH + Duration::from_secs(7));
    let (users, started) = test
        .run(|| Runner::local().jobs(4).run(logins::call()))
        .unwrap();
    assert_eq!((users.join(" ").as_str(), started), ("a:6 b:6 c:6 d:6", 7));
    assert_eq!(test.stats().metrics().len(), 4);
    let pages = test.decks().tasks();
    assert_eq!(pages.len(), 4);
    assert!(pages.iter().all(|page| {
        let html = page.default_deck().html();
        html.matches("logged in").count() == 1
    }));
    let mut users: Vec<_> = test
        .logs()
        .lines()
        .into_iter()
        .map(|line| line.fields[0].1.clone())
        .collect();
    users.sort();
    assert_eq!(users, ["a", "b", "c", "d"]);
}

#[test]
fn nothing_of_the_machine_is_a_secret_of_a_test() {
    let test = TestContext::new();
    let error = test.run(|| {
        current_context()
            .secrets()
            .unwrap()
            .get("path", "")
            .unwrap_err()
    });
    let error = error.to_string();
    assert!(
        error.starts_with("Unable to find secret for group = \"path\""),
        "{error}"
    );
    let error = test
        .run(|| login::run("me".into()))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("Unable to find secret for group = \"db\", key = \"password\""),
        "{error}"
    );
    let fix = r#"to fix it: TestContext::new().secret("db", "password", "..")"#;
    assert!(error.contains(fix), "{error}");
    // That of a whole group.
    let test = TestContext::new().secret("path", "", "of the test");
    let found = test.run(|| current_context().secrets().unwrap().get("path", ""));
    assert_eq!(found.unwrap().expose(), "of the test");
}

/// What a test that fails prints.
#[test]
fn logs_and_metrics_are_shown_line_by_line() {
    let test = TestContext::new();
    test.run(|| {
        tracing::info!(user = "me", "logged in");
        let context = current_context();
        context.stats().incr("logins");
        context.stats().gauge("load", 0.5);
    });
    assert_eq!(test.logs().to_string(), "INFO logged in user=me\n");
    assert_eq!(
        format!("{:?}", test.logs()),
        r#"["INFO logged in user=me"]"#
    );
    let shown = test.stats().to_string();
    let lines: Vec<_> = shown.lines().collect();
    for (line, part) in lines.iter().zip([".logins +1 {", ".load = 0.5 {"]) {
        assert!(line.contains(part) && line.ends_with('}'), "{line}");
    }
    assert_eq!(format!("{:?}", test.stats()), format!("{lines:?}"));
}

#[test]
fn a_checkpoint_that_was_given_is_that_of_the_task() {
    let sandbox = TempSandbox::new();
    SyncCheckpoint::new(sandbox.path().join("0"))
        .write(b"41")
        .unwrap();
    let checkpoint =
        SyncCheckpoint::new(sandbox.path().join("1")).with_source(sandbox.path().join("0"));
    let test = TestContext::new().checkpoint(checkpoint);
    let read = || {
        let told = current_context();
        told.checkpoint().unwrap().read().unwrap().unwrap()
    };
    assert_eq!(test.run(read), b"41");
    // One context is one task.
    test.run(|| {
        current_context()
            .checkpoint()
            .unwrap()
            .write(b"42")
            .unwrap();
    });
    assert_eq!(test.run(read), b"42");
}

#[test]
fn mocks_around_a_context_count_inside_of_it() {
    let test = TestContext::new().mock::<plus>(|(a, b)| a * 10 + b);
    assert_eq!(test.run(|| squares(1, 2)).unwrap(), 14);
    let _mocked = mock::<square>(|x| x);
    assert_eq!(test.run(|| squares(1, 2)).unwrap(), 12);
}

#[test]
fn async_code_is_tested_in_a_scope() {
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    runtime.block_on(async {
        let test = TestContext::new()
            .secret("db", "password", "secret")
            .mock::<square>(|x| x + 1);
        let sum = test.scope(async {
            tokio::task::yield_now().await;
            tracing::info!("in a scope");
            squares::call(1, 2).start().await.unwrap()
        });
        assert_eq!(sum.await, 5);
        assert!(test.logs().contains("in a scope"));
    });
}

#[task(secret_requests(secret(group = "machine", key = "path", env_var = "PATH")))]
fn wants_what_the_machine_has() -> i64 {
    1
}

/// A request with `env_var` is met by that variable, in the environment of the test and not of the machine.
#[test]
fn variables_of_the_machine_hand_no_secret_to_a_test() {
    assert_eq!(wants_what_the_machine_has::run().unwrap(), 1);
    let ended = TestContext::new().run(wants_what_the_machine_has::run);
    assert!(ended.unwrap_err().to_string().contains("machine"));
}
