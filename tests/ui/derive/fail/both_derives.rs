use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType, FlyteOutputs)]
struct Stats {
    mean: f64,
}

fn main() {
    let _ = Stats { mean: 1.0 };
}
