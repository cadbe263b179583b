use flyte_runtime::prelude::*;

macro_rules! pick {
    ($a:expr => $b:expr) => {
        $b
    };
}

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    pick!(x => square(x))
}

fn main() {}
