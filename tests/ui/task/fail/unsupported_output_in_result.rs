use flyte_runtime::prelude::*;

struct Point {
    x: f64,
}

#[task]
fn origin() -> Result<Point, std::io::Error> {
    Ok(Point { x: 0.0 })
}

fn main() {
    let _x: f64 = origin().unwrap().x;
}
