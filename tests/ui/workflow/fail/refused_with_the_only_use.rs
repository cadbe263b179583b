use flyte_runtime::prelude::*;

mod tasks {
    use flyte_runtime::prelude::*;

    #[task]
    pub fn square(x: i64) -> i64 {
        x * x
    }

    #[task]
    pub fn cube(x: i64) -> i64 {
        x * x * x
    }

    #[task]
    pub fn negate(x: i64) -> i64 {
        -x
    }

    #[task]
    pub fn half(x: i64) -> i64 {
        x / 2
    }

    #[task]
    pub fn add(a: i64, b: i64) -> i64 {
        a + b
    }
}

use tasks::{add, cube, half, negate, square};

#[workflow]
fn pipeline(x: i64) -> i64 {
    let negated = call!(negate(x = x));
    let halved = map_task(half)(negated);
    let lost = async { cube(x) };
    assert!(square(x) > 3);
    add(halved, lost, b = x)
}

fn main() {
    let _run: Result<i64, RunError> = pipeline(1);
}
