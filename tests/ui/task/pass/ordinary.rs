use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

fn main() {
    assert_eq!(square(3), 9);
}
