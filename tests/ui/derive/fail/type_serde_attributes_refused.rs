use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
struct Inner {
    x: f64,
}

#[derive(Clone, Serialize, Deserialize, FlyteType)]
#[serde(tag = "kind")]
struct Outer {
    #[serde(flatten)]
    inner: Inner,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    maybe: Option<i64>,
    #[serde(rename(serialize = "a", deserialize = "b"))]
    name: String,
}

fn main() {
    let inner = Inner { x: 1.0 };
    let _outer = Outer { inner, maybe: None, name: String::new() };
}
