use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {
    let _ = call!(square(x = "three")).run();
}
