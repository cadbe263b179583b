use flyte_runtime::prelude::*;

#[task]
fn names() -> Vec<String> {
    vec![]
}

#[dynamic]
fn how_many(_n: i64) -> i64 {
    let names = names();
    names.len() as i64
}

fn main() {
    let _ = how_many(1);
}
