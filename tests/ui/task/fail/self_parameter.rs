use flyte_runtime::prelude::*;

struct Model {
    slope: f64,
}

impl Model {
    #[task]
    fn predict(&self, x: f64) -> f64 {
        self.slope * x
    }
}

fn main() {
    // The method is still there.
    let _y: f64 = Model { slope: 2.0 }.predict(1.0);
}
