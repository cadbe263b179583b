use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    if (is_detailed)() {
        let squared = square(x);
        square(squared)
    } else {
        let _ = square(x);
        3
    }
}

#[workflow]
fn of_values(x: i64) -> i64 {
    let from = if (is_detailed)() { x } else { (usual)() };
    square(from)
}

fn is_detailed() -> bool {
    true
}

fn usual() -> i64 {
    3
}

fn main() {}
