use flyte_runtime::prelude::*;

#[derive(Clone, FlyteType)]
enum Key {
    Number(i64),
    Name(String),
}

#[task]
fn number() -> f64 {
    1.0
}

#[task]
fn find(key: Key) -> bool {
    matches!(key, Key::Name(_))
}

#[workflow]
fn found() -> bool {
    find(number())
}

fn main() {
    let _ = (Key::Number(1), found::run());
}
