use flyte_runtime::prelude::*;

#[task]
fn square(x: i64) -> i64 {
    x * x
}

#[task]
fn area(sides: [i64; 2]) -> i64 {
    sides[0] * sides[1]
}

#[workflow]
fn pipeline(x: i64) -> i64 {
    area([square(x), x, 3])
}

fn main() {
    let _ = pipeline(1);
}
