//! Executions that are cancelled while something runs. The judge looks whether processes are left.

use std::{future::pending, thread, time::Duration};

use flyte_runtime::{BoxError, is_cancelled, prelude::*};

use crate::case::{Case, case, held};

/// Looks now and then whether it is to end.
#[task]
fn patient(x: i64) -> Result<i64, String> {
    while !is_cancelled() {
        thread::sleep(Duration::from_millis(10));
    }
    Err(format!("{x} was cancelled"))
}

#[task(retries = 3)]
async fn endless(text: String) -> String {
    pending::<()>().await;
    text
}

#[task]
fn prefix(text: String, x: i64) -> String {
    format!("{x}{text}")
}

#[workflow]
fn sync_code(x: i64, text: String) -> String {
    prefix(text, patient(x))
}

#[workflow]
fn async_code_with_retries(text: String) -> String {
    endless(prefix(text, 1))
}

#[workflow]
fn a_map(texts: Vec<String>) -> Vec<String> {
    texts.map(endless)
}

#[dynamic]
fn graph(n: i64) -> Vec<String> {
    let mut all = Vec::new();
    for n in 0..n {
        all.push(endless(prefix("x", n)));
    }
    all
}

#[workflow]
fn a_dynamic_task(n: i64) -> Vec<String> {
    graph(n)
}

#[workflow]
fn inner(x: i64) -> i64 {
    patient(patient(x))
}

#[launch_plan]
fn plan_of_inner(x: i64) -> i64 {
    inner(x = x)
}

#[workflow]
fn an_inner_workflow(x: i64) -> (i64, String) {
    (inner(x), endless("beside it"))
}

/// The execution that it has started ends, too.
#[workflow]
fn another_execution(x: i64) -> i64 {
    plan_of_inner(x)
}

/// A script with a process of its own behind it.
#[shell_task(script = r#"
    sleep 600 &
    wait
    printf '%s' "{inputs.text}" > {outputs.o0}
"#)]
fn script(text: String) -> String;

#[workflow]
fn a_script(text: String) -> (String, bool) {
    let text = script(text);
    (text, is_long(text))
}

#[task]
fn is_long(text: String) -> bool {
    text.len() > 100
}

#[eager]
async fn awaits(xs: Vec<i64>) -> Result<Vec<String>, RunError> {
    let mut all = Vec::new();
    for x in xs {
        all.push(endless::call(x.to_string()).await?);
    }
    Ok(all)
}

#[workflow]
fn an_eager_task(xs: Vec<i64>) -> Vec<String> {
    awaits(xs)
}

/// What it has started itself ends with it.
#[task]
fn starts_a_process(seconds: u32) -> Result<bool, BoxError> {
    let status = std::process::Command::new("sleep")
        .arg(seconds.to_string())
        .status()?;
    Ok(status.success())
}

#[workflow]
fn a_process_of_a_task(seconds: u32) -> bool {
    starts_a_process(seconds)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let texts = vec!["a".to_owned(), "b".to_owned(), "c".to_owned()];
    held(
        "aborts",
        [
            case(sync_code::call(1, "x".to_owned())).aborts_at("n0"),
            case(async_code_with_retries::call("x".to_owned())).aborts_at("n1"),
            case(a_map::call(texts)).aborts_at("n0"),
            case(a_dynamic_task::call(2)).aborts_at("n0"),
            case(an_inner_workflow::call(1)).aborts_at("n0"),
            case(another_execution::call(1)).aborts_at("n0"),
            case(a_script::call("x".to_owned())).aborts_at("n0"),
            case(an_eager_task::call(vec![1, 2])).aborts_at("n0"),
            case(a_process_of_a_task::call(600))
                .aborts_at("n0")
                .isolated(),
        ],
    )
}
