use flyte_runtime::prelude::*;

struct Point {
    x: f64,
}

#[task]
fn first(points: &[Point]) -> f64 {
    points[0].x
}

fn main() {
    let _x: f64 = first(&[Point { x: 1.0 }]);
}
