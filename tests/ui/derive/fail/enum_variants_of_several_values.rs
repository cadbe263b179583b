use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Shape {
    Circle(f64),
    Rectangle(f64, f64),
    Polygon { sides: Vec<f64> },
}

fn main() {
    let _ = (Shape::Circle(1.0), Shape::Rectangle(1.0, 2.0), Shape::Polygon { sides: vec![] });
}
