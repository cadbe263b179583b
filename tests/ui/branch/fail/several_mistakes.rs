use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    while x > 1 {
        square(x);
    }
    if x > 1 {
        return x;
    }
    let y = if x > 2 { square(x)? } else { break };
    y
}

fn main() {}
