use flyte_runtime::prelude::*;

#[task]
fn greet(#[default(3)] name: &str) -> String {
    name.to_owned()
}

fn main() {}
