//! What the tests open: tasks of several kinds. Each test adds what it is about at the end.

use flyte_runtime::prelude::*;

/// The square of a number.
#[task]
pub fn square(x: i64) -> i64 {
    x * x
}

/// Adds two numbers.
#[task(retries = 2)]
pub fn add(a: i64, b: i64) -> i64 {
    a + b
}

/// Adds all of them.
#[task]
pub fn sum(xs: &[i64]) -> i64 {
    xs.iter().sum()
}

/// The first numbers, from 1.
#[task]
pub fn numbers(count: i64) -> Vec<i64> {
    (1..=count).collect()
}

/// What is said of a number.
#[derive(FlyteOutputs)]
pub struct Report {
    /// The number.
    pub total: i64,
    /// What is said of it.
    pub text: String,
}

/// Says something about a number.
#[task]
pub fn report(total: i64) -> Report {
    Report {
        total,
        text: format!("it is {total}"),
    }
}

/// Tasks with a path.
pub mod tasks {
    use flyte_runtime::prelude::*;

    /// Twice a number.
    #[task]
    pub fn double(x: i64) -> i64 {
        x * 2
    }
}
