//! Nodes that wait.

use flyte_runtime::prelude::*;

#[task]
fn draft() -> String {
    String::new()
}

#[task]
fn print(text: String, copies: i64) -> String {
    format!("{text}{copies}")
}

#[workflow]
fn released() -> String {
    let text = approve(draft(), "review", "1d");
    let copies = wait_for_input::<i64>("copies", "1h");
    let pause = sleep("10m");
    let printed = print(text, copies);
    text >> pause >> printed;
    printed
}
