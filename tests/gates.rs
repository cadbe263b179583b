//! Gates: sleeping, approvals and inputs as nodes, and who answers them in runs on this machine.
#![allow(
    clippy::print_stdout,
    reason = "a test that another one starts tells it what happened"
)]

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use flyte_core::graph::gate::GateCondition;
use flyte_runtime::{
    context::FlyteContext,
    gate::{Answer, Answers, Asked, GateError, Question},
    graph::{CompileProblem, NodeTarget, conditional},
    prelude::*,
    testing::{ManualClock, TestContext},
};

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[task]
fn join(text: String, count: i64) -> String {
    format!("{text}-{count}")
}

#[task]
fn named() -> Named {
    Named {
        total: 3,
        label: "three".to_owned(),
    }
}

#[derive(Clone, Debug, FlyteOutputs)]
struct Named {
    total: i64,
    label: String,
}

#[workflow]
fn released(x: i64) -> String {
    let doubled = approve(double(x), "review", "2h");
    let text = wait_for_input::<String>("title", Duration::from_secs(60));
    let pause = sleep("10m");
    let joined = join(text, double(doubled));
    pause >> joined;
    joined
}

#[workflow]
fn by_name(x: i64) -> String {
    let doubled = approve(item = double(x), name = "review", timeout = "2h");
    let again = approve(name = "again", item = double(doubled));
    let text = wait_for_input::<String>(name = "title");
    let pause = sleep(duration = "10m");
    let joined = join(text, again);
    pause >> joined;
    joined
}

#[workflow]
fn outer(x: i64) -> String {
    released(x)
}

#[workflow]
fn approves_parts() -> (i64, String) {
    let named = named();
    let total = approve(named.total, "total", 60);
    (total, approve(named.label, "label", 60))
}

#[workflow]
fn lists(xs: Vec<i64>) -> i64 {
    let more = wait_for_input::<Vec<i64>>("more", "1h");
    approve(double(more.at(1)), "sum", "1h");
    double(xs.at(0))
}

fn answers() -> Answers {
    Answers::new()
        .approve("review")
        .input("title", "a".to_owned())
}

#[test]
fn gates_are_called_by_name_and_wait_for_an_hour_when_nobody_says_otherwise() {
    let timeouts: Vec<_> = by_name::graph()
        .expect("it compiles")
        .nodes()
        .iter()
        .filter_map(|node| Some(node.gate()?.to_string()))
        .collect();
    assert_eq!(
        timeouts,
        [
            "approve review within 2h",
            "approve again within 1h",
            "wait for title: string within 1h",
            "sleep 10m"
        ]
    );
    let answers = answers().approve("again");
    let joined = Runner::local().answers(answers).run(by_name::call(2));
    assert_eq!(joined.expect("it runs"), "a-8");
}

/// The error of the gate that ended a run.
fn gate_error(error: &RunError) -> &GateError {
    let RunError::Failed(failure) = error else {
        panic!("{error}");
    };
    let flyte_runtime::error::FailureCause::Error(error) = &failure.first.cause else {
        panic!("{error}");
    };
    error.downcast_ref().expect("it is of a gate")
}

#[test]
fn gates_open_with_the_answers_that_are_given_beforehand() {
    let runner = Runner::local().answers(answers());
    assert_eq!(runner.run(released::call(3)).expect("it runs"), "a-12");
    assert_eq!(runner.run(outer::call(1)).expect("it runs"), "a-4");
    let one_job = runner.jobs(1);
    assert_eq!(one_job.run(released::call(3)).expect("it runs"), "a-12");
}

#[test]
fn answers_may_be_written_as_people_write_them() {
    let answers = Answers::new()
        .text("review", "yes")
        .text("title", "3 apples");
    let runner = Runner::local().answers(answers);
    assert_eq!(
        runner.run(released::call(1)).expect("it runs"),
        "3 apples-4"
    );
    let answers = Answers::new().text("more", "[1, 2]").text("sum", "Y");
    let runner = Runner::local().answers(answers);
    assert_eq!(runner.run(lists::call(vec![4])).expect("it runs"), 8);
}

/// flytekit's `FlyteDisapprovalException`, in its words.
#[test]
fn a_no_fails_the_gate_and_all_behind_it() {
    let answers = answers().disapprove("review");
    let error = Runner::local()
        .jobs(1)
        .answers(answers)
        .run(released::call(3))
        .expect_err("it was not approved");
    assert!(matches!(gate_error(&error), GateError::Disapproved { gate } if gate == "review"));
    let text = error.to_string();
    for part in [
        "gate `review` failed (node n1 of `gates.released`)",
        "User did not approve the transaction for gate node review",
        "with: o0 = 6",
        "gate at tests/gates.rs:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_closure_sees_what_is_asked() {
    let asked: Arc<Mutex<Vec<Question>>> = Arc::default();
    let seen = Arc::clone(&asked);
    let runner = Runner::local().answers(move |question: &Question| {
        seen.lock().expect("nobody panics").push(question.clone());
        Ok(match &question.asked {
            Asked::Approval { .. } => Answer::Approve,
            _ => Answer::value("b".to_owned()),
        })
    });
    assert_eq!(runner.run(outer::call(2)).expect("it runs"), "b-8");
    let mut asked = asked.lock().expect("nobody panics").clone();
    asked.sort_by(|a, b| a.gate.cmp(&b.gate));
    let [review, title] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(review.node, "n0/n1");
    assert_eq!(review.timeout, Duration::from_secs(7200));
    assert!(matches!(&review.asked, Asked::Approval { value } if value == "4"));
    assert_eq!(title.timeout, Duration::from_secs(60));
    assert!(
        matches!(&title.asked, Asked::Input(info) if info.literal_type().to_string() == "string")
    );
}

#[test]
fn an_answer_that_does_not_come_fails_the_gate_at_its_timeout() {
    #[workflow(name = "gates.late")]
    fn late() -> i64 {
        wait_for_input::<i64>("slow", Duration::from_millis(5))
    }

    let runner = Runner::local().answers(|_: &Question| {
        std::thread::park();
        Ok(Answer::value(1_i64))
    });
    let error = runner.run(late::call()).expect_err("nobody answers");
    let text = error.to_string();
    assert!(
        text.contains("nobody answered the gate `slow` within 5ms"),
        "{text}"
    );
    assert!(matches!(gate_error(&error), GateError::TimedOut { .. }));
}

/// The tests' standard input is no terminal.
#[test]
fn without_a_terminal_a_gate_fails_and_says_what_to_do() {
    let output = std::process::Command::new(std::env::current_exe().expect("it is running"))
        .args(["--exact", "asks_the_terminal", "--ignored", "--nocapture"])
        .stdin(std::process::Stdio::null())
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("the gate `alone` asks on the terminal, and standard input is not one"),
        "{text}"
    );
    assert!(
        text.contains("`Runner::answers`") && text.contains("`--answer alone=..`"),
        "{text}"
    );
}

#[test]
#[ignore = "started by another test, with a standard input that is no terminal"]
fn asks_the_terminal() {
    #[workflow(name = "gates.alone")]
    fn alone() -> i64 {
        wait_for_input::<i64>("alone", "1h")
    }

    println!("{}", alone().expect_err("there is nobody to ask"));
}

/// The second gate does not wait for the line that the first one has not got.
#[cfg(target_os = "linux")]
#[test]
fn a_gate_that_has_timed_out_leaves_the_terminal_to_the_next() {
    use std::{
        fs::File,
        io::{Read as _, Write as _},
        process::{Command, Stdio},
    };

    let terminal = nix::pty::openpty(None, None).expect("there are terminals");
    let slave = |file: &std::os::fd::OwnedFd| Stdio::from(file.try_clone().expect("it is open"));
    let child = Command::new(std::env::current_exe().expect("it is running"))
        .args(["--exact", "asks_twice", "--ignored", "--nocapture"])
        .stdin(slave(&terminal.slave))
        .stderr(slave(&terminal.slave))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(terminal.slave);
    let mut terminal = File::from(terminal.master);
    let (mut shown, mut buffer, mut typed) = (String::new(), [0; 256], 0);
    // Reading fails when the last process has left the terminal.
    while let Ok(length @ 1..) = terminal.read(&mut buffer) {
        shown += &String::from_utf8_lossy(&buffer[..length]);
        if typed == 0 && shown.contains("first: integer = ") {
            terminal.write_all(b"12").expect("it is open");
            typed += 1;
        }
        if typed == 1 && shown.contains("second: integer = ") {
            terminal.write_all(b"7\n").expect("it is open");
            typed += 1;
        }
    }
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("nobody answered the gate `first` within 300ms"),
        "{text}"
    );
    assert!(text.contains("the second gave 7"), "{text}");
    let too_late = "first: too late, the gate no longer waits for an answer";
    assert!(shown.contains(too_late), "{shown}");
}

#[test]
#[ignore = "started by another test, with a terminal"]
fn asks_twice() {
    #[workflow(name = "gates.first")]
    fn first() -> i64 {
        wait_for_input::<i64>("first", Duration::from_millis(300))
    }

    #[workflow(name = "gates.second")]
    fn second() -> i64 {
        wait_for_input::<i64>("second", "1m")
    }

    println!("{}", first().expect_err("nobody answers"));
    println!("the second gave {}", second().expect("it is answered"));
}

#[test]
fn a_gate_without_an_answer_names_those_that_have_one() {
    let runner = Runner::local().answers(Answers::new().approve("review"));
    let error = runner.run(released::call(1)).expect_err("no title");
    let text = error.to_string();
    assert!(
        text.contains("there is no answer for the gate `title`; there are some for `review`"),
        "{text}"
    );
    let asked_next = Answers::new()
        .approve("review")
        .or(|_: &Question| Ok(Answer::Text("other".to_owned())));
    let runner = Runner::local().answers(asked_next);
    assert_eq!(runner.run(released::call(1)).expect("it runs"), "other-4");
}

#[test]
fn answers_of_another_kind_are_refused() {
    for (answers, expected) in [
        (
            answers().input("review", 3_i64),
            "waits for an approval, and was answered with a value",
        ),
        (
            answers().approve("title"),
            "waits for a value of type string, and was answered with an approval",
        ),
        (
            answers().input("title", 3_i64),
            "the answer to the gate `title`",
        ),
        (
            answers().text("review", "perhaps"),
            "a text that is neither `yes` nor `no`",
        ),
    ] {
        let runner = Runner::local().answers(answers);
        let error = runner
            .run(released::call(1))
            .expect_err(expected)
            .to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_source_may_fail_or_panic() {
    let failing =
        |_: &Question| -> Result<Answer, flyte_runtime::BoxError> { Err("no line".into()) };
    let error = Runner::local().answers(failing).run(released::call(1));
    let text = error.expect_err("nobody answers").to_string();
    assert!(text.contains("could not be answered: no line"), "{text}");
    let panicking = |_: &Question| -> Result<Answer, flyte_runtime::BoxError> { panic!("lost") };
    let error = Runner::local().answers(panicking).run(released::call(1));
    let text = error.expect_err("nobody answers").to_string();
    assert!(text.contains("lost"), "{text}");
}

#[test]
fn runs_inside_of_tasks_ask_the_same_source() {
    #[task(name = "gates.inside")]
    fn inside(x: i64) -> Result<String, RunError> {
        released(x)
    }

    #[workflow(name = "gates.around")]
    fn around(x: i64) -> String {
        inside(x)
    }

    let runner = Runner::local().answers(answers());
    assert_eq!(runner.run(around::call(1)).expect("it runs"), "a-4");
    let context = FlyteContext::current()
        .new_builder()
        .with_answers(answers());
    let result = flyte_runtime::compat::FlyteContextManager::with_context(context, |_| around(1));
    assert_eq!(result.expect("it runs"), "a-4");
}

#[tokio::test]
async fn gates_wait_in_async_code_and_can_be_given_up() {
    let runner = Runner::local().answers(answers());
    assert_eq!(
        runner.start(released::call(1)).await.expect("it runs"),
        "a-4"
    );
    let never = Runner::local().answers(|_: &Question| {
        std::thread::park();
        Ok(Answer::Approve)
    });
    drop(never.start(released::call(1)));
}

#[test]
fn a_branch_may_have_gates_and_asks_only_those_it_takes() {
    #[workflow(name = "gates.branched")]
    fn branched(x: i64) -> i64 {
        conditional("sign")
            .if_(x.gt(0))
            .then(|| approve(double(x), "positive", "1h"))
            .else_()
            .then(|| wait_for_input::<i64>("negative", "1h"))
    }

    for (x, answers, expected) in [
        (2, Answers::new().approve("positive"), 4),
        (-2, Answers::new().input("negative", 7_i64), 7),
    ] {
        let runner = Runner::local().answers(answers);
        assert_eq!(runner.run(branched::call(x)).expect("it runs"), expected);
    }
}

#[test]
fn a_dynamic_task_may_have_gates() {
    #[dynamic(name = "gates.asks")]
    fn asks(count: i64) -> Vec<i64> {
        let mut answers = Vec::new();
        for index in 0..count {
            answers.push(wait_for_input::<i64>(format!("answer{index}"), "1h"));
        }
        answers
    }

    let answers = Answers::new()
        .input("answer0", 5_i64)
        .input("answer1", 6_i64);
    let given = Runner::local().answers(answers).run(asks::call(2));
    assert_eq!(given.expect("it runs"), [5, 6]);
}

#[test]
fn the_graph_tells_what_gates_wait_for() {
    let graph = released::graph().expect("it compiles");
    let gates: Vec<_> = graph
        .nodes()
        .iter()
        .filter_map(flyte_runtime::graph::Node::gate)
        .collect();
    let [review, title, pause] = gates.as_slice() else {
        panic!("{gates:?}");
    };
    assert_eq!(review.name(), "review");
    assert!(matches!(review.condition(), GateCondition::Approve));
    assert_eq!(review.timeout(), Duration::from_secs(7200));
    let GateCondition::Signal(info) = title.condition() else {
        panic!("{title:?}");
    };
    assert_eq!(info.literal_type().to_string(), "string");
    assert_eq!(pause.name(), "sleep-gate");
    assert!(
        matches!(pause.condition(), GateCondition::Sleep(duration) if *duration == Duration::from_secs(600))
    );
    let names: Vec<_> = graph
        .nodes()
        .iter()
        .map(|node| &node.metadata().name)
        .collect();
    assert_eq!(
        names,
        ["double", "review", "title", "sleep-gate", "double", "join"]
    );
    let ids: Vec<_> = graph
        .nodes()
        .iter()
        .map(flyte_runtime::graph::Node::id)
        .collect();
    assert_eq!(ids, ["n0", "n1", "n2", "n3", "n4", "n5"]);
    assert!(matches!(graph.nodes()[1].target(), NodeTarget::Gate(_)));
    assert_eq!(graph.nodes()[1].upstream(), [0]);
    assert_eq!(graph.nodes()[5].upstream().len(), 3);
}

#[test]
fn an_approval_calls_its_value_as_the_output_that_it_approves() {
    let graph = approves_parts::graph().expect("it compiles");
    let [_, total, label] = graph.nodes() else {
        panic!("{:?}", graph.nodes());
    };
    for (gate, name) in [(total, "total"), (label, "label")] {
        assert_eq!(gate.bindings()[0].var, name);
        let entity = gate.target().entity().expect("it has one");
        assert_eq!(entity.outputs()[0].name, name);
    }
    let answers = Answers::new().approve("total").approve("label");
    let given = Runner::local().answers(answers).run(approves_parts::call());
    assert_eq!(given.expect("it runs"), (3, "three".to_owned()));
}

#[test]
fn impossible_gates_are_reported_together() {
    #[workflow(name = "gates.impossible")]
    fn impossible(x: i64) -> i64 {
        // Written where they are used, texts that are no durations do not compile.
        let (soon, five) = ("soon", "5");
        let first = approve(x, "first", "1h");
        approve(double(first), "second", soon);
        approve(double(first), "second", 0);
        sleep(five);
        wait_for_input::<i64>("first", "1h")
    }

    let error = impossible::graph().expect_err("nothing of it is right");
    let text = error.to_string();
    for part in [
        "the gate `first` approves an input of the workflow",
        "the gate `second`: `timeout`: `soon` is not a duration",
        "the gate `second` has a timeout of zero",
        "the gate `sleep-gate`: `timeout`: `5` has no unit",
        "two gates are named `second`",
        "two gates are named `first`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(error.problems.len(), 6, "{text}");
    assert!(matches!(
        error.problems[0],
        CompileProblem::ApprovedInput { .. }
    ));
}

#[test]
fn a_gate_times_out_when_the_clock_of_the_test_says_so() {
    #[workflow(name = "gates.on_time")]
    fn on_time() -> i64 {
        wait_for_input::<i64>("slow", "2h")
    }

    let clock = ManualClock::new(SystemTime::UNIX_EPOCH);
    let test = TestContext::new().clock(clock.clone());
    let error = std::thread::scope(|scope| {
        let run = scope.spawn(|| {
            let silent = Runner::local().answers(|_: &Question| {
                std::thread::park();
                Ok(Answer::value(1_i64))
            });
            test.run(|| silent.run(on_time::call()))
        });
        clock.wait_for_timers(1);
        clock.advance(Duration::from_secs(2 * 3600 - 1));
        // It still waits: this would wait for ever if it did not.
        clock.wait_for_timers(1);
        clock.advance(Duration::from_secs(1));
        run.join()
            .expect("it does not panic")
            .expect_err("nobody answers")
    });
    assert!(matches!(
        gate_error(&error),
        GateError::TimedOut { gate, timeout } if gate == "slow" && *timeout == Duration::from_secs(7200)
    ));
}

#[test]
fn a_sleep_ends_when_the_clock_of_the_test_has_moved_on() {
    static ENDED: Mutex<Option<SystemTime>> = Mutex::new(None);
    static CLOCK: std::sync::OnceLock<ManualClock> = std::sync::OnceLock::new();

    #[task(name = "gates.ends")]
    fn ends() {
        *ENDED.lock().expect("nobody panics") = CLOCK.get().map(ManualClock::now);
    }

    #[workflow(name = "gates.waits_for_ten_minutes")]
    fn waits() {
        let pause = sleep("10m");
        let ended = ends();
        pause >> ended;
    }

    let clock = CLOCK.get_or_init(|| ManualClock::new(SystemTime::UNIX_EPOCH));
    let test = TestContext::new().clock(clock.clone());
    std::thread::scope(|scope| {
        let run = scope.spawn(|| test.run(waits));
        for _ in 0..2 {
            clock.wait_for_timers(1);
            clock.advance(Duration::from_secs(300));
        }
        run.join().expect("it does not panic").expect("it runs");
    });
    let ended = ENDED.lock().expect("nobody panics").take();
    assert_eq!(
        ended,
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(600))
    );

    // A clock that skips waits shows that the time has passed.
    let skipping = ManualClock::from(SystemTime::UNIX_EPOCH);
    let test = TestContext::new().clock(skipping.clone());
    test.run(waits).expect("it runs");
    assert_eq!(
        skipping.now(),
        SystemTime::UNIX_EPOCH + Duration::from_secs(600)
    );
}
