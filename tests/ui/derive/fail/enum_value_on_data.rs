use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Key {
    #[flyte(value = "number")]
    Number(i64),
    Name(String),
}

fn main() {
    let _ = (Key::Number(1), Key::Name(String::new()));
}
