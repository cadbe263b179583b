//! What nodes wait for, and how many tasks are known, as events tell it.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use flyte_runtime::{
    cache::Cache,
    events::{Event, EventKind, NodeKind},
    files::TempSandbox,
    gate::Answers,
    prelude::*,
    testing::{RecordedEvents, TestContext},
};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn add(a: i64, b: i64) -> i64 {
    a + b
}

#[workflow]
fn squares(a: i64, b: i64) -> i64 {
    add(square(a), square(b))
}

#[workflow]
fn chain(x: i64) -> i64 {
    square(square(x))
}

#[workflow]
fn everything(x: i64, xs: Vec<i64>) -> i64 {
    let power = squares(x, x);
    let list = xs.map(|x| of_one(x));
    if power > 10 {
        squares(power, list.at(0))
    } else {
        dynamic_sum(x)
    }
}

#[workflow]
fn squares_of_one(x: i64) -> i64 {
    square(square(x))
}

#[launch_plan]
fn of_one(x: i64) -> i64 {
    squares_of_one(x = x)
}

#[dynamic]
fn dynamic_sum(x: i64) -> i64 {
    let mut sum = square(x);
    for _ in 0..3 {
        sum = add(sum, x);
    }
    sum
}

/// Runs it with one job, so that everything happens in one order.
fn observed<E: Entity>(call: Call<E>) -> RecordedEvents {
    let events = RecordedEvents::new();
    let runner = Runner::local().jobs(1).observe(events.clone());
    if let Err(error) = runner.run(call) {
        panic!("{error}");
    }
    events
}

#[test]
fn a_node_that_is_ready_waits_for_a_permit_until_it_starts() {
    let lines = observed(squares::call(2, 3)).lines();
    let place = |line: &str| lines.iter().position(|own| own == line).unwrap();
    // The first goes on at once.
    assert!(!lines.contains(&"wait_started n0 permit".to_owned()));
    assert!(place("wait_started n1 permit") < place("node_started n0"));
    assert_eq!(place("node_started n1") + 1, place("attempt_started n1 0"));
    let lines = observed(chain::call(2)).lines();
    assert!(!lines.iter().any(|line| line.starts_with("wait_started")));
}

#[task]
fn fails(x: i64) -> Result<i64, String> {
    Err(format!("{x} is no good"))
}

#[workflow]
fn fails_beside(a: i64, b: i64) -> i64 {
    add(fails(a), square(b))
}

#[test]
fn a_node_that_waits_and_never_starts_is_skipped() {
    let events = RecordedEvents::new();
    let runner = Runner::local().jobs(1).observe(events.clone());
    runner.run(fails_beside::call(2, 3)).unwrap_err();
    let lines = events.lines();
    assert!(lines.contains(&"wait_started n1 permit".to_owned()));
    assert!(lines.contains(&"node_ended n1 skipped".to_owned()));
    assert!(!lines.contains(&"node_started n1".to_owned()));
}

/// The sums of `tasks` after each event that adds some.
fn known(events: &RecordedEvents) -> Vec<(String, usize)> {
    let mut sum = 0;
    let added = events.events().into_iter().filter_map(|event| {
        let (path, tasks) = match event.kind {
            EventKind::RunStarted { tasks, .. } => (String::new(), tasks),
            EventKind::NodeStarted { node, tasks, .. } | EventKind::GraphBuilt { node, tasks } => {
                (node.path.clone(), tasks)
            }
            _ => return None,
        };
        sum += tasks;
        (tasks > 0).then_some((path, sum))
    });
    added.collect()
}

#[test]
fn tasks_are_known_as_soon_as_their_graph_is() {
    let events = observed(everything::call(2, vec![1, 2, 3]));
    let own = |path: &str, tasks| (path.to_owned(), tasks);
    assert_eq!(
        known(&events),
        [own("", 3), own("n1", 9), own("n2", 10), own("n2/n1", 14)]
    );
    let ended = events.events().into_iter().filter(|event| {
        matches!(&event.kind, EventKind::NodeEnded { node, .. } if node.kind == NodeKind::Task)
    });
    assert_eq!(ended.count(), 14);
}

#[eager]
async fn calls(x: i64) -> Result<i64, RunError> {
    squares::call(x, x).await
}

#[test]
fn a_run_that_a_task_starts_adds_its_tasks() {
    let events = observed(calls::call(2));
    let sums: Vec<_> = known(&events).into_iter().map(|(_, sum)| sum).collect();
    assert_eq!(sums, [1, 4]);
}

#[workflow]
fn asks(x: i64) -> i64 {
    square(approve(square(x), "review", "1h"))
}

#[test]
fn a_gate_is_a_kind_of_its_own_and_waits_for_its_answer() {
    let events = RecordedEvents::new();
    let answers = Answers::new().approve("review");
    let runner = Runner::local().answers(answers).observe(events.clone());
    assert_eq!(runner.run(asks::call(3)).unwrap(), 81);
    assert_eq!(events.node("n1").unwrap().kind, NodeKind::Gate);
    let lines = events.lines();
    let place = lines
        .iter()
        .position(|line| line == "node_started n1")
        .unwrap();
    assert_eq!(
        lines[place + 1..place + 4],
        [
            "attempt_started n1 0",
            "wait_started n1 gate",
            "attempt_ended n1 0"
        ]
    );
}

/// Whether an equal call waits.
static WAITS: (Mutex<bool>, Condvar) = (Mutex::new(false), Condvar::new());

#[task(cache(version = "1", serialize))]
fn runs_alone(x: i64) -> i64 {
    let (waits, changed) = &WAITS;
    let waits = waits.lock().unwrap();
    let long = Duration::from_secs(60);
    drop(changed.wait_timeout_while(waits, long, |waits| !*waits));
    x
}

#[workflow]
fn equal_calls(x: i64) -> i64 {
    add(runs_alone(x), runs_alone(x))
}

#[test]
fn a_call_waits_for_an_equal_one_and_is_told_once() {
    let directory = TempSandbox::new();
    let cache = Cache::at(directory.create().unwrap());
    let events = RecordedEvents::new();
    let wake = |event: &Event| {
        if event.to_json()["reason"] == "equal call" {
            *WAITS.0.lock().unwrap() = true;
            WAITS.1.notify_all();
        }
    };
    let runner = Runner::local().jobs(2).cache(cache);
    let runner = runner.observe(events.clone()).observe(wake);
    assert_eq!(runner.run(equal_calls::call(4)).unwrap(), 8);
    let lines = events.lines();
    let waits: Vec<_> = lines
        .iter()
        .filter(|line| line.ends_with(" equal call"))
        .collect();
    assert_eq!(waits.len(), 1, "{lines:?}");
    let node = waits[0].split(' ').nth(1).unwrap();
    assert!(
        lines.contains(&format!("node_ended {node} cached")),
        "{lines:?}"
    );
}

#[task(retries(count = 1, backoff = "1ms"))]
fn fails_once() -> Result<i64, String> {
    match ctx().unwrap().attempt_number() {
        0 => Err("not yet".into()),
        _ => Ok(1),
    }
}

#[test]
fn a_node_waits_for_a_permit_again_when_its_backoff_is_over() {
    let lines = observed(fails_once::call()).lines();
    assert_eq!(
        lines[3..7],
        [
            "attempt_ended n0 0: not yet",
            "backoff_started n0 1",
            "wait_started n0 permit",
            "attempt_started n0 1"
        ]
    );
}

#[workflow]
fn sleeps() {
    sleep(duration = "10m");
}

#[test]
fn only_the_time_that_a_test_moves_is_waited_for() {
    let lines = observed(sleeps::call()).lines();
    assert!(!lines.iter().any(|line| line.contains("gate")), "{lines:?}");
    let events = TestContext::new()
        .clock(std::time::SystemTime::UNIX_EPOCH)
        .run(|| observed(sleeps::call()));
    assert!(events.lines().contains(&"wait_started n0 gate".to_owned()));
}

#[test]
fn waits_are_in_the_events_for_programs() {
    let events = Arc::new(observed(squares::call(2, 3)));
    let json: Vec<_> = events.events().iter().map(Event::to_json).collect();
    assert_eq!(json[0]["tasks"], 3);
    let wait = json
        .iter()
        .find(|line| line["event"] == "wait_started")
        .unwrap();
    assert_eq!(wait["reason"], "permit");
    assert_eq!(wait["node"], "n1");
    assert_eq!(wait["kind"], "task");
}
