use flyte_runtime::prelude::*;

#[task]
fn first(words: &[String]) -> &str {
    &words[0]
}

fn main() {
    let _first: &str = first(&[]);
}
