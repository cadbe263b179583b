use flyte_runtime::prelude::*;

#[task]
fn clean_up(y: i64) {
    let _ = y;
}

#[workflow(on_failure = clean_up)]
fn pipeline(x: i64) -> i64 {
    x
}

fn main() {
    let _ = pipeline(1);
}
