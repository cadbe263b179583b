use flyte_runtime::prelude::*;

mod tasks {
    use flyte_runtime::prelude::*;

    #[task]
    pub fn square(x: i64) -> i64 {
        x * x
    }

    #[task]
    pub fn add(a: i64, b: i64) -> i64 {
        a + b
    }
}

use tasks::{add, square};

#[workflow]
fn pipeline(x: i64) -> i64 {
    let y = square(x);
    let z = add(a = y, b = x);
    square(z).
}

fn main() {
    let _run: Result<i64, RunError> = pipeline(1);
}
