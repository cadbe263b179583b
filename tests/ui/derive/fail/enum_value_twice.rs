use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Colour {
    #[flyte(value = "red")]
    Red,
    #[flyte(value = "red")]
    Crimson,
}

fn main() {
    let _ = (Colour::Red, Colour::Crimson);
}
