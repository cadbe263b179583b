use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize)]
struct Inner {
    x: f64,
}

#[derive(Clone, Serialize, Deserialize, FlyteType)]
struct Outer {
    inner: Inner,
}

fn main() {
    let _x = Outer { inner: Inner { x: 1.0 } }.inner.x;
}
