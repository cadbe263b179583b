use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64, #[default(0)] c: i64) -> i64 {
    a + b + c
}

fn main() {
    let _ = add::builder().a(1).run();
}
