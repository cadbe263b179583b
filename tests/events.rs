//! The events of runs: what observers are told, in which order, and what they cannot break.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test has no users and shows what failed"
)]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use flyte_runtime::{
    events::{Event, EventKind, JsonLines, NodeKind, NodeState},
    prelude::*,
    testing::{RecordedEvents, TestContext},
    types::Literal,
    view::Progress,
};

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn even(x: i64) -> Result<i64, String> {
    match x % 2 {
        0 => Ok(x),
        _ => Err(format!("{x} is odd")),
    }
}

#[task]
fn sum(xs: Vec<i64>) -> i64 {
    xs.iter().sum()
}

#[workflow]
fn inner(x: i64) -> i64 {
    square(square(x))
}

#[workflow]
fn everything(x: i64, xs: Vec<i64>) -> i64 {
    let power = inner(x);
    let squares = xs.map(|x| square(x));
    if power > 10 { sum(squares) } else { power }
}

fn observed<E: Entity>(call: &Call<E>) -> (RecordedEvents, Result<E::Output, RunError>) {
    let events = RecordedEvents::new();
    let ran = Runner::local()
        .jobs(1)
        .observe(events.clone())
        .run(call.clone());
    (events, ran)
}

fn ended(events: &RecordedEvents) -> Vec<String> {
    let ended = events.states().into_iter();
    ended
        .map(|(path, state)| format!("{path} {state}"))
        .collect()
}

#[test]
fn a_run_tells_everything_in_its_order() {
    let (events, result) = observed(&inner::call(3));
    assert_eq!(result.unwrap(), 81);
    assert_eq!(
        events.lines(),
        [
            "run_started",
            "node_started n0",
            "attempt_started n0 0",
            "attempt_ended n0 0",
            "node_ended n0 succeeded",
            "node_started n1",
            "attempt_started n1 0",
            "attempt_ended n1 0",
            "node_ended n1 succeeded",
            "run_ended succeeded",
        ]
    );
}

#[test]
fn workflows_branches_and_maps_are_nodes_around_theirs() {
    let (events, result) = observed(&everything::call(2, vec![1, 2]));
    assert_eq!(result.unwrap(), 5);
    let kinds: Vec<_> = events
        .events()
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::NodeStarted { node, .. } => Some((node.path.clone(), node.kind)),
            _ => None,
        })
        .collect();
    let kind = |path: &str| kinds.iter().find(|(own, _)| own == path).unwrap().1;
    assert_eq!(kind("n0"), NodeKind::Workflow);
    assert_eq!(kind("n0/n1"), NodeKind::Task);
    assert_eq!(kind("n1"), NodeKind::Map);
    assert_eq!(kind("n1[1]"), NodeKind::Task);
    assert_eq!(kind("n2"), NodeKind::Branch);
    // Every node that has started has ended, and after what is inside of it.
    let ended = ended(&events);
    assert_eq!(ended.len(), kinds.len(), "{ended:?}");
    assert_eq!(ended.last().unwrap(), "n2 succeeded");
    for (path, _) in &kinds {
        let place = |path: &str| {
            ended
                .iter()
                .position(|end| *end == format!("{path} succeeded"))
        };
        let parent = events.node(path).unwrap().parent().map(str::to_owned);
        if let Some(parent) = parent {
            assert!(place(path) < place(&parent), "{path} in {ended:?}");
        }
    }
}

#[workflow]
fn fails_in_the_middle(x: i64) -> i64 {
    square(even(x))
}

#[workflow]
fn fails_inside(x: i64) -> i64 {
    square(fails_in_the_middle(x))
}

#[test]
fn a_failure_is_told_of_the_task_and_of_all_around_it() {
    let (events, result) = observed(&fails_inside::call(3));
    result.unwrap_err();
    assert_eq!(
        ended(&events),
        ["n0/n0 failed", "n0/n1 skipped", "n0 failed", "n1 skipped"]
    );
    let lines = events.lines();
    assert!(lines.contains(&"node_ended n0/n0 failed: 3 is odd".to_owned()));
    assert!(lines.contains(&"node_ended n0 failed: node `n0/n0` failed: 3 is odd".to_owned()));
    assert_eq!(lines.last().unwrap(), "run_ended failed");
}

#[workflow]
fn most_are_even(xs: Vec<i64>) -> Vec<Option<i64>> {
    xs.map(|x| even(x)).min_successes(1)
}

#[test]
fn an_element_that_may_fail_has_failed_and_the_map_has_not() {
    let (events, result) = observed(&most_are_even::call(vec![2, 3]));
    assert_eq!(result.unwrap(), [Some(2), None]);
    assert_eq!(
        ended(&events),
        ["n0[0] succeeded", "n0[1] failed", "n0 succeeded"]
    );
}

#[workflow]
fn all_are_even(xs: Vec<i64>) -> Vec<i64> {
    xs.map(|x| even(x))
}

#[test]
fn elements_that_did_not_start_are_skipped() {
    let (events, result) = observed(&all_are_even::call(vec![2, 3, 4, 6]));
    result.unwrap_err();
    assert_eq!(
        ended(&events),
        [
            "n0[0] succeeded",
            "n0[1] failed",
            "n0[2] skipped",
            "n0[3] skipped",
            "n0 failed"
        ]
    );
}

#[task]
fn clean_up(x: i64) {
    assert!(x > 0);
}

#[workflow(on_failure = clean_up)]
fn cleans_up(x: i64) -> i64 {
    even(x)
}

#[test]
fn a_failure_handler_is_a_node() {
    let (events, result) = observed(&cleans_up::call(3));
    result.unwrap_err();
    assert_eq!(ended(&events), ["n0 failed", "fn0 succeeded"]);
}

#[dynamic]
fn squares_of(xs: Vec<i64>) -> i64 {
    let mut squares = Vec::new();
    for x in xs {
        squares.push(square(x));
    }
    sum(squares)
}

#[test]
fn a_dynamic_task_ends_when_what_it_has_built_does() {
    let (events, result) = observed(&squares_of::call(vec![1, 2]));
    assert_eq!(result.unwrap(), 5);
    assert_eq!(
        ended(&events),
        [
            "n0/dn0 succeeded",
            "n0/dn1 succeeded",
            "n0/dn2 succeeded",
            "n0 succeeded"
        ]
    );
}

#[eager]
async fn calls(x: i64) -> Result<i64, RunError> {
    let first = square::call(x).await?;
    let again = square::call(x).await?;
    inner::call(first - again + 2).await
}

#[test]
fn what_a_task_calls_is_below_it_under_the_same_path_every_time() {
    let (events, result) = observed(&calls::call(3));
    assert_eq!(result.unwrap(), 16);
    let ends = ended(&events);
    // `n0/square.HASH`, its node, the second call, and so on.
    assert_eq!(ends.len(), 8, "{ends:?}");
    let call = ends[1].strip_suffix(" succeeded").unwrap();
    assert!(call.starts_with("n0/square."), "{call}");
    assert_eq!(ends[0], format!("{call}/n0 succeeded"));
    assert_eq!(ends[3], format!("{call}.1 succeeded"));
    assert!(ends[6].starts_with("n0/inner."));
    assert_eq!(events.node(call).unwrap().kind, NodeKind::Call);
    let lines = events.lines();
    let runs = lines.iter().filter(|line| line.starts_with("run_"));
    assert_eq!(runs.count(), 2);
    for jobs in [1, 8] {
        let again = RecordedEvents::new();
        let runner = Runner::local().jobs(jobs).observe(again.clone());
        runner.run(calls::call(3)).unwrap();
        assert_eq!(ended(&again), ends);
    }
}

#[task]
async fn never() -> i64 {
    std::future::pending().await
}

#[workflow]
fn waits_for_ever() -> i64 {
    square(never())
}

#[task(retries(count = 1, backoff = "1ms"))]
fn fails_after_a_while() -> Result<(), String> {
    Err("no".into())
}

#[test]
fn a_wait_between_attempts_is_told() {
    let (events, result) = observed(&fails_after_a_while::call());
    result.unwrap_err();
    let lines = events.lines();
    let place = lines.iter().position(|line| line == "backoff_started n0 1");
    let place = place.unwrap();
    assert_eq!(lines[place - 1], "attempt_ended n0 0: no");
    // When the delay is over it waits for one of the jobs, like a node that has become ready.
    assert_eq!(lines[place + 1], "wait_started n0 permit");
    assert_eq!(lines[place + 2], "attempt_started n0 1");
}

#[task(timeout = "1ms")]
fn takes_long() {
    std::thread::sleep(std::time::Duration::from_millis(50));
}

#[test]
fn a_thread_that_is_left_behind_is_a_notice() {
    let (events, result) = observed(&takes_long::call());
    result.unwrap_err();
    let lines = events.lines();
    assert_eq!(lines[0], "run_started");
    let left = lines.iter().find(|line| line.starts_with("notice n0:"));
    assert!(
        left.unwrap().contains("its thread is left behind"),
        "{lines:?}"
    );
    assert_eq!(ended(&events), ["n0 failed"]);
}

#[tokio::test]
async fn a_run_that_is_dropped_has_cancelled_what_had_started() {
    let events = RecordedEvents::new();
    let seen = events.clone();
    let runner = Runner::local().observe(events.clone());
    let run = runner.start(waits_for_ever::call());
    let started = async {
        while seen.node("n0").is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = run => unreachable!(),
        () = started => {}
    }
    while !events.lines().contains(&"run_ended cancelled".to_owned()) {
        tokio::task::yield_now().await;
    }
    assert_eq!(ended(&events), ["n0 cancelled", "n1 skipped"]);
}

#[test]
fn values_are_there_for_who_asks() {
    let literals = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&literals);
    let runner = Runner::local().observe(move |event: &Event| {
        if let EventKind::NodeStarted { inputs, .. } = &event.kind {
            kept.lock()
                .unwrap()
                .push(inputs.literal("x").unwrap().unwrap());
        }
        if let EventKind::RunEnded { outputs, .. } = &event.kind {
            assert_eq!(outputs.get::<i64>("o0"), Some(&81));
            assert!(outputs.literal("o1").is_none());
        }
    });
    runner.run(inner::call(3)).unwrap();
    let expected = [Literal::integer(3), Literal::integer(9)];
    assert_eq!(*literals.lock().unwrap(), expected);
}

#[derive(Debug, serde::Serialize, serde::Deserialize, FlyteType)]
struct Counted {
    count: String,
}

static CLONES: AtomicU32 = AtomicU32::new(0);

impl Clone for Counted {
    fn clone(&self) -> Self {
        CLONES.fetch_add(1, Relaxed);
        Self {
            count: self.count.clone(),
        }
    }
}

#[task]
fn counted() -> Counted {
    Counted { count: "1".into() }
}

#[task]
fn takes(counted: Counted) -> Counted {
    counted
}

#[workflow]
fn moves() -> Counted {
    takes(takes(counted()))
}

#[test]
fn an_observer_that_keeps_nothing_costs_no_copy() {
    let runner = Runner::local().jobs(1).observe(|_: &Event| {});
    assert_eq!(runner.run(moves::call()).unwrap().count, "1");
    assert_eq!(CLONES.load(Relaxed), 0);
}

#[test]
fn an_observer_that_panics_is_left_alone_and_the_run_goes_on() {
    let told = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&told);
    let events = RecordedEvents::new();
    let test = TestContext::new();
    let result = test.run(|| {
        Runner::local()
            .observe(move |_: &Event| {
                count.fetch_add(1, Relaxed);
                panic!("no");
            })
            .observe(events.clone())
            .run(inner::call(3))
    });
    assert_eq!(result.unwrap(), 81);
    assert_eq!(told.load(Relaxed), 1);
    assert_eq!(events.lines().last().unwrap(), "run_ended succeeded");
    let warned = test.logs().lines();
    let warned = warned
        .iter()
        .filter(|line| line.to_string().contains("panicked"));
    assert_eq!(warned.count(), 1);
}

/// A file in memory.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[test]
fn json_lines_say_everything_but_values() {
    let file = Shared::default();
    let runner = Runner::local()
        .jobs(1)
        .observe(JsonLines::new(file.clone()));
    runner.run(fails_inside::call(77_773)).unwrap_err();
    let text = file.text();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["event"], "run_started");
    assert_eq!(lines[2]["node"], "n0/n0");
    assert_eq!(lines[2]["kind"], "task");
    let ended = lines
        .iter()
        .find(|line| line["event"] == "node_ended")
        .unwrap();
    assert_eq!(ended["state"], "failed");
    assert_eq!(ended["error"], "77773 is odd");
    assert!(ended["seconds"].as_f64().unwrap() >= 0.0);
    assert!(lines.iter().all(|line| line["run"] == lines[0]["run"]));
    assert!(
        lines
            .iter()
            .all(|line| line["at"].as_str().unwrap().ends_with('Z'))
    );
    // A failure is the task's to word; inputs are nowhere else.
    assert_eq!(
        text.matches("77773").count(),
        text.matches("77773 is odd").count()
    );
}

#[test]
fn progress_is_a_line_for_each_task_and_a_summary() {
    let file = Shared::default();
    let runner = Runner::local().jobs(1).observe(Progress::new(file.clone()));
    runner.run(fails_inside::call(3)).unwrap_err();
    let text = file.text();
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0].starts_with("run ") && lines[0].contains("fails_inside"),
        "{text}"
    );
    assert!(
        lines[1].contains("n0/n0") && lines[1].ends_with("attempt 0 failed: 3 is odd"),
        "{text}"
    );
    assert!(lines[2].contains(" failed in "), "{text}");
    assert!(lines[3].ends_with(": 1 failed, 2 did not run"), "{text}");
    assert_eq!(lines.len(), 4, "{text}");
}

#[test]
fn a_million_elements_are_not_a_million_lines() {
    let file = Shared::default();
    let runner = Runner::local().observe(Progress::new(file.clone()));
    runner.run(all_are_even::call(vec![2; 1_000])).unwrap();
    let text = file.text();
    assert!(text.lines().count() < 30, "{text}");
    assert!(text.contains(": 1000 ran"), "{text}");
}

#[test]
fn states_say_whether_there_are_outputs() {
    assert!(NodeState::Succeeded.is_success());
    assert!(!NodeState::Cancelled.is_success());
}

#[test]
fn an_attempt_tells_what_it_has_got_and_given_and_why_it_failed() {
    #[task(name = "events.told", retries(count = 1, backoff = "1h"))]
    fn told(x: i64) -> Result<i64, flyte_runtime::BoxError> {
        match ctx().unwrap().attempt_number() {
            0 => Err(TaskError::recoverable("in the way".parse::<i64>().unwrap_err()).into()),
            _ => Ok(x + 1),
        }
    }
    let events = RecordedEvents::new();
    let runner = Runner::local().observe(events.clone());
    let test = TestContext::new().clock(std::time::SystemTime::UNIX_EPOCH);
    assert_eq!(test.run(|| runner.run(told::call(3))).unwrap(), 4);
    let (mut began, mut ended) = (Vec::new(), Vec::new());
    for event in events.events() {
        match event.kind {
            EventKind::AttemptStarted { inputs, .. } => began.push(inputs.get::<i64>("x").copied()),
            EventKind::AttemptEnded {
                outputs,
                next,
                error,
                ..
            } => {
                let given = outputs.and_then(|outputs| outputs.get::<i64>("o0").copied());
                ended.push((given, next, error.is_some()));
            }
            _ => {}
        }
    }
    assert_eq!(began, [Some(3), Some(3)]);
    let hour = std::time::Duration::from_secs(3600);
    assert_eq!(ended, [(None, Some(hour), true), (Some(4), None, false)]);
}

/// The log is a reader of the same events, whether anybody else is or not.
#[test]
fn what_is_gone_over_is_in_the_log() {
    let log = |work: &dyn Fn()| {
        let test = TestContext::new();
        test.run(work);
        let lines = test.logs().lines();
        let warnings = lines
            .iter()
            .filter(|line| line.level == tracing::Level::WARN);
        warnings.map(ToString::to_string).collect::<Vec<_>>()
    };
    let most = || drop(most_are_even::run(vec![2, 3]).unwrap());
    let alone = log(&most);
    let [line] = alone.as_slice() else {
        panic!("{alone:?}");
    };
    assert!(
        line.contains("an element of a map failed, and enough others can succeed"),
        "{line}"
    );
    assert!(
        line.contains("n0[1]") && line.contains("3 is odd"),
        "{line}"
    );
    let observed = log(&|| drop(observed(&most_are_even::call(vec![2, 3])).1.unwrap()));
    assert_eq!(observed, alone);
}

/// So is the page of a task.
#[test]
fn the_page_of_a_task_says_what_caused_an_error() {
    #[derive(Debug)]
    struct Around(std::num::ParseIntError);
    impl std::fmt::Display for Around {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("no number")
        }
    }
    impl std::error::Error for Around {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    #[task(name = "events.with_a_cause", enable_deck)]
    fn with_a_cause() -> Result<(), Around> {
        Err(Around("x".parse::<i64>().unwrap_err()))
    }
    let test = TestContext::new();
    test.run(with_a_cause::run).unwrap_err();
    let error = test.decks().get("Error").unwrap().html();
    assert!(
        error.contains("no number\ncaused by: invalid digit found in string"),
        "{error}"
    );
    let (events, _) = observed(&with_a_cause::call());
    let causes = events
        .events()
        .into_iter()
        .find_map(|event| match event.kind {
            EventKind::AttemptEnded { causes, .. } => Some(causes.to_vec()),
            _ => None,
        });
    assert_eq!(causes.unwrap(), ["invalid digit found in string"]);
}

/// A sync task that does not listen goes on, and what it does is no part of the run any more.
#[test]
fn a_run_that_is_left_behind_has_cancelled_its_nodes_and_tells_nothing_after_its_end() {
    static STARTED: std::sync::Barrier = std::sync::Barrier::new(2);
    static GOES_ON: std::sync::Barrier = std::sync::Barrier::new(2);
    #[task(name = "events.deaf")]
    fn deaf(x: i64) -> i64 {
        STARTED.wait();
        GOES_ON.wait();
        x
    }

    #[workflow(name = "events.around_the_deaf")]
    fn around(x: i64) -> i64 {
        deaf(x)
    }

    #[workflow(name = "events.left_behind")]
    fn left_behind(x: i64) -> i64 {
        square(around(x))
    }

    let events = RecordedEvents::new();
    let token = flyte_runtime::CancellationToken::new();
    let runner = Runner::local()
        .observe(events.clone())
        .cancellation(&token)
        .grace_period(std::time::Duration::from_millis(1));
    let run = std::thread::spawn(move || runner.run(left_behind::call(2)));
    STARTED.wait();
    token.cancel();
    let result = run.join().unwrap();
    assert!(matches!(result, Err(RunError::Cancelled { .. })));
    assert_eq!(ended(&events), ["n0/n0 cancelled", "n0 cancelled"]);
    let lines = events.lines();
    assert_eq!(lines.last().unwrap(), "run_ended cancelled");
    GOES_ON.wait();
    // Time for the engine to be told, and to say nothing.
    std::thread::sleep(std::time::Duration::from_millis(50));
    assert_eq!(events.lines(), lines);
}

/// How many tasks that were left behind have come to their ends.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// Runs calls as long as it takes, whatever becomes of them.
#[task(timeout = "20ms")]
fn goes_on_alone() -> i64 {
    let runner = Runner::local();
    let started = std::time::Instant::now();
    let mut last = 0;
    while started.elapsed() < std::time::Duration::from_millis(200) {
        last = runner.run(inner::call(2)).unwrap_or_default();
    }
    LEFT.fetch_add(1, Relaxed);
    last
}

#[test]
fn nothing_is_told_after_the_end_of_a_run_and_nothing_stays_open() {
    const RUNS: u32 = 20;
    let all: Vec<_> = (0..RUNS)
        .map(|_| {
            // On a busy machine it may be told late that its time is over.
            let (events, _ran) = observed(&goes_on_alone::call());
            events
        })
        .collect();
    while LEFT.load(Relaxed) < RUNS {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    for events in all {
        let events = events.events();
        let (last, before) = events.split_last().unwrap();
        assert!(matches!(last.kind, EventKind::RunEnded { .. }), "{last:?}");
        let mut open = std::collections::BTreeSet::new();
        for event in before {
            match &event.kind {
                EventKind::NodeStarted { node, .. } => assert!(open.insert(&node.path)),
                EventKind::NodeEnded { node, state, .. } if *state != NodeState::Skipped => {
                    assert!(open.remove(&node.path), "{} {state}", node.path);
                }
                _ => {}
            }
        }
        assert_eq!(open, std::collections::BTreeSet::new());
    }
}
