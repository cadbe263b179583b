use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn name(x: i64) -> String {
    x.to_string()
}

struct Plain;

#[workflow]
fn pipeline(x: i64) -> i64 {
    if x > 1 {
        let squared = square(x);
        square(squared)
    } else {
        let squared = square(x);
        name(squared)
    }
}

#[workflow]
fn of_no_type(x: i64) -> i64 {
    let _ = if x > 1 {
        let _ = square(x);
        Plain
    } else {
        Plain
    };
    x
}

#[workflow]
fn of_nothing(x: i64) {
    if x > 1 {
        let _ = square(x);
        Plain
    }
}

fn main() {}
