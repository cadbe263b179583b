use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
#[flyte(name = "point")]
struct Point {
    x: f64,
}

fn main() {
    let _x = Point { x: 1.0 }.x;
}
