use flyte_runtime::prelude::*;

#[task]
struct Point {
    x: f64,
}

fn main() {
    // The struct is still there.
    let _x: f64 = Point { x: 1.0 }.x;
}
