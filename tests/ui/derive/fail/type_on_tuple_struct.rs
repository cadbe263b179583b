use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
struct Celsius(f64);

fn main() {
    let _ = Celsius(1.0).0;
}
