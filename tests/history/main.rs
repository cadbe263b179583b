//! Histories of runs, and runs that are resumed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

mod damage;
mod files;
mod knowledge;
mod places;
mod program;
mod shown;
mod store;

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex},
    time::{Duration, SystemTime},
};

use flyte_runtime::{
    compat::current_context,
    events::{NodeState, Recalled},
    files::{DataError, TempSandbox},
    graph::WorkflowBuilder,
    history::{History, ResumeError, RunStatus},
    prelude::*,
    testing::{RecordedEvents, TestContext},
    types::{FlyteType, Literal, LiteralType, StructField, StructType, TypeError, Value},
};

/// How often something ran, by a name that no other test uses.
static RAN: LazyLock<Mutex<HashMap<String, u32>>> = LazyLock::new(Mutex::default);

fn ran(name: &str) -> u32 {
    RAN.lock().unwrap().get(name).copied().unwrap_or_default()
}

fn count(name: &str) -> u32 {
    let mut ran = RAN.lock().unwrap();
    let count = ran.entry(name.to_owned()).or_default();
    *count += 1;
    *count
}

fn history() -> (TempSandbox, History) {
    let sandbox = TempSandbox::new();
    let history = History::in_dir(sandbox.create().unwrap());
    (sandbox, history)
}

fn id(history: &History) -> String {
    history.runs().unwrap()[0].id().to_owned()
}

#[task]
fn double(test: String, x: i64) -> i64 {
    count(&format!("{test} double {x}"));
    2 * x
}

/// Fails when it runs for the first time in a test.
#[task]
fn fails_once(test: String, x: i64) -> Result<i64, String> {
    match count(&format!("{test} fails_once {x}")) {
        1 => Err(format!("not with {x}")),
        _ => Ok(x + 1),
    }
}

#[workflow]
fn chain(test: String, x: i64) -> i64 {
    let doubled = double(test, x);
    let more = fails_once(test, doubled);
    double(test, more)
}

#[test]
fn a_failed_run_is_recorded_and_goes_on_where_it_failed() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = chain::call("failed".into(), 3);
    let before = SystemTime::now() - Duration::from_secs(1);
    runner.run(call.clone()).unwrap_err();

    let id = id(&history);
    let run = history.run(&id).unwrap();
    assert_eq!(run.status(), RunStatus::Failed);
    assert!(run.entity().ends_with("chain"));
    assert!(run.error().unwrap().contains("not with 6"));
    assert!(run.started() > before);
    assert_eq!(run.inputs().get("x"), Some(&Literal::integer(3)));
    let node = run.node("n0").unwrap();
    assert_eq!(node.status, RunStatus::Succeeded);
    assert_eq!(node.outputs.get("o0"), Some(&Literal::integer(6)));
    assert!(node.took().is_some());
    let failed = run.node("n1").unwrap();
    assert_eq!(failed.status, RunStatus::Failed);
    assert_eq!(failed.error.as_deref(), Some("not with 6"));
    assert_eq!(failed.inputs.get("x"), Some(&Literal::integer(6)));
    assert_eq!(run.node("n2").unwrap().status, RunStatus::Skipped);

    let events = RecordedEvents::new();
    let resumed = runner.clone().observe(events.clone()).resume(&id);
    assert_eq!(resumed.run(call.clone()).unwrap(), 14);
    assert_eq!(ran("failed double 3"), 1);
    assert_eq!(ran("failed double 7"), 1);
    assert_eq!(
        events.state("n0"),
        Some(NodeState::Recalled(Recalled::Resumed))
    );
    assert_eq!(events.state("n1"), Some(NodeState::Succeeded));
    // The same run, by id and time.
    let again = history.run(&id).unwrap();
    assert_eq!(history.runs().unwrap().len(), 1);
    assert_eq!(again.status(), RunStatus::Succeeded);
    assert_eq!(again.started(), run.started());
    assert_eq!(again.resumed(), 1);
    assert_eq!(again.outputs().get("o0"), Some(&Literal::integer(14)));
    assert!(
        again
            .nodes()
            .iter()
            .all(|node| node.status == RunStatus::Succeeded)
    );
    let told = &events.events()[0].run;
    assert_eq!(
        (&told.id, told.started, told.resumed),
        (&id, run.started(), true)
    );

    // What has succeeded gives what it gave, and runs nothing.
    assert_eq!(runner.resume("last").run(call).unwrap(), 14);
    assert_eq!(ran("failed double 7"), 1);
}

#[workflow]
fn inner(test: String, x: i64) -> i64 {
    fails_once(test, double(test, x))
}

#[dynamic]
fn built(test: String, x: i64) -> i64 {
    let a = double(test.clone(), x);
    fails_once(test, a)
}

#[workflow]
fn everywhere(test: String, xs: Vec<i64>) -> i64 {
    let mapped = xs.map(|x| double(test, x));
    let a = inner(test, mapped.at(0));
    let b = built(test, a);
    if b > 10 {
        fails_once(test, double(test, b))
    } else {
        b
    }
}

#[test]
fn tasks_are_taken_up_in_maps_workflows_branches_and_dynamic_tasks() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = everywhere::call("everywhere".into(), vec![1, 2, 3]);
    runner.run(call.clone()).unwrap_err();
    let id = id(&history);
    let runner = runner.resume(&id);
    // Each time one more of those that fail once has.
    for _ in 0..2 {
        runner.run(call.clone()).unwrap_err();
    }
    // 1 → 2 → 4 → 5 → 10 → 11 → 22 → 23.
    assert_eq!(runner.run(call).unwrap(), 23);
    for x in [1, 2, 3, 5, 11] {
        assert_eq!(
            ran(&format!("everywhere double {x}")),
            if x == 2 { 2 } else { 1 },
            "{x}"
        );
    }
    for x in [4, 10, 22] {
        assert_eq!(ran(&format!("everywhere fails_once {x}")), 2, "{x}");
    }
    assert_eq!(history.run(&id).unwrap().resumed(), 3);
}

#[task]
fn number() -> i64 {
    i64::from(count("number"))
}

#[workflow]
fn renumbered(test: String) -> i64 {
    let a = fails_once(test, 0);
    let b = double(test, number());
    double(test, a) >> b;
    b
}

#[test]
fn another_call_of_the_same_program_cannot_take_over_a_run() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    runner.run(chain::call("other".into(), 3)).unwrap_err();
    let id = id(&history);
    let resumed = runner.resume(&id);
    let message = |error: RunError| match error {
        RunError::Resume(error @ ResumeError::Differs { .. }) => error.to_string(),
        other => panic!("{other}"),
    };
    let other = message(resumed.run(chain::call("other".into(), 4)).unwrap_err());
    assert!(other.contains("its input `x` was another"), "{other}");
    let other = message(resumed.run(renumbered::call("other".into())).unwrap_err());
    assert!(other.contains("it was a run of `history.chain`"), "{other}");
    let unknown = runner_of(&history, "19").run(chain::call("other".into(), 3));
    let unknown = unknown.unwrap_err().to_string();
    assert!(unknown.contains("there is no run `19`"), "{unknown}");
    assert_eq!(ran("other fails_once 6"), 1);
}

fn runner_of(history: &History, id: &str) -> Runner {
    Runner::local().history(history).resume(id)
}

#[test]
fn a_program_that_has_changed_says_what_has() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    type Node = fn(Promise<String>, Promise<i64>) -> Promise<i64>;
    let build = |tasks: &[Node]| {
        let mut workflow = WorkflowBuilder::new("history.changing");
        let test = workflow.add_workflow_input::<String>("test");
        let mut last = workflow.add_workflow_input::<i64>("x");
        for task in tasks {
            last = workflow.add(|| task(test, last));
        }
        workflow.add_workflow_output::<i64>("o0", last);
        workflow.build().unwrap()
    };
    let doubles: fn(_, _) -> _ = |test, x| double::node(test, x);
    let fails: fn(_, _) -> _ = |test, x| fails_once::node(test, x);
    let inputs = || vec![Value::new("changing".to_owned()), Value::new(3_i64)];
    let first = build(&[doubles, fails]);
    runner.run_values(first.descriptor(), inputs()).unwrap_err();
    let runner = runner.resume("last");
    for (tasks, expected) in [
        (
            vec![doubles],
            "`history.changing` has no node `n1` any more, which ran `history.fails_once`",
        ),
        (
            vec![doubles, doubles],
            "node `n1` of `history.changing` ran `history.fails_once` and runs `history.double` now",
        ),
        (
            vec![fails, doubles],
            "node `n0` of `history.changing` ran `history.double` and runs `history.fails_once` now",
        ),
        (
            vec![doubles, fails, doubles],
            "`history.changing` has a new node `n2`, which runs `history.double`",
        ),
    ] {
        let changed = build(&tasks);
        let error = runner
            .run_values(changed.descriptor(), inputs())
            .unwrap_err();
        let error = error.to_string();
        assert!(error.contains(expected), "{error}");
    }
    let same = build(&[doubles, fails]);
    runner.run_values(same.descriptor(), inputs()).unwrap();
    assert_eq!(ran("changing double 3"), 1);
}

/// How the program calls the field of a [`Reading`]: it changes between a run and its resumption.
static UNIT: Mutex<&str> = Mutex::new("celsius");

/// A struct that takes what lacks its field for zero, as one with `#[serde(default)]` does.
#[derive(Clone, Debug)]
struct Reading(i64);

impl FlyteType for Reading {
    fn literal_type() -> LiteralType {
        let field = StructField::new(*UNIT.lock().unwrap(), LiteralType::Integer);
        LiteralType::Struct(StructType::new("Reading", vec![field]))
    }

    fn to_literal(&self) -> Result<Literal, TypeError> {
        BTreeMap::from([((*UNIT.lock().unwrap()).to_owned(), self.0)]).to_literal()
    }

    fn from_literal(literal: Literal) -> Result<Self, TypeError> {
        let fields = BTreeMap::<String, i64>::from_literal(literal)?;
        let field = fields.get(*UNIT.lock().unwrap());
        Ok(Self(field.copied().unwrap_or_default()))
    }
}

#[task]
fn measures(test: String) -> Reading {
    count(&format!("{test} measures"));
    Reading(21)
}

#[task]
fn reports(test: String, reading: Reading) -> Result<i64, String> {
    match count(&format!("{test} reports")) {
        1 => Err("not yet".into()),
        _ => Ok(reading.0),
    }
}

#[workflow]
fn through_a_struct(test: String) -> i64 {
    reports(test, measures(test))
}

#[test]
fn what_was_of_a_type_with_other_fields_is_made_again() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = through_a_struct::call("other fields".into());
    runner.run(call.clone()).unwrap_err();
    *UNIT.lock().unwrap() = "kelvin";
    let events = RecordedEvents::new();
    let runner = runner.observe(events.clone()).resume("last");
    assert_eq!(runner.run(call).unwrap(), 21);
    assert_eq!(ran("other fields measures"), 2);
    let told = events.lines().join("\n");
    assert!(told.contains("output `o0` was of another type"), "{told}");
}

#[task(retries = 2)]
fn counts_up(test: String, until: i64) -> Result<i64, String> {
    let told = current_context();
    let checkpoint = told.checkpoint().unwrap();
    let before = checkpoint.read().unwrap();
    let before = before.map_or(0, |bytes| i64::from_le_bytes(bytes.try_into().unwrap()));
    checkpoint.write(&(before + 1).to_le_bytes()).unwrap();
    count(&format!("{test} counts_up"));
    match before + 1 {
        at if at == until => Ok(at),
        at => Err(format!("at {at} only")),
    }
}

#[test]
fn the_next_attempt_finds_the_checkpoint_of_the_last_process() {
    let (sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = counts_up::call("checkpoint".into(), 8);
    runner.run(call.clone()).unwrap_err();
    let runner = runner.resume("last");
    runner.run(call.clone()).unwrap_err();
    assert_eq!(runner.run(call).unwrap(), 8);
    assert_eq!(ran("checkpoint counts_up"), 8);
    // Nothing of the tasks' directories is left when the run has succeeded.
    let run = history.run("last").unwrap();
    assert!(!run.directory().join("files").exists());
    drop(sandbox);
}

#[eager]
async fn calls(test: String, x: i64) -> Result<i64, RunError> {
    let a = double::call(test.clone(), x);
    let b = double::call(test.clone(), x + 1);
    let (a, b) = tokio::try_join!(a.into_future(), b.into_future())?;
    let again = double::call(test.clone(), x).await?;
    let last = chain::call(test, a + b + again).await;
    Ok(last? + again)
}

#[test]
fn an_eager_task_gets_what_its_calls_gave_before() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = calls::call("eager".into(), 1);
    runner.run(call.clone()).unwrap_err();
    assert_eq!(ran("eager double 1"), 2);
    let run = history.run("last").unwrap();
    let paths: Vec<_> = run.nodes().iter().map(|node| node.path.as_str()).collect();
    let calls = paths.iter().filter(|path| path.matches('/').count() == 1);
    assert_eq!(calls.count(), 4, "{paths:?}");

    let events = RecordedEvents::new();
    let result = runner.resume("last").observe(events.clone()).run(call);
    // (2 + 4 + 2) → 16 → 17 → 34, and 2.
    assert_eq!(result.unwrap(), 36);
    assert_eq!(ran("eager double 1"), 2);
    assert_eq!(ran("eager double 2"), 1);
    assert_eq!(ran("eager double 8"), 1);
    assert_eq!(ran("eager fails_once 16"), 2);
    let states = events.states();
    let recalled = states
        .iter()
        .filter(|(_, state)| *state == NodeState::Recalled(Recalled::Resumed));
    // Three calls, and the first node of the fourth.
    assert_eq!(recalled.count(), 4, "{states:?}");
}

#[eager]
async fn diverges(test: String) -> Result<i64, RunError> {
    let x = i64::from(count(&format!("{test} diverges")));
    let first = double::call(test.clone(), 10 * x).await?;
    let second = double::call(test.clone(), 5).await?;
    fails_once::call(test, first)
        .await
        .map(|last| last + second)
}

#[test]
fn calls_that_an_eager_task_did_not_make_before_run() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = diverges::call("diverges".into());
    runner.run(call.clone()).unwrap_err();
    runner.resume("last").run(call.clone()).unwrap_err();
    assert_eq!(ran("diverges double 10"), 1);
    // Another call in the first one's place; the one after it was made before.
    assert_eq!(ran("diverges double 20"), 1);
    assert_eq!(ran("diverges double 5"), 1);
}

/// Ends when it runs for the second time.
#[task]
async fn waits_once(test: String, x: i64) -> i64 {
    if count(&format!("{test} waits_once")) == 1 {
        std::future::pending::<()>().await;
    }
    x
}

#[workflow]
fn waits(test: String) -> i64 {
    waits_once(test, double(test, 4))
}

#[tokio::test]
async fn a_run_that_was_cancelled_goes_on() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = waits::call("cancelled".into());
    let run = runner.start(call.clone());
    let begun = async {
        while ran("cancelled waits_once") == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = run => unreachable!(),
        () = begun => {}
    }
    while history.run("last").unwrap().status() == RunStatus::Running {
        tokio::task::yield_now().await;
    }
    let run = history.run("last").unwrap();
    assert_eq!(run.status(), RunStatus::Cancelled);
    assert_eq!(run.node("n1").unwrap().status, RunStatus::Cancelled);
    // The process, or here the engine, lets go of the run after it has said how it ended.
    let result = loop {
        match runner.clone().resume(run.id()).start(call.clone()).await {
            Err(RunError::Resume(ResumeError::Running { .. })) => {}
            result => break result,
        }
    };
    assert_eq!(result.unwrap(), 8);
    assert_eq!(ran("cancelled double 4"), 1);
}

#[task]
fn beyond(test: String) -> u64 {
    count(&format!("{test} beyond"));
    u64::MAX
}

#[task]
fn least(test: String, x: u64) -> Result<i64, String> {
    match count(&format!("{test} least")) {
        1 => Err("not yet".into()),
        _ => Ok((x % 10) as i64),
    }
}

#[workflow]
fn not_encodable(test: String) -> i64 {
    least(test, beyond(test))
}

#[test]
fn what_has_no_literal_runs_again() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = not_encodable::call("beyond".into());
    runner.run(call.clone()).unwrap_err();
    let run = history.run("last").unwrap();
    let (_, output) = run.node("n0").unwrap().outputs.iter().next().unwrap();
    output.unwrap_err();
    assert_eq!(runner.resume("last").run(call).unwrap(), 5);
    assert_eq!(ran("beyond beyond"), 2);
}

#[test]
fn a_test_can_record_and_its_clock_is_that_of_the_run() {
    let (_sandbox, history) = history();
    let started = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    let test = TestContext::new().clock(started);
    let runner = Runner::local().history(&history);
    let call = chain::call("clock".into(), 1);
    test.run(|| runner.run(call.clone())).unwrap_err();
    assert_eq!(history.run("last").unwrap().started(), started);
    // Also without the test's clock.
    assert_eq!(runner.resume("last").run(call).unwrap(), 6);
    assert_eq!(history.run("last").unwrap().started(), started);
}

#[workflow]
fn twice(test: String, xs: Vec<i64>) -> i64 {
    let mapped = xs.map(|x| double(test, x));
    let first = doubled(test, mapped.at(0));
    let second = doubled(test, mapped.at(1));
    if second > 0 {
        chain(test, first)
    } else {
        first
    }
}

#[workflow]
fn doubled(test: String, x: i64) -> i64 {
    double(test, double(test, x))
}

#[test]
fn a_run_that_goes_on_writes_nothing_of_what_had_ended() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = twice::call("written".into(), vec![1, 2, 3]);
    runner.run(call.clone()).unwrap_err();
    let before = history.records("last").unwrap().len();
    assert_eq!(runner.resume("last").run(call).unwrap(), 34);
    let written = history.records("last").unwrap();
    let told: Vec<_> = written[before..]
        .iter()
        .map(|record| {
            let node = record["node"].as_str().unwrap_or_default();
            let line = format!("{} {node}", record["record"].as_str().unwrap());
            line.trim_end().to_owned()
        })
        .collect();
    assert_eq!(
        told,
        [
            "resumed",
            "node_started n3",
            "node_started n3/n0",
            "node_started n3/n0/n1",
            "attempt_started n3/n0/n1",
            "attempt_ended n3/n0/n1",
            "node_ended n3/n0/n1",
            "node_started n3/n0/n2",
            "attempt_started n3/n0/n2",
            "attempt_ended n3/n0/n2",
            "node_ended n3/n0/n2",
            "node_ended n3/n0",
            "node_ended n3",
            "ended",
        ]
    );
}

#[task]
fn last_digit(x: u64) -> i64 {
    (x % 10) as i64
}

#[workflow]
fn digits(test: String) -> i64 {
    last_digit(beyond(test))
}

#[workflow]
fn more_digits(test: String) -> i64 {
    fails_once(test, digits(test))
}

#[test]
fn what_runs_again_inside_of_what_had_ended_is_written_behind_it() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let call = more_digits::call("inside".into());
    runner.run(call.clone()).unwrap_err();
    let before = history.run("last").unwrap();
    assert_eq!(runner.resume("last").run(call).unwrap(), 6);
    assert_eq!(ran("inside beyond"), 2);
    let after = history.run("last").unwrap();
    let (before, around) = (before.node("n0").unwrap(), after.node("n0").unwrap());
    let inside = after.node("n0/n0").unwrap();
    assert!(around.started > before.ended);
    assert!(around.started <= inside.started && inside.ended <= around.ended);
    assert_eq!(around.outputs.get("o0"), Some(&Literal::integer(5)));
    assert_eq!(around.status, RunStatus::Succeeded);
}
