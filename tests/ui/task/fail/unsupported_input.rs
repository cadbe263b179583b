use flyte_runtime::prelude::*;

#[derive(Clone)]
struct Point {
    x: f64,
}

#[task]
fn abscissa(point: Point) -> f64 {
    point.x
}

fn main() {
    // The function is still there.
    let _x: f64 = abscissa(Point { x: 1.0 });
}
