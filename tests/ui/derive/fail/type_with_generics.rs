use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
struct Pair<T> {
    first: T,
    second: T,
}

fn main() {
    let _ = Pair { first: 1, second: 2 };
}
