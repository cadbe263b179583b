use flyte_runtime::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize, FlyteType)]
struct Point {
    x: f64,
}

#[workflow]
fn pipeline(point: Point) -> f64 {
    point.x
}

fn main() {
    let _x = Point { x: 1.0 }.x;
}
