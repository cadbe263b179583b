//! Time limits of attempts. Those that are over are met by tasks without an end.

use std::{future::pending, thread, time::Duration};

use flyte_runtime::{BoxError, compat::current_context, is_cancelled, prelude::*};

use crate::case::{Case, Kind, case, held};

#[task(timeout = "10s")]
async fn endless(text: String) -> String {
    if text == "at once" {
        return text;
    }
    pending::<()>().await;
    text
}

/// An attempt whose time is over is followed by another.
#[task(timeout = "10s", retries = 1)]
async fn second_time(x: i64) -> Result<i64, BoxError> {
    match current_context().attempt_number() {
        0 => pending::<Result<i64, BoxError>>().await,
        attempt => Ok(x + i64::from(attempt)),
    }
}

#[workflow]
fn of_a_node(text: String) -> (String, i64) {
    (endless(text), second_time(1))
}

#[task]
fn until_it_is_told(x: f64) -> Result<f64, String> {
    while x > 0.0 && !is_cancelled() {
        thread::sleep(Duration::from_millis(10));
    }
    Ok(x)
}

#[workflow]
fn given_by_the_node(x: f64) -> f64 {
    until_it_is_told(x).with_overrides(|o| o.timeout("10s"))
}

#[task(timeout = "10m")]
fn long_enough(x: i64) -> (i64, bool) {
    (x, is_cancelled())
}

#[workflow]
fn in_maps(xs: Vec<i64>) -> Vec<i64> {
    xs.map(second_time)
}

#[shell_task(
    script = r#"
    sleep 600
    echo "{inputs.x}" > {outputs.o0}
"#,
    timeout = "10s"
)]
fn script(x: i64) -> i64;

#[workflow]
fn of_a_script(x: i64) -> i64 {
    script(x)
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    held(
        "timeouts",
        [
            case(of_a_node::call("at once".to_owned()))
                .gives(("at once".to_owned(), 2))
                .pods(3),
            case(of_a_node::call("never".to_owned()))
                .fails(Kind::TimedOut, "")
                .with("over"),
            case(given_by_the_node::call(1.0))
                .fails(Kind::TimedOut, "")
                .pods(1),
            case(given_by_the_node::call(0.0))
                .gives(0.0)
                .with("not over"),
            case(long_enough::call(3)).gives((3, false)),
            case(in_maps::call(vec![1, 2])).gives(vec![2, 3]).pods(4),
            case(of_a_script::call(1)).fails(Kind::TimedOut, "").pods(1),
        ],
    )
}
