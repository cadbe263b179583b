use flyte_runtime::prelude::*;

#[task]
fn shout(s: &str) -> String {
    s.to_uppercase()
}

#[workflow]
fn pipeline(s: String) -> String {
    let loud = shout(s.into());
    match loud.as_str() {
        "A" => loud,
        _ => s,
    }
}

fn main() {}
