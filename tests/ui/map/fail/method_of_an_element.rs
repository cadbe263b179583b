use flyte_runtime::prelude::*;

#[task]
fn shout(text: String) -> String {
    text
}

#[workflow]
fn mapped(words: Vec<String>) -> Vec<String> {
    words.map(|word| shout(word.to_uppercase()))
}

fn main() {}
