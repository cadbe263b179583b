use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(x: i64, y: &mut i64) -> i64 {
    x
}

fn main() {
    let _run = pipeline(1, &mut 2);
}
