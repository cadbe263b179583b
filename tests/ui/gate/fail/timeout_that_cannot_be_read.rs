use flyte_runtime::prelude::*;

#[task]
fn double(x: i64) -> i64 {
    x * 2
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    approve(double(x), "review", "90")
}

#[workflow]
fn by_name() -> i64 {
    wait_for_input::<i64>(name = "copies", timeout = "1 hour")
}

#[workflow]
fn rested(x: i64) -> i64 {
    let pause = sleep("tomorrow");
    let doubled = double(x);
    pause >> doubled;
    doubled
}

fn main() {
    let _ = (pipeline(1), by_name(), rested(1));
}
