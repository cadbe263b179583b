use flyte_runtime::prelude::*;

struct Point {
    x: f64,
}

#[task]
async fn origin() -> (i64, Point) {
    (1, Point { x: 0.0 })
}

fn main() {
    let _future = origin();
    let _x = Point { x: 0.0 }.x;
}
