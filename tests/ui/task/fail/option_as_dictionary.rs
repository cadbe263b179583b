use flyte_runtime::prelude::*;

#[task(environment = {"A": "b"})]
fn power(x: i64) -> i64 {
    x * x
}

fn main() {
    let _ = power(2);
}
