use flyte_runtime::prelude::*;

#[workflow]
fn pipeline(name: String) -> String {
    name.to_uppercase()
}

fn main() {}
