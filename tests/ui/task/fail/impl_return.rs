use flyte_runtime::prelude::*;

#[task]
fn count() -> impl Iterator<Item = i64> {
    0..3
}

fn main() {
    let _ = count();
}
