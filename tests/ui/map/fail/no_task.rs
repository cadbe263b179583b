use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn mapped(words: Vec<String>) -> Vec<String> {
    words.map(String::from)
}

fn main() {}
