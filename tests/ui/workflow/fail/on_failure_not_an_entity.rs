use flyte_runtime::prelude::*;

fn clean_up() {}

#[workflow(on_failure = clean_up)]
fn pipeline(x: i64) -> i64 {
    x
}

fn main() {
    clean_up();
}
