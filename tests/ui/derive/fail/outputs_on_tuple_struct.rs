use flyte_runtime::prelude::*;

#[derive(FlyteOutputs)]
struct Stats(f64, i64);

fn main() {
    let _ = Stats(1.0, 1);
}
