use flyte_runtime::prelude::*;

#[derive(FlyteOutputs)]
enum Colour {
    Red,
}

fn main() {
    let _ = Colour::Red;
}
