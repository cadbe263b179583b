use flyte_runtime::prelude::*;

struct Inner;

#[derive(FlyteOutputs)]
struct Stats {
    mean: f64,
    inner: Inner,
}

fn main() {
    let _ = Stats { mean: 1.0, inner: Inner };
}
