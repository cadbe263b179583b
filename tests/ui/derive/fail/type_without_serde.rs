use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
struct Point {
    x: f64,
}

fn main() {
    let _x = Point { x: 1.0 }.x;
}
