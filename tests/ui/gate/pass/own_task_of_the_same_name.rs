//! A task that is called as a gate is takes any text.

#![deny(warnings)]

use flyte_runtime::prelude::*;

#[task]
fn approve(x: i64, name: String, by: &str) -> String {
    format!("{x} {name} {by}")
}

#[workflow]
fn pipeline(x: i64) -> (String, String) {
    (
        approve(x, "a", "somebody"),
        approve(by = "", x = x, name = "b"),
    )
}

fn main() {
    let (first, second) = pipeline(1).unwrap();
    assert_eq!(first, "1 a somebody");
    assert_eq!(second, "1 b ");
}
