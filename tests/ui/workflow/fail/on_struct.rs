use flyte_runtime::prelude::*;

#[workflow]
struct Point {
    x: f64,
}

fn main() {
    let _x: f64 = Point { x: 1.0 }.x;
}
