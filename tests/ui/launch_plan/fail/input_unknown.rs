use flyte_runtime::prelude::*;

#[task]
fn scale(x: i64, by: i64) -> i64 {
    x * by
}

#[workflow]
fn pipeline(x: i64, #[default(2)] by: i64) -> i64 {
    scale(x, by)
}

#[launch_plan]
fn daily(x: i64) -> i64 {
    pipeline(x = x, factor = 3)
}

fn main() {
    let _ = daily::descriptor();
}
