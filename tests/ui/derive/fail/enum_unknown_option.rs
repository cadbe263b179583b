use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Colour {
    #[flyte(name = "red")]
    Red,
}

fn main() {
    let _ = Colour::Red;
}
