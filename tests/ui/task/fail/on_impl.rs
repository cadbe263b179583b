use flyte_runtime::prelude::*;

struct Model;

#[task]
impl Model {
    fn predict(x: f64) -> f64 {
        x
    }
}

fn main() {
    let _y: f64 = Model::predict(1.0);
}
