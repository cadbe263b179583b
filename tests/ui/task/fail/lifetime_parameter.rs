use flyte_runtime::prelude::*;

#[task]
fn length<'a>(text: &'a str) -> i64 {
    text.len() as i64
}

fn main() {
    let _ = length("used");
}
