use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
struct Point {
    x: f64,
}

#[task]
pub fn abscissa(point: Point) -> f64 {
    point.x
}

fn main() {
    let _x: f64 = abscissa(Point { x: 1.0 });
}
