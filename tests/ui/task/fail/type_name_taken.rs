use flyte_runtime::prelude::*;

mod square {}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {
    let _nine: i64 = square(3);
}
