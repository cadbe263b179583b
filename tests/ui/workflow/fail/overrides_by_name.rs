use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y = square(x).with_overrides(retries = 3, requests = Resources(cpu = "1", mem = "1Gi"));
    square(y).with_overrides(|o| o.limits(cpu = "2").retries(1))
}

fn main() {}
