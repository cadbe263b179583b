use flyte_runtime::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, FlyteType)]
enum Colour {
    Red,
}

fn main() {
    let _ = Colour::Red;
}
