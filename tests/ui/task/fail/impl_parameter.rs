use flyte_runtime::prelude::*;

#[task]
fn greet(name: impl Into<String>) -> String {
    name.into()
}

fn main() {
    let _ = greet("used");
}
