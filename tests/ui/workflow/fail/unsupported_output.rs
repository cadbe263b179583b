use flyte_runtime::prelude::*;

#[derive(Clone)]
struct Point {
    x: f64,
}

#[workflow]
fn pipeline() -> Point {
    unimplemented!()
}

fn main() {
    let _x = Point { x: 1.0 }.x;
}
