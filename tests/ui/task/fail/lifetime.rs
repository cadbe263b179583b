use flyte_runtime::prelude::*;

#[task]
fn length(text: &'static str) -> i64 {
    text.len() as i64
}

fn main() {}
