use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, FlyteType)]
struct Point {
    x: f64,
}

fn main() {
    let _x = Point { x: 1.0 }.x;
}
