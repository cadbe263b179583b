use flyte_runtime::prelude::*;

#[task]
fn add(a: i64, b: i64, #[default(0)] c: i64) -> i64 {
    a + b + c
}

// Its input of the same name must not make the message longer.
#[task]
fn double(b: i64) -> i64 {
    b * 2
}

fn main() {
    let _ = call!(add(a = 1)).run();
}
