use flyte_runtime::prelude::*;

#[derive(Default, FlyteOutputs)]
struct Stats {
    mean: f64,
    count: i64,
}

#[workflow]
fn pipeline(mean: f64) -> Stats {
    Stats { mean, ..Stats::default() }
}

fn main() {}
