use flyte_runtime::prelude::*;

#[derive(FlyteOutputs)]
struct Nothing {}

fn main() {
    let _ = Nothing {};
}
