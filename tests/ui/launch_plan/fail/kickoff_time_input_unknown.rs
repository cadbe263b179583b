use flyte_runtime::prelude::*;

#[task]
fn scale(x: i64, by: i64) -> i64 {
    x * by
}

#[workflow]
fn pipeline(x: i64, #[default(2)] by: i64) -> i64 {
    scale(x, by)
}

#[launch_plan(schedule(cron = "@daily", kickoff_time_input = started))]
fn daily(#[default(1)] x: i64) -> i64 {
    pipeline(x = x)
}

fn main() {
    let _ = daily::descriptor();
}
