use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
enum Colour {
    #[flyte(value = "red")]
    #[serde(rename = "RED")]
    Red,
}

fn main() {
    let _ = Colour::Red;
}
