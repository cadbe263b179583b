use flyte_runtime::prelude::*;

#[derive(FlyteOutputs)]
struct Stats {
    mean: f64,
    count: i64,
}

#[workflow]
fn pipeline(mean: f64) -> Stats {
    Stats { mean, count: mean }
}

fn main() {}
