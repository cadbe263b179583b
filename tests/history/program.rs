//! What a run is recorded to have been a run of: a resumed run is compared with it, also one that another release began.

use std::fs;

use flyte_runtime::{gate::Answers, prelude::*};

use super::history;

#[task(name = "program.list")]
fn list(x: i64) -> Vec<i64> {
    vec![x, x + 1]
}

#[task(name = "program.add")]
fn add(a: i64, #[default(1)] b: i64) -> i64 {
    a + b
}

#[task(name = "program.tell")]
fn tell(text: String) {
    drop(text);
}

#[workflow(name = "program.inner")]
fn inner(x: i64) -> i64 {
    add(x, 2)
}

#[launch_plan(name = "program.planned")]
fn planned(#[default(3)] x: i64) -> i64 {
    inner(x = x)
}

#[reference_task(name = "program.far", project = "p", domain = "d", version = "v")]
fn far(x: i64) -> i64 {
    x
}

#[workflow(name = "program.clean_up")]
fn clean_up(x: i64) {
    add(x, 0);
}

#[workflow(name = "program.outer", on_failure = clean_up)]
fn outer(x: i64) -> (i64, i64, Vec<i64>, Vec<i64>) {
    let chosen = if x > 10 {
        add(x, 1)
    } else if x > 5 {
        if x == 7 { inner(x) } else { add(inner(x), 2) }
    } else {
        fail("too small")
    };
    let chosen = approve(add(chosen, 1), "review", "1h");
    let pause = sleep("1s");
    let late = planned(far(x));
    pause >> late;
    let sums = list(x).map(|x| add(x, late));
    let inners = list(x).map(|x| planned(x));
    (chosen, late, sums, inners)
}

#[test]
fn what_a_run_was_a_run_of_is_written_as_ever() {
    let (_sandbox, history) = history();
    let runner = Runner::local().history(&history);
    let runner = runner.answers(Answers::new().approve("review"));
    runner.run(outer::call(7)).unwrap();

    let run = history.runs().unwrap().remove(0);
    let log = fs::read(history.directory().join(run.id()).join("log")).unwrap();
    let log = String::from_utf8_lossy(&log);
    let begin = log.find(r#""program":"#).unwrap() + r#""program":"#.len();
    let end = begin + log[begin..].find(r#","inputs":"#).unwrap();
    let written: serde_json::Value = serde_json::from_str(&log[begin..end]).unwrap();
    let as_ever: serde_json::Value = serde_json::from_str(include_str!("program.json")).unwrap();
    assert_eq!(written, as_ever);
}
