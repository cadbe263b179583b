use flyte_runtime::prelude::*;

#[derive(Clone)]
struct Point {
    x: f64,
}

#[workflow]
fn pipeline(point: Point) -> i64 {
    (drop)(point);
    1
}

fn main() {
    let _run = pipeline(Point { x: 1.0 });
    let _x = Point { x: 1.0 }.x;
}
