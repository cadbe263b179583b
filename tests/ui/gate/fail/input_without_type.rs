use flyte_runtime::prelude::*;

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[task]
fn quiet() {}

#[workflow]
fn pipeline(x: i64) -> i64 {
    wait_for_input("count", "1h")
}

fn main() {
    let _ = (pipeline(1), double(1), quiet());
}
