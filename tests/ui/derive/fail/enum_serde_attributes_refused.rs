use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
#[serde(tag = "kind", content = "value")]
enum Key {
    #[serde(rename = "number")]
    Number(i64),
    Name(String),
}

fn main() {
    let _ = (Key::Number(1), Key::Name(String::new()));
}
