use flyte_runtime::prelude::*;

#[derive(FlyteOutputs)]
struct Stats<T> {
    mean: T,
}

fn main() {
    let _ = Stats { mean: 1 };
}
